import { gzipSync } from 'node:zlib';
import { rmSync, writeFileSync, utimesSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testApp, type Agent, type TestApp } from '../support/app';
import { feedBody, feedRecord, importFeed, importRecords, testFeed, vehicle, type FeedRecord, type TestFeed } from '../support/feed';
import { as, foundCompany, settle, type Company, type People } from '../support/people';

const base = '/api/v1/fuel_log';

let app: TestApp;
let people: People;
let feed: TestFeed;

beforeAll(async () => {
  app = await testApp({ FLEET_ROLES: 'api', FUEL_FEED_TIMEOUT_MS: '1500', FUEL_FEED_LIMIT_MB: '2' });
  people = await settle(app);
  feed = await testFeed();
});
afterAll(async () => {
  await feed?.close();
  await app?.close();
});

interface House {
  company: Company;
  admin: Agent;
  prefix: string;
  put(records: unknown, metadata?: object): Promise<void>;
  change(name: string, records: unknown): Promise<void>;
  stored(): Promise<Record<string, { deleted_at: Date | null; raw: FeedRecord; state: string; litres: string }>>;
}

let houses = 0;

/** A company with a feed of its own in the bucket. */
async function house(): Promise<House> {
  houses += 1;
  const company = await foundCompany(app, `feed${houses}`);
  const admin = await as(app, company.admin);
  const prefix = `h${houses}/`;
  await admin.post(`${base}/feeds`).send(feedBody(feed.s3.settings.S3_ENDPOINT ?? '', { prefix })).expect(201);
  await vehicle(admin, 'KDA 001A');
  return {
    company,
    admin,
    prefix,
    put: (records, metadata = {}) => feed.put(`${prefix}latest.json`, { metadata, records }),
    change: (name, records) => feed.put(`${prefix}changes/${name}.json`, { metadata: {}, records }),
    stored: async () => {
      const rows = await app.db.sql<{ id: string; deleted_at: Date | null; raw: FeedRecord; state: string; litres: string }>('select id, deleted_at, raw, state, litres from fuel.records where account_id = $1', [company.accountId], company.accountId);
      return Object.fromEntries(rows.map((r) => [r.id, r]));
    },
  };
}

const run = (h: House, request: Parameters<typeof importFeed>[2] = {}) => importFeed(app, h.company.accountId, request);
const many = (n: number): FeedRecord[] => Array.from({ length: n }, () => feedRecord());

