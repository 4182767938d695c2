import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Erasure } from '@fleet/platform/crypto';
import { Db, systemActor } from '@fleet/platform/database';
import { contentTypes, FileStore, OrphanSweep } from '@fleet/platform/files';
import { testApp, type Agent, type TestApp } from '../support/app';
import { papers, PapersModule } from '../support/papers';
import { as, settle, type People } from '../support/people';
import { gpsText, jpeg, pdf, pictureData, png, zip } from '../support/pictures';
import { startS3, type TestS3 } from '../support/s3';

const subject = '7d0c6a4e-8a55-4c39-9d3a-1f0a1f6f0001';

describe.each(['local disk', 'S3'])('files on %s', (kind) => {
  let app: TestApp;
  let s3: TestS3 | undefined;
  let people: People;
  let north: Agent;
  let south: Agent;
  let folder: string;

  beforeAll(async () => {
    s3 = kind === 'S3' ? await startS3('fleet-test') : undefined;
    app = await testApp({ FILE_LIMIT_MB: '2', FLEET_ROLES: 'api', ...s3?.settings }, [PapersModule]);
    people = await settle(app);
    north = await as(app, people.north.operator);
    south = await as(app, people.south.admin);
    folder = s3 ? s3.folder : join(app.config.FLEET_DATA_DIR, 'files');
  });
  afterAll(async () => {
    await app?.close();
    await s3?.close();
  });
  afterEach(() => app.clock.reset());

  const send = (content: Buffer, name = 'paper.jpg', fields: Record<string, string> = {}, agent = north) => {
    const form = agent.post(papers).attach('file', content, name);
    for (const [key, value] of Object.entries(fields)) void form.field(key, value);
    return form;
  };
  const stored = async (): Promise<string[]> => (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])).filter((e) => e.isFile() && !/metadata\.json|\.md5$/.test(e.name)).map((e) => join(e.parentPath, e.name));
  const storedBytes = async (): Promise<Buffer> => Buffer.concat(await Promise.all((await stored()).map((path) => readFile(path))));
  let salt = 10;
  const another = (options: Parameters<typeof jpeg>[0] = {}): Buffer => jpeg({ salt: (salt += 1), ...options });

  it('come back as they were, without what was hidden in them', async () => {
    const { body } = await send(another({ orientation: 6 }), 'Führerschein 4.JPG').expect(201);
    expect(body).toMatchObject({ content_type: 'image/jpeg', original_name: 'Führerschein 4.jpg' });
    const got = await north.get(`${papers}/${body.id}`).buffer(true).expect(200);
    expect((got.body as Buffer).includes(pictureData)).toBe(true);
    expect((got.body as Buffer).toString('latin1')).not.toContain(gpsText);
    expect((await storedBytes()).toString('latin1')).not.toContain(gpsText);
    expect(got.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String((got.body as Buffer).length),
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
      'content-disposition': `inline; filename="F_hrerschein 4.jpg"; filename*=UTF-8''F%C3%BChrerschein%204.jpg`,
      'accept-ranges': 'bytes',
      etag: `"${body.sha256}"`,
    });
    expect(got.headers['content-security-policy']).toMatch(/^sandbox/);
  });

  it('answer 304, one range, and what cannot be had', async () => {
    const { body } = await send(another()).expect(201);
    const url = `${papers}/${body.id}`;
    const whole = (await north.get(url).buffer(true).expect(200)).body as Buffer;
    await north.get(url).set('if-none-match', `W/"x", "${body.sha256}"`).expect(304);
    const part = await north.get(url).set('range', 'bytes=10-19').buffer(true).expect(206);
    expect(part.headers['content-range']).toBe(`bytes 10-19/${whole.length}`);
    expect((part.body as Buffer).equals(whole.subarray(10, 20))).toBe(true);
    expect(((await north.get(url).set('range', 'bytes=-5').buffer(true).expect(206)).body as Buffer).equals(whole.subarray(-5))).toBe(true);
    await north.get(url).set('range', 'bytes=10-19').set('if-range', '"older"').expect(200);
    expect((await north.get(url).set('range', `bytes=${whole.length}-`).expect(416)).headers['content-range']).toBe(`bytes */${whole.length}`);
    expect((await north.head(url).expect(200)).headers['content-length']).toBe(String(whole.length));
  });

  it('are there for their own account only', async () => {
    const { body } = await send(another()).expect(201);
    expect((await south.get(`${papers}/${body.id}`).expect(404)).body.code).toBe('NOT_FOUND');
    await south.delete(`${papers}/${body.id}`).expect(404);
    await north.get(`${papers}/${body.id}`).expect(200);
  });

  it('are there for their own purpose only', async () => {
    const actor = systemActor(people.north.accountId, 'test');
    const files = app.app.get(FileStore);
    const other = await app.app.get(Db).write(actor, (tx) => files.store(tx, { content: another(), original_name: 'x', purpose: 'test.secret', allowed: contentTypes }));
    await north.get(`${papers}/${other.id}`).expect(404);
    expect((await files.open(actor, other.id)).purpose).toBe('test.secret');
  });

  it('share their bytes within the account; the last one erased takes them along', async () => {
    const before = (await stored()).length;
    const bytes = another();
    const answers = await Promise.all([1, 2, 3, 4].map((n) => send(bytes, `${n}.jpg`).expect(201)));
    expect(new Set(answers.map((a) => a.body.id)).size).toBe(4);
    expect(await stored()).toHaveLength(before + 1);
    await send(bytes, 'theirs.jpg', {}, south).expect(201);
    expect(await stored()).toHaveLength(before + 2);
    const [last, ...others] = answers.map((a) => a.body.id as string);
    await Promise.all(others.map((id) => north.delete(`${papers}/${id}`).expect(204)));
    await north.get(`${papers}/${last}`).expect(200);
    await north.delete(`${papers}/${last}`).expect(204);
    await north.get(`${papers}/${last}`).expect(404);
    expect(await stored()).toHaveLength(before + 1);
  });

  it('of a person are sealed, and gone when the person or the key is', async () => {
    const bytes = another();
    const table = Buffer.alloc(65, salt);
    expect(bytes.includes(table)).toBe(true);
    const { body } = await send(bytes, 'Licence of somebody.jpg', { subject_id: subject }).expect(201);
    expect((await storedBytes()).includes(table)).toBe(false);
    const rows = await app.db.sql<{ original_name: string | null }>(`select original_name from files.stored_file where id = $1`, [body.id]);
    expect(rows).toEqual([{ original_name: null }]);
    const got = await north.get(`${papers}/${body.id}`).set('range', 'bytes=0-2').buffer(true).expect(206);
    expect((got.body as Buffer).toString('hex')).toBe('ffd8ff');
    expect(got.headers['content-disposition']).toContain('Licence of somebody.jpg');

    const second = (await send(another(), 'b.jpg', { subject_id: subject }).expect(201)).body;
    const before = (await stored()).length;
    const actor = systemActor(people.north.accountId, 'test');
    expect(await app.app.get(Db).write(actor, (tx) => app.app.get(FileStore).eraseOfSubject(tx, subject))).toBe(2);
    expect(await stored()).toHaveLength(before - 2);
    await north.get(`${papers}/${second.id}`).expect(404);

    const third = (await send(another(), 'c.jpg', { subject_id: subject }).expect(201)).body;
    await app.app.get(Db).write(actor, async (tx) => {
      tx.withoutAudit('test');
      await app.app.get(Erasure).erase(tx, subject, 'asked for it');
    });
    await north.get(`${papers}/${third.id}`).expect(404);
    expect((await send(another(), 'd.jpg', { subject_id: subject }).expect(409)).body.code).toBe('SUBJECT_ERASED');
  });

  it('leave no row when the work rolls back, and no object after the sweep', async () => {
    const before = await stored();
    const actor = systemActor(people.north.accountId, 'test');
    const failing = app.app.get(Db).write(actor, async (tx) => {
      await app.app.get(FileStore).store(tx, { content: another(), original_name: 'x', purpose: 'test.paper', allowed: contentTypes });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await stored()).toHaveLength(before.length + 1);
    const sweep = app.app.get(OrphanSweep);
    expect((await sweep.sweepOrphans()).removed).toBe(0);
    app.clock.advance({ hours: 25 });
    expect((await sweep.sweepOrphans()).removed).toBeGreaterThanOrEqual(1);
    expect((await stored()).length).toBeLessThanOrEqual(before.length);
  });

  it.each([
    ['a web page named .jpg', Buffer.from('<html><script>'), 415, 'FILE_TYPE_NOT_ALLOWED'],
    ['an archive behind a picture', jpeg({ trailing: zip() }), 415, 'FILE_DISGUISED'],
    ['half a picture', jpeg().subarray(0, 200), 400, 'FILE_DAMAGED'],
    ['a picture that fills memory', png({ width: 65_000, height: 65_000 }), 400, 'IMAGE_TOO_LARGE'],
    ['nothing', Buffer.alloc(0), 400, 'FILE_EMPTY'],
    ['more than the limit', jpeg({ padBytes: 2 * 1024 * 1024 }), 413, 'FILE_TOO_LARGE'],
  ])('refuse %s and keep nothing', async (_what, content, status, code) => {
    const before = await stored();
    const answer = await send(content).expect(status);
    expect(answer.body).toMatchObject({ code, status });
    expect(await stored()).toEqual(before);
  });

  it('take any name without letting it go anywhere', async () => {
    for (const name of ['../../../../tmp/x.jpg', '..\\..\\x.jpg', '/etc/passwd', '%2e%2e%2fx', 'a/../b.png', '\u202egpj.exe', "x'; drop table files.stored_file; --", '"><script>']) {
      const { body } = await send(another(), name).expect(201);
      expect(body.original_name).not.toMatch(/[/\\<>"]|^\./);
      await north.get(`${papers}/${body.id}`).expect(200);
    }
    for (const path of await stored()) expect(path.startsWith(folder)).toBe(true);
  });

  it('know a PDF by its content under a picture’s name', async () => {
    const { body } = await send(pdf(), 'scan.png').expect(201);
    expect(body).toMatchObject({ content_type: 'application/pdf', original_name: 'scan.pdf' });
    expect((await north.get(`${papers}/${body.id}`).expect(200)).headers['content-type']).toBe('application/pdf');
  });
});
