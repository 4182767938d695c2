import { spawn } from 'node:child_process';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { testApp, type Agent, type TestApp } from '../support/app';
import { feedBody, feedRecord, importFeed, testFeed, vehicle, type TestFeed } from '../support/feed';
import { as, foundCompany, type Company } from '../support/people';

const base = '/api/v1/fuel_log';

type Misbehave = (req: IncomingMessage, res: ServerResponse, pass: () => void) => void;

let app: TestApp;
let feed: TestFeed;
let proxy: Server;
let company: Company;
let admin: Agent;
let feedId: string;
/** What stands between the house and the store. */
let misbehave: Misbehave = (_req, _res, pass) => pass();

beforeAll(async () => {
  app = await testApp({ FLEET_ROLES: 'api', FUEL_FEED_TIMEOUT_MS: '700' });
  feed = await testFeed();
  const store = new URL(feed.s3.settings.S3_ENDPOINT ?? '');
  proxy = createServer((req, res) => {
    const pass = (): void => void req.pipe(request({ host: store.hostname, port: store.port, path: req.url, method: req.method, headers: req.headers }, (answer) => answer.pipe(res.writeHead(answer.statusCode ?? 500, answer.headers))));
    misbehave(req, res, pass);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  company = await foundCompany(app, 'store');
  admin = await as(app, company.admin);
  await vehicle(admin, 'KDA 001A');
  const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  feedId = ((await admin.post(`${base}/feeds`).send(feedBody(endpoint)).expect(201)).body as { id: string }).id;
  await feed.put('fuel_records/latest.json', { metadata: {}, records: Array.from({ length: 400 }, () => feedRecord()) });
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await feed.close();
  await app.close();
});
beforeEach(() => {
  misbehave = (_req, _res, pass) => pass();
});

const snapshot = () => importFeed(app, company.accountId);
const test_ = async () => (await admin.post(`${base}/feeds/${feedId}/test`).send({}).expect(200)).body as { ok: boolean; code: string | null; change_files: number };

describe('a store that', () => {
  it('refuses is named as such, at the test and at the import', async () => {
    misbehave = (_req, res) => res.writeHead(403).end();
    expect(await test_()).toMatchObject({ ok: false, code: 'FUEL_FEED_DENIED' });
    expect(await snapshot()).toMatchObject({ state: 'failed', fault_code: 'FUEL_FEED_DENIED', added: 0 });
  });

  it('is busy for a moment is asked again', async () => {
    let left = 2;
    misbehave = (_req, res, pass) => ((left -= 1) >= 0 ? res.writeHead(503).end() : pass());
    expect(await snapshot()).toMatchObject({ state: 'done', read: 400 });
  });

  it('stays busy, is silent or is gone ends the import with its reason', async () => {
    misbehave = (_req, res) => res.writeHead(503).end();
    expect(await snapshot()).toMatchObject({ state: 'failed', fault_code: 'FUEL_FEED_BUSY' });
    misbehave = () => undefined;
    expect(await snapshot()).toMatchObject({ state: 'failed', fault_code: 'FUEL_FEED_UNREACHABLE' });
    misbehave = (req) => req.socket.destroy();
    expect(await snapshot()).toMatchObject({ state: 'failed', fault_code: 'FUEL_FEED_UNREACHABLE' });
  });

  it('breaks off in the middle is read on behind the last byte', async () => {
    let breaks = 2;
    const ranges: string[] = [];
    misbehave = (req, res, pass) => {
      if (req.method !== 'GET' || !req.url?.includes('latest.json')) return pass();
      ranges.push(req.headers.range ?? '');
      if ((breaks -= 1) < 0) return pass();
      const store = new URL(feed.s3.settings.S3_ENDPOINT ?? '');
      request({ host: store.hostname, port: store.port, path: req.url, method: 'GET', headers: req.headers }, (answer) => {
        res.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.once('data', (chunk: Buffer) => res.write(chunk.subarray(0, 20_000), () => res.destroy()));
      }).end();
    };
    expect(await snapshot()).toMatchObject({ state: 'done', read: 400, skipped: 0 });
    expect(ranges[0]).toBe('');
    expect(ranges.slice(1).every((range) => /^bytes=\d+-$/.test(range))).toBe(true);
    expect(ranges.length).toBe(3);
  });

  it('has no such bucket or file says which', async () => {
    await admin.patch(`${base}/feeds/${feedId}`).send({ prefix: 'elsewhere/' }).expect(200);
    expect(await snapshot()).toMatchObject({ fault_code: 'FUEL_FEED_NO_FILE' });
    await admin.patch(`${base}/feeds/${feedId}`).send({ prefix: 'fuel_records/' }).expect(200);
    expect(await test_()).toMatchObject({ ok: true, change_files: 0 });
  });
});

describe('the keys of a feed', () => {
  it('are sealed, never shown, and not kept for another store', async () => {
    const [row] = await app.db.sql<{ row: string }>('select f::text as row from fuel.feed f where id = $1', [feedId], company.accountId);
    expect(row?.row).not.toContain(Buffer.from('S3RVER').toString('hex'));
    const answer = await admin.get(`${base}/feeds/${feedId}`).expect(200);
    expect(answer.text).not.toContain('S3RVER');
    expect((await admin.patch(`${base}/feeds/${feedId}`).send({ endpoint: 'http://127.0.0.1:9' }).expect(400)).body.code).toBe('FUEL_FEED_INCOMPLETE');
    expect((await admin.post(`${base}/feeds`).send({}).expect(409)).body.code).toBe('FUEL_FEED_EXISTS');
  });

  it('of the settings are open to no account that they do not name', async () => {
    const other = await foundCompany(app, 'keyless');
    expect(await importFeed(app, other.accountId)).toMatchObject({ state: 'failed', fault_code: 'FUEL_FEED_NOT_SET_UP' });
  });
});

describe('an import that is killed', () => {
  it('leaves what it had stored, and the next goes on and judges it', async () => {
    const killed = await foundCompany(app, 'killed');
    const killedAdmin = await as(app, killed.admin);
    await killedAdmin.post(`${base}/feeds`).send(feedBody(feed.s3.settings.S3_ENDPOINT ?? '', { prefix: 'killed/' })).expect(201);
    await vehicle(killedAdmin, 'KDA 001A');
    await feed.put('killed/latest.json', { metadata: {}, records: Array.from({ length: 12_000 }, (_, i) => feedRecord({ odometer: i === 5 ? 9 : null })) });
    const child = spawn(process.execPath, ['-r', join(__dirname, '../support/run-typescript.js'), join(__dirname, '../support/feed-import-process.ts'), killed.accountId], { env: { ...process.env, FEED_CONFIG: JSON.stringify(app.config) }, stdio: 'ignore' });
    const stored = async (): Promise<number> => (await app.db.sql<{ n: number }>('select count(*)::int as n from fuel.records where account_id = $1', [killed.accountId], killed.accountId))[0]?.n ?? 0;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    while ((await stored()) < 2000 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    await exited;
    const before = await stored();
    expect(before).toBeGreaterThanOrEqual(2000);
    expect(before).toBeLessThan(12_000);
    const outcome = await importFeed(app, killed.accountId);
    expect(outcome).toMatchObject({ state: 'done', read: 12_000, added: 12_000 - before, unchanged: before });
    const { items } = (await killedAdmin.get(`${base}/feed_imports`).expect(200)).body as { items: { state: string; fault_code: string | null }[] };
    expect(items.map((i) => [i.state, i.fault_code])).toEqual([['done', null], ['failed', 'FUEL_IMPORT_INTERRUPTED']]);
  });
});