describe('a snapshot', () => {
  it('is counted in a dry run that writes nothing, then stored once, however often it is read', async () => {
    const h = await house();
    await h.put(many(30));
    expect(await run(h, { dryRun: true })).toMatchObject({ id: null, state: 'done', read: 30, added: 30 });
    expect(await h.stored()).toEqual({});
    expect((await h.admin.get(`${base}/feed_imports`).expect(200)).body.items).toEqual([]);
    expect(await run(h)).toMatchObject({ state: 'done', read: 30, added: 30, skipped: 0, removed: 0 });
    expect(await run(h)).toMatchObject({ added: 0, changed: 0, unchanged: 30 });
    expect(await run(h, { dryRun: true })).toMatchObject({ added: 0, unchanged: 30 });
    const { items } = (await h.admin.get(`${base}/feed_imports`).expect(200)).body;
    expect(items.map((i: { state: string; unchanged_count: number }) => [i.state, i.unchanged_count])).toEqual([['done', 30], ['done', 0]]);
  });

  it('hides what it no longer holds, and shows it again when it comes back', async () => {
    const h = await house();
    const records = many(20);
    await h.put(records);
    await run(h);
    await h.put(records.slice(3));
    expect(await run(h)).toMatchObject({ removed: 3, held_removals: 0 });
    const gone = String(records[0]?.id);
    expect((await h.stored())[gone]?.deleted_at).not.toBeNull();
    expect((await h.admin.get('/api/v1/analytics/fuel-fills?limit=100').expect(200)).body.items).toHaveLength(17);
    await h.put(records);
    expect(await run(h)).toMatchObject({ changed: 3, removed: 0 });
    expect((await h.stored())[gone]?.deleted_at).toBeNull();
  });

  it('that lacks more than the allowed share removes nothing until somebody confirms it', async () => {
    const h = await house();
    const records = many(40);
    await h.put(records);
    await run(h);
    await h.put(records.slice(0, 10));
    expect(await run(h)).toMatchObject({ state: 'done', removed: 0, held_removals: 30, fault_code: 'FUEL_FEED_REMOVALS_HELD' });
    expect(Object.values(await h.stored()).filter((r) => r.deleted_at)).toEqual([]);
    expect(await run(h, { confirmRemovals: true })).toMatchObject({ removed: 30, fault_code: null });
  });

  it.each([
    ['goes', async (h: House, rest: FeedRecord[]) => h.put(rest)],
    ['turns out to be of another vehicle', async (h: House, rest: FeedRecord[], first: FeedRecord) => h.put([{ ...first, car: 'KDA 002B', updated_at: '2026-07-01T00:00:00Z' }, ...rest])],
  ])('counts what repeated a message once the first of them %s', async (_, then) => {
    const h = await house();
    await vehicle(h.admin, 'KDA 002B');
    const first = feedRecord();
    const repeated = { ...first, id: `again-${String(first.id)}` };
    const rest = [repeated, ...many(3)];
    await h.put([first, ...rest]);
    await run(h);
    expect((await h.stored())[repeated.id]?.state).toBe('waiting');
    await then(h, rest, first);
    await run(h);
    expect((await h.stored())[repeated.id]?.state).toBe('accepted');
  });

  it('never removes what was stored after it', async () => {
    const h = await house();
    const records = many(8);
    await h.put(records);
    await run(h);
    const late = feedRecord({ updated_at: new Date(Date.now() + 60_000).toISOString() });
    await h.change('2026-01-01T00:00:00Z', [late]);
    await run(h, { kind: 'changes' });
    expect(await run(h)).toMatchObject({ removed: 0 });
    expect((await h.stored())[String(late.id)]?.deleted_at).toBeNull();
  });

  it.each([
    ['cut off in a record', (text: string) => text.slice(0, -40), 'FUEL_FEED_TRUNCATED'],
    ['a page of a proxy', () => '<html>403</html>', 'FUEL_FEED_MALFORMED'],
    ['a list that is none', () => '{"records": 5}', 'FUEL_FEED_MALFORMED'],
    ['empty', () => '', 'FUEL_FEED_TRUNCATED'],
    ['shorter than it announces', (text: string) => text.replace('"metadata":{}', '"metadata":{"record_count":99}'), 'FUEL_FEED_TRUNCATED'],
  ])('%s keeps what came, removes nothing and says so', async (_, spoil, code) => {
    const h = await house();
    const records = many(12);
    await h.put(records);
    await run(h);
    await feed.put(`${h.prefix}latest.json`, spoil(JSON.stringify({ metadata: {}, records: [...records.slice(6), feedRecord()] })));
    expect(await run(h)).toMatchObject({ state: 'failed', fault_code: code, removed: 0 });
    expect(Object.values(await h.stored()).filter((r) => r.deleted_at)).toEqual([]);
    const [last] = (await h.admin.get(`${base}/feed_imports?state=failed`).expect(200)).body.items;
    expect(last).toMatchObject({ fault_code: code });
  });

  it('that hides the wrong thing in a zip is refused', async () => {
    const h = await house();
    await feed.put(`${h.prefix}latest.json`, gzipSync(Buffer.from(`{"records":[${'{"id":1},'.repeat(400_000)}{"id":2}]}`)));
    expect(await run(h)).toMatchObject({ state: 'failed', fault_code: 'FUEL_FEED_TOO_LARGE' });
    await feed.put(`${h.prefix}latest.json`, `{"records":[${' '.repeat(3_000_000)}]}`);
    expect(await run(h)).toMatchObject({ state: 'failed', fault_code: 'FUEL_FEED_TOO_LARGE' });
    await feed.put(`${h.prefix}latest.json`, gzipSync(JSON.stringify({ records: many(3) })));
    expect(await run(h)).toMatchObject({ state: 'done', added: 3 });
    await feed.put(`${h.prefix}latest.json`, gzipSync(JSON.stringify({ records: many(300) })).subarray(0, 400));
    expect(await run(h)).toMatchObject({ state: 'failed', fault_code: 'FUEL_FEED_TRUNCATED' });
  });
});

