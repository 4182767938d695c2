import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { open, readdir, utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrphanSweep } from '@fleet/platform/files';
import { LocalDisk } from '@fleet/platform/files/local-disk';
import { UPLOAD_OPTIONS, type UploadOptions } from '@fleet/platform/files/uploads';
import { testApp, type Agent, type TestApp } from '../support/app';
import { papers, PapersModule } from '../support/papers';
import { as, session, settle, type People } from '../support/people';
import { jpeg } from '../support/pictures';
import { startS3 } from '../support/s3';
import { until } from '../support/until';

const subject = '7d0c6a4e-8a55-4c39-9d3a-1f0a1f6f0001';

describe('handing in a file', () => {
  let app: TestApp;
  let people: People;
  let north: Agent;
  beforeAll(async () => {
    app = await testApp({ FILE_LIMIT_MB: '2', FLEET_ROLES: 'api' }, [PapersModule]);
    people = await settle(app);
    north = await as(app, people.north.operator);
  });
  afterAll(() => app?.close());

  const held = (): number => app.app.get<UploadOptions>(UPLOAD_OPTIONS).storage.held;
  it('needs a token before a byte is read', async () => {
    await app.request.post(papers).attach('file', jpeg(), 'x.jpg').expect(401);
  });

  it.each([
    ['no file', () => north.post(papers).field('subject_id', subject), 'FILE_MISSING', 400],
    ['a file in another field', () => north.post(papers).attach('picture', jpeg(), 'x.jpg'), 'FILE_FIELD_UNKNOWN', 400],
    ['two files', () => north.post(papers).attach('file', jpeg(), 'x.jpg').attach('file', jpeg(), 'y.jpg'), 'FILE_FIELD_UNKNOWN', 400],
    ['JSON', () => north.post(papers).send({ file: 'x' }), 'UNSUPPORTED_MEDIA_TYPE', 415],
    ['a picture alone', () => north.post(papers).set('content-type', 'image/jpeg').send(jpeg()), 'UNSUPPORTED_MEDIA_TYPE', 415],
    ['no boundary', () => north.post(papers).set('content-type', 'multipart/form-data').send('x'), 'MALFORMED_MULTIPART', 400],
    ['a form that ends early', () => north.post(papers).set('content-type', 'multipart/form-data; boundary=b').send('--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\nabc'), 'MALFORMED_MULTIPART', 400],
    ['an unknown field', () => north.post(papers).field('wheels', '4').attach('file', jpeg(), 'x.jpg'), 'INVALID_INPUT', 400],
    ['a wrong field', () => north.post(papers).field('subject_id', 'x').attach('file', jpeg(), 'x.jpg'), 'INVALID_INPUT', 400],
    ['a huge field', () => north.post(papers).field('subject_id', 'x'.repeat(100_000)).attach('file', jpeg(), 'x.jpg'), 'MALFORMED_MULTIPART', 400],
  ])('refuses %s', async (_what, request, code, status) => {
    const { body } = await request().expect(status);
    expect(body).toMatchObject({ code, status });
  });

  it('stops reading 40 MB at the limit', async () => {
    const answer = await north.post(papers).attach('file', Buffer.concat([jpeg().subarray(0, -2), Buffer.alloc(40 * 1024 * 1024, 1)]), 'x.jpg').catch((error: { code?: string }) => error);
    // The server may close the connection before the sender has finished; both ends of that are refusals.
    if ('status' in answer) expect(answer).toMatchObject({ status: 413, body: { code: 'FILE_TOO_LARGE' } });
    else expect(['ECONNRESET', 'EPIPE']).toContain(answer.code);
    expect(held()).toBe(0);
    await north.post(papers).attach('file', jpeg(), 'x.jpg').expect(201);
  });

  it('forgets an upload whose sender left', async () => {
    const { access_token } = await session(app, people.north.admin);
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.write(`POST ${papers} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${access_token}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 1000000\r\n\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\n${'x'.repeat(50_000)}`);
    await until(() => held() > 0);
    socket.destroy();
    await until(() => held() === 0);
    await north.post(papers).attach('file', jpeg({ salt: 9 }), 'x.jpg').expect(201);
  });
  it('with one Idempotency-Key stores once; another file under it is refused', async () => {
    const key = 'hand-in-0001';
    const first = await north.post(papers).set('idempotency-key', key).attach('file', jpeg({ salt: 77 }), 'x.jpg').expect(201);
    const again = await north.post(papers).set('idempotency-key', key).attach('file', jpeg({ salt: 77 }), 'x.jpg').expect(201);
    expect(again.body.id).toBe(first.body.id);
    expect((await north.post(papers).set('idempotency-key', key).attach('file', jpeg({ salt: 78 }), 'x.jpg').expect(422)).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});

describe('a disk that fails', () => {
  let app: TestApp;
  let north: Agent;
  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api' }, [PapersModule]);
    north = await as(app, (await settle(app)).north.operator);
  });
  afterAll(() => app?.close());
  afterEach(() => jest.restoreAllMocks());

  const everything = async (): Promise<string[]> => (await readdir(join(app.config.FLEET_DATA_DIR, 'files'), { recursive: true, withFileTypes: true })).filter((e) => e.isFile()).map((e) => e.name);
  const rows = async (): Promise<number> => (await app.db.sql<{ n: number }>(`select count(*)::int as n from files.stored_file`))[0]?.n ?? -1;

  it.each([
    ['writeFile', 'ENOSPC', 'FILE_STORE_FULL', 10],
    ['sync', 'EIO', 'FILE_STORE_UNAVAILABLE', 20],
  ] as const)('in %s with %s leaves nothing half-written', async (method, errno, code, salt) => {
    await north.post(papers).attach('file', jpeg({ salt }), 'x.jpg').expect(201);
    const before = { files: await everything(), rows: await rows() };
    const handle = await open(join(mkdtempSync(join(tmpdir(), 'fleet-handle-')), 'x'), 'w');
    const prototype = Object.getPrototypeOf(handle) as Record<typeof method, () => Promise<void>>;
    await handle.close();
    jest.spyOn(prototype, method).mockRejectedValueOnce(Object.assign(new Error('the disk'), { code: errno }));
    expect((await north.post(papers).attach('file', jpeg({ salt: salt + 1 }), 'x.jpg').expect(503)).body).toMatchObject({ code });
    expect({ files: await everything(), rows: await rows() }).toEqual(before);
    await north.post(papers).attach('file', jpeg({ salt: salt + 1 }), 'x.jpg').expect(201);
  });

  it('by losing a file says so without a shorter one', async () => {
    const { body } = await north.post(papers).attach('file', jpeg({ salt: 5 }), 'x.jpg').expect(201);
    rmSync(join(app.config.FLEET_DATA_DIR, 'files'), { recursive: true });
    expect((await north.get(`${papers}/${body.id}`).expect(404)).body.code).toBe('NOT_FOUND');
  });

  it('after a crash is tidied: what was half-written goes after a day', async () => {
    const incoming = join(app.config.FLEET_DATA_DIR, 'files', '.incoming');
    await north.post(papers).attach('file', jpeg({ salt: 6 }), 'x.jpg').expect(201);
    await writeFile(join(incoming, 'half'), 'x');
    await app.app.get(OrphanSweep).sweepOrphans();
    expect(await readdir(incoming)).toEqual(['half']);
    await utimes(join(incoming, 'half'), new Date(0), new Date(0));
    await app.app.get(OrphanSweep).sweepOrphans();
    expect(await readdir(incoming)).toEqual([]);
  });

  it('that belongs to another database is not swept empty', async () => {
    const account = '11111111-2222-4333-8444-555555555555';
    const disk = new LocalDisk(join(app.config.FLEET_DATA_DIR, 'files'));
    for (let i = 0; i < 120; i += 1) await disk.put(`${account}/2026/01/${randomUUID()}`, Buffer.from('x'));
    app.clock.advance({ hours: 25 });
    expect(await app.app.get(OrphanSweep).sweepOrphans()).toMatchObject({ removed: 0, refused: true });
    app.clock.reset();
  });
});

describe('an S3 store that does not answer', () => {
  it('is a 503 in words, and work goes on when it is back', async () => {
    const s3 = await startS3('fleet-test');
    const app = await testApp({ FLEET_ROLES: 'api', ...s3.settings }, [PapersModule]);
    try {
      const north = await as(app, (await settle(app)).north.operator);
      const { body } = await north.post(papers).attach('file', jpeg({ salt: 1 }), 'x.jpg').expect(201);
      await s3.stop();
      expect((await north.post(papers).attach('file', jpeg({ salt: 2 }), 'x.jpg').expect(503)).body.code).toBe('FILE_STORE_UNAVAILABLE');
      expect((await north.get(`${papers}/${body.id}`).expect(503)).body.code).toBe('FILE_STORE_UNAVAILABLE');
      await s3.start();
      await north.get(`${papers}/${body.id}`).expect(200);
    } finally {
      await app.close();
      await s3.close();
    }
  }, 60_000);
});