describe('records that cannot be taken', () => {
  it('are named, and keep nobody else back', async () => {
    const h = await house();
    const good = many(3);
    const bad = ['{"car":"x"}', '[]', '"x"', 'null', `{"id":"${'9'.repeat(300)}"}`, '{"id":7001,"a":}', '{"id":7002,"t":"\\u0000"}', '{"id":7003,"t":"\\ud800"}', '{"id":7004,"n":1e9999999}', `{"id":7005,"t":"${'x'.repeat(300_000)}"}`];
    const parts = good.map((g) => JSON.stringify(g));
    await feed.put(`${h.prefix}changes/a.json`, `{"records":[${[parts[0], ...bad.slice(0, 5), parts[1], ...bad.slice(5), parts[2]].join(',')}]}`);
    const outcome = await run(h, { kind: 'changes' });
    expect(outcome).toMatchObject({ state: 'done', read: 13, added: 3, skipped: 10 });
    expect(Object.keys(await h.stored()).sort()).toEqual(good.map((g) => String(g.id)).sort());
    const { items } = (await h.admin.get(`${base}/feed_imports/${outcome.id}/skipped`).expect(200)).body;
    expect(items.map((s: { position: number; code: string }) => [s.position, s.code]).sort((a: [number], b: [number]) => a[0] - b[0])).toEqual([
      [1, 'FUEL_RECORD_NO_ID'],
      [2, 'FUEL_RECORD_NOT_AN_OBJECT'],
      [3, 'FUEL_RECORD_NOT_AN_OBJECT'],
      [4, 'FUEL_RECORD_NOT_AN_OBJECT'],
      [5, 'FUEL_RECORD_ID_TOO_LONG'],
      [7, 'FUEL_RECORD_MALFORMED'],
      [8, 'FUEL_RECORD_UNSTORABLE'],
      [9, 'FUEL_RECORD_UNSTORABLE'],
      [10, 'FUEL_RECORD_UNSTORABLE'],
      [11, 'FUEL_RECORD_TOO_LARGE'],
    ]);
  });

  it('in a snapshot forbid removals, for nobody knows who is missing', async () => {
    const h = await house();
    const records = many(8);
    await h.put(records);
    await run(h);
    await h.put([...records.slice(1), { car: 'no id' }]);
    expect(await run(h)).toMatchObject({ state: 'failed', fault_code: 'FUEL_FEED_RECORDS_UNREADABLE', removed: 0 });
  });
});

describe('changes', () => {
  it('are read once each, by the clock of the store and not by their names', async () => {
    const h = await house();
    const [first, second] = many(2) as [FeedRecord, FeedRecord];
    await h.change('2031-01-01T00:00:00Z', [first]);
    expect(await run(h, { kind: 'changes' })).toMatchObject({ files: 1, added: 1 });
    await h.change('2019-01-01T00:00:00Z', [second]);
    expect(await run(h, { kind: 'changes' })).toMatchObject({ files: 1, added: 1 });
    expect(await run(h, { kind: 'changes' })).toMatchObject({ files: 0, read: 0 });
  });

  it('of the same file written again are read again and change only what differs', async () => {
    const h = await house();
    const records = many(3);
    await h.change('a', records);
    await run(h, { kind: 'changes' });
    const newer: FeedRecord = { ...records[0], litres: 41, updated_at: new Date().toISOString() };
    await h.change('a', [newer, ...records.slice(1)]);
    expect(await run(h, { kind: 'changes' })).toMatchObject({ changed: 1, unchanged: 2 });
    expect((await h.stored())[String(newer.id)]?.litres).toBe('41.000');
  });

  it('that are older than what is known change nothing', async () => {
    const h = await house();
    const record = feedRecord({ updated_at: '2026-03-02T00:00:00Z', litres: 33 });
    await h.change('b', [record]);
    await run(h, { kind: 'changes' });
    await h.change('c', [{ ...record, litres: 11, updated_at: '2026-03-01T00:00:00Z' }]);
    expect(await run(h, { kind: 'changes' })).toMatchObject({ older: 1, changed: 0 });
    expect((await h.stored())[String(record.id)]?.litres).toBe('33.000');
  });

  it('delete softly, keep what was known, and take it back', async () => {
    const h = await house();
    const record = feedRecord();
    await h.change('a', [record]);
    await run(h, { kind: 'changes' });
    await h.change('b', [{ id: record.id, deleted_at: '2026-06-01T00:00:00Z' }]);
    expect(await run(h, { kind: 'changes' })).toMatchObject({ changed: 1 });
    const stored = (await h.stored())[String(record.id)];
    expect(stored?.deleted_at?.toISOString()).toBe('2026-06-01T00:00:00.000Z');
    expect(stored?.raw).toMatchObject({ car: 'KDA 001A', deleted_at: '2026-06-01T00:00:00Z' });
    await h.change('c', [{ ...record, updated_at: '2026-06-02T00:00:00Z' }]);
    await run(h, { kind: 'changes' });
    expect((await h.stored())[String(record.id)]?.deleted_at).toBeNull();
  });

  it('that were said before a deletion and come after it do not undo it', async () => {
    const h = await house();
    const record = feedRecord({ updated_at: '2026-03-01T00:00:00Z' });
    await h.change('a', [record]);
    await run(h, { kind: 'changes' });
    await h.change('b', [{ id: record.id, deleted_at: '2026-06-01T00:00:00Z' }]);
    await run(h, { kind: 'changes' });
    await h.change('c', [{ ...record, litres: 11, updated_at: '2026-05-01T00:00:00Z' }]);
    expect(await run(h, { kind: 'changes' })).toMatchObject({ older: 1, changed: 0 });
    expect((await h.stored())[String(record.id)]).toMatchObject({ litres: '40.000', deleted_at: new Date('2026-06-01T00:00:00Z') });
  });

  it('behind a bad file are read; the bad one is tried again and heals', async () => {
    const h = await house();
    const records = many(2);
    await feed.put(`${h.prefix}changes/1.json`, '{"records":[{"id":1');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await h.change('2', [records[0]]);
    expect(await run(h, { kind: 'changes' })).toMatchObject({ state: 'failed', fault_code: 'FUEL_FEED_TRUNCATED', added: 1 });
    await h.change('1', [records[1]]);
    expect(await run(h, { kind: 'changes' })).toMatchObject({ state: 'done', added: 1, files: 1 });
  });
});

describe('a file', () => {
  it('adds and changes, and removes nothing', async () => {
    const h = await house();
    const folder = mkdtempSync(join(tmpdir(), 'fleet-feed-'));
    const path = join(folder, 'part.json');
    await h.put(many(10));
    await run(h);
    writeFileSync(path, JSON.stringify(many(4)));
    utimesSync(path, new Date(), new Date());
    expect(await run(h, { kind: 'file', path })).toMatchObject({ added: 4, removed: 0, state: 'done' });
    expect(await run(h, { kind: 'file', path: join(folder, 'none.json') })).toMatchObject({ state: 'failed', fault_code: 'FUEL_FEED_NO_FILE' });
    rmSync(folder, { recursive: true });
  });
});

describe('two at once', () => {
  it('of the batches of one file may hold the same new ids: the newest word counts, and each id once', async () => {
    const h = await house();
    const told = (minute: number): FeedRecord[] => Array.from({ length: 4000 }, (_, i) => ({ id: i, car: 'KDA 001A', litres: 30 + minute, updated_at: `2026-05-04T10:0${minute}:00Z` }));
    const outcome = await importRecords(app, h.company.accountId, [1, 2, 3].flatMap(told));
    expect(outcome).toMatchObject({ state: 'done', read: 12_000, added: 4000, skipped: 0 });
    expect(outcome.changed + outcome.older + outcome.unchanged).toBe(8000);
    expect(new Set(Object.values(await h.stored()).map((r) => Number(r.litres)))).toEqual(new Set([33]));
  });

  it('are one and a refusal; afterwards the second finds nothing left to do', async () => {
    const h = await house();
    await h.put(many(1500));
    const both = await Promise.allSettled([run(h), run(h)]);
    expect(both.map((b) => (b.status === 'fulfilled' ? b.value.state : (b.reason as { code: string }).code)).sort()).toEqual(['FUEL_IMPORT_RUNNING', 'done']);
    expect(await run(h)).toMatchObject({ added: 0, unchanged: 1500 });
  });
});

describe('walls', () => {
  it('stand between the feeds of two accounts with the same ids', async () => {
    const [a, b] = [await house(), await house()];
    const record = feedRecord();
    await a.put([record]);
    await b.put([{ ...record, litres: 12 }]);
    await run(a);
    await run(b);
    expect((await a.stored())[String(record.id)]?.litres).toBe('40.000');
    expect((await b.stored())[String(record.id)]?.litres).toBe('12.000');
    const south = await as(app, people.south.admin);
    expect((await south.get('/api/v1/analytics/fuel-fills').expect(200)).body.items).toEqual([]);
    const [imported] = (await a.admin.get(`${base}/feed_imports`).expect(200)).body.items;
    await b.admin.get(`${base}/feed_imports/${imported.id}`).expect(404);
    await b.admin.get(`${base}/feed_imports/${imported.id}/skipped`).expect(404);
  });
});
