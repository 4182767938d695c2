import { gzipSync } from 'node:zlib';
import { connect } from 'node:net';
import { randomUUID } from 'node:crypto';
import { testApp, type Agent, type TestApp } from '../support/app';
import { as, foundCompany, session, settle, type People } from '../support/people';

const auth = '/api/v1/auth';
const parks = `${auth}/parks`;

let app: TestApp;
let people: People;
let admin: Agent;
beforeAll(async () => {
  app = await testApp({ FLEET_ROLES: 'api' });
  people = await settle(app);
  admin = await as(app, people.north.admin);
});
afterAll(() => app?.close());

let serial = 0;
const aName = (): string => `Park ${(serial += 1).toString().padStart(4, '0')}`;
/** Every refusal looks like this, and none tells how the house is built. */
const expectProblem = (answer: { status: number; body: unknown; headers: Record<string, string>; text: string }, status: number, code: string): void => {
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: { status, code, type: `urn:fleet:problem:${code}`, title: expect.any(String), detail: expect.any(String), instance: expect.any(String), request_id: expect.any(String) } });
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.text).not.toMatch(/\bat .+\.[tj]s:\d+|node_modules|select .+ from|insert into|relation "|violates|syntax error|QueryFailedError|pg_|\/work\//i);
};

describe('bodies', () => {
  it('with unknown keys, wrong types and missing fields are refused field by field', async () => {
    const answer = await admin.post(parks).send({ name: 7, city: '', wheels: 4 });
    expectProblem(answer, 400, 'INVALID_INPUT');
    expect(answer.body.errors).toEqual(
      expect.arrayContaining([
        { field: 'wheels', code: 'unknown', detail: 'wheels is not a known field' },
        expect.objectContaining({ field: 'name', code: 'type' }),
        expect.objectContaining({ field: 'city', code: 'length' }),
      ]),
    );
    expectProblem(await admin.post(parks).send({}), 400, 'INVALID_INPUT');
  });

  it.each([
    ['a list', '[]'],
    ['a list of things', '[{"name":"x"}]'],
    ['nested deep', `{"name":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}`],
    ['null', '{"name":null}'],
    ['a character no database keeps', '{"name":"a\\u0000b"}'],
    ['nothing', ''],
  ])('that are %s are refused', async (_what, text) => {
    expectProblem(await admin.post(parks).set('content-type', 'application/json').send(text), 400, 'INVALID_INPUT');
  });

  it.each(['{"name":"by proto","__proto__":{"city":"x","admin":true}}', '{"name":"by constructor","constructor":{"prototype":{"admin":true}}}'])('that reach for prototypes (%s) reach nothing', async (text) => {
    const answer = await admin.post(parks).set('content-type', 'application/json').send(text);
    expect([201, 400]).toContain(answer.status);
    if (answer.status === 201) expect(answer.body.city).toBeNull();
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it.each(['{"name":', 'null', '"text"', '7', "{'name':'x'}"])('that are broken JSON (%s) are refused', async (text) => {
    expectProblem(await admin.post(parks).set('content-type', 'application/json').send(text), 400, 'MALFORMED_JSON');
  });

  it('larger than the limit are refused, packed or not', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(10 * 1024 * 1024) });
    const plain = await admin.post(parks).set('content-type', 'application/json').send(large).catch((error: { code: string }) => error);
    if ('status' in plain) expectProblem(plain, 413, 'BODY_TOO_LARGE');
    else expect(['ECONNRESET', 'EPIPE']).toContain(plain.code);
    const packed = await raw(`POST ${parks} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${await token()}\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\nconnection: close\r\n`, gzipSync(large));
    expect(packed).toMatch(/^HTTP\/1\.1 413 /);
    expect(packed).toContain('BODY_TOO_LARGE');
  });

  it.each([
    ['text/plain', '{"name":"x"}', 'UNSUPPORTED_MEDIA_TYPE'],
    ['application/xml', '<name/>', 'UNSUPPORTED_MEDIA_TYPE'],
    ['application/x-www-form-urlencoded', 'name=x', 'UNSUPPORTED_MEDIA_TYPE'],
    ['application/json; charset=koi8-r', '{"name":"x"}', 'UNSUPPORTED_CHARSET'],
  ])('of type %s are refused', async (type, text, code) => {
    expectProblem(await admin.post(parks).set('content-type', type).send(text), 415, code);
  });

  it('of a type only uploads have find no field', async () => {
    expectProblem(await admin.post(parks).set('content-type', 'application/octet-stream').send('x'), 400, 'INVALID_INPUT');
  });

  it('in an unknown encoding are refused', async () => {
    expect(await raw(`POST ${parks} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${await token()}\r\ncontent-type: application/json\r\ncontent-encoding: rot13\r\nconnection: close\r\n`, Buffer.from('{}'))).toContain('UNSUPPORTED_ENCODING');
  });
});

const token = async (): Promise<string> => (await session(app, people.north.admin)).access_token;
const raw = (head: string, body: Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
    socket.write(Buffer.concat([Buffer.from(`${head}content-length: ${body.length}\r\n\r\n`), body]));
  });

describe('addresses', () => {
  it.each([
    ['GET', '/api/v1/nothing'],
    ['GET', '/nothing'],
    ['DELETE', '/api/v1/auth/login'],
    ['GET', `${parks}/x/y/z`],
  ])('%s %s is a 404 problem', async (method, path) => {
    expectProblem(await admin[method.toLowerCase() as 'get'](path), 404, 'NO_SUCH_ROUTE');
  });

  it.each(['x', '1', '%00', "'; drop table auth.park; --", '../users', '00000000-0000-0000-0000-000000000000', randomUUID()])('the id %s names nothing', async (id) => {
    expectProblem(await admin.get(`${auth}/users/${encodeURIComponent(id)}`), 404, 'NOT_FOUND');
    expectProblem(await admin.patch(`${parks}/${encodeURIComponent(id)}`).send({ name: 'x' }), 404, 'NOT_FOUND');
  });

  it('with a broken percent escape are refused', async () => {
    expectProblem(await admin.get(`${auth}/users/%E0%A4%A`), 400, 'MALFORMED_PATH');
  });

  it('know their ids in capitals too', async () => {
    expect((await admin.get(`${auth}/users/${people.north.driver.id.toUpperCase()}`).expect(200)).body.id).toBe(people.north.driver.id);
  });
});

describe('an Idempotency-Key', () => {
  const open = (key: string, body: object, by = admin) => by.post(parks).set('idempotency-key', key).send(body);
  const count = async (name: string): Promise<number> => (await app.db.sql<{ n: number }>(`select count(*)::int as n from auth.park where name = $1`, [name], people.north.accountId))[0]?.n ?? -1;

  it('repeats the answer without a second effect', async () => {
    const [key, name] = [randomUUID(), aName()];
    const first = await open(key, { name }).expect(201);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    const again = await open(key, { name }).expect(201);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(await count(name)).toBe(1);
  });

  it('belongs to one request: another body, another address, another person', async () => {
    const [key, name] = [randomUUID(), aName()];
    await open(key, { name }).expect(201);
    expectProblem(await open(key, { name: aName() }), 422, 'IDEMPOTENCY_KEY_REUSED');
    expectProblem(await admin.post(`${auth}/invitations`).set('idempotency-key', key).send({ email: 'x@north.example', role: 'driver' }), 422, 'IDEMPOTENCY_KEY_REUSED');
    expect((await open(key, { name: aName() }, await as(app, people.south.admin)).expect(201)).headers['idempotency-replayed']).toBeUndefined();
  });

  it('runs twins sent together once', async () => {
    const [key, name] = [randomUUID(), aName()];
    const answers = await Promise.all(Array.from({ length: 8 }, () => open(key, { name })));
    expect(answers.map((a) => a.status)).toEqual(Array(8).fill(201));
    expect(new Set(answers.map((a) => a.body.id)).size).toBe(1);
    expect(answers.filter((a) => a.headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect(await count(name)).toBe(1);
  });

  it('does not remember a refusal, and leaves nothing of it', async () => {
    const [key, name] = [randomUUID(), aName()];
    await admin.post(parks).send({ name }).expect(201);
    expectProblem(await open(key, { name }), 409, 'PARK_NAME_TAKEN');
    const row = (await admin.get(parks).query({ limit: 500 })).body.items.find((p: { name: string }) => p.name === name);
    await admin.patch(`${parks}/${row.id}`).send({ closed: true }).expect(200);
    await open(key, { name }).expect(201);
  });

  it('covers answers without a body', async () => {
    const agent = await as(app, people.north.operator);
    const key = randomUUID();
    await agent.post(`${auth}/logout`).set('idempotency-key', key).send().expect(204);
    await agent.get(`${auth}/me`).expect(401);
  });

  it('that secrets are answered to keeps none of them readable', async () => {
    const key = randomUUID();
    const send = () => admin.post(`${auth}/clients`).set('idempotency-key', key).send({ name: aName.name + key, scopes: ['auth.park.read'] });
    const first = await send().expect(201);
    expect((await send().expect(201)).body).toEqual(first.body);
    const rows = await app.db.sql<{ row: string }>(`select to_jsonb(a)::text as row from http.idempotent_answer a`);
    expect(rows.map((r) => r.row).join()).not.toContain(first.body.client_secret);
  });

  it.each(['short', 'x'.repeat(201), 'with a blank', 'ключ-ключ-ключ'])('%s is refused', async (key) => {
    const answer = await admin.post(parks).set('idempotency-key', Buffer.from(key).toString('latin1')).send({ name: aName() });
    expectProblem(answer, 400, 'BAD_IDEMPOTENCY_KEY');
  });

  it('with proving the audit log reads, and breaks nothing', async () => {
    const answer = await admin.post('/api/v1/audit/verify').set('idempotency-key', randomUUID()).send();
    expect(answer.status).toBe(200);
    expect(answer.body.ok).toBe(true);
    await admin.post('/api/v1/audit/verify').send().expect(200);
  });
});

describe('lists', () => {
  let south: Agent;
  const names: string[] = [];
  beforeAll(async () => {
    south = await as(app, (await foundCompany(app, 'west')).admin);
    for (let i = 0; i < 12; i += 1) {
      names.push(`Yard ${String.fromCharCode(97 + i)}`);
      await south.post(parks).send({ name: names[i] }).expect(201);
    }
  });
  const page = async (query: object) => (await south.get(parks).query(query).expect(200)).body as { items: { id: string; name: string }[]; next_cursor: string | null };

  it('come a page at a time, whole and in order, while rows are added', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { items, next_cursor } = await page({ limit: 5, ...(cursor ? { cursor } : {}) });
      seen.push(...items.map((p) => p.name));
      cursor = next_cursor ?? undefined;
      if (seen.length === 5) await south.post(parks).send({ name: 'A yard before all others' }).expect(201);
    } while (cursor);
    expect(seen).toEqual(names);
    expect((await page({ sort: '-name', limit: 1 })).items[0]?.name).toBe('Yard l');
  });

  it.each(['x', 'bm90aGluZw', Buffer.from('["name"]').toString('base64url'), Buffer.from('["name","x","not an id"]').toString('base64url'), Buffer.from('["-name","x","y"]').toString('base64url'), Buffer.from(`["name","a\\u0000","${randomUUID()}"]`).toString('base64url'), 'x'.repeat(1001)])('refuse the cursor %s', async (cursor) => {
    const answer = await south.get(parks).query({ cursor });
    expectProblem(answer, 400, cursor.length > 1000 ? 'INVALID_INPUT' : 'BAD_CURSOR');
  });

  it('refuse a cursor made of what is no time', async () => {
    const cursor = Buffer.from(JSON.stringify(['created_at', 'yesterday-ish', randomUUID()])).toString('base64url');
    expectProblem(await south.get(`${auth}/users`).query({ cursor }), 400, 'BAD_CURSOR');
  });

  it.each([
    [{ limit: '0' }, 'INVALID_INPUT'],
    [{ limit: '501' }, 'INVALID_INPUT'],
    [{ limit: 'x' }, 'INVALID_INPUT'],
    [{ limit: '1.5' }, 'INVALID_INPUT'],
    [{ wheels: '4' }, 'INVALID_INPUT'],
    [{ sort: 'secret' }, 'UNKNOWN_SORT'],
    [{ sort: 'name; drop table auth.park' }, 'UNKNOWN_SORT'],
    [{ sort: 'constructor' }, 'UNKNOWN_SORT'],
    [{ fields: 'id,secret_hash' }, 'UNKNOWN_FIELDS'],
    [{ fields: '__proto__' }, 'UNKNOWN_FIELDS'],
  ])('refuse %j', async (query, code) => {
    expectProblem(await south.get(parks).query(query), 400, code);
  });

  it('answer with the asked fields only', async () => {
    const { items } = await page({ fields: 'name', limit: 2 });
    for (const item of items) expect(Object.keys(item).sort()).toEqual(['id', 'name']);
    expect(Object.keys((await south.get(`${auth}/account`).query({ fields: 'currency' }).expect(200)).body).sort()).toEqual(['currency', 'id']);
  });
});

describe('what was read before', () => {
  it('is answered 304 until it changes', async () => {
    const url = `${auth}/users/${people.north.investor.id}`;
    const { headers } = await admin.get(url).expect(200);
    const same = await admin.get(url).set('if-none-match', headers.etag ?? '').expect(304);
    expect(same.text).toBe('');
    await admin.patch(url).send({ park_ids: [] }).expect(200);
    expect((await admin.get(url).set('if-none-match', headers.etag ?? '').expect(200)).headers.etag).not.toBe(headers.etag);
  });
});

describe('every answer', () => {
  it.each([
    ['a good id of the caller', 'batch-2026.07:42', 'batch-2026.07:42'],
    ['an id of our own for none', undefined, /^[0-9a-f-]{36}$/],
    ['an id of our own for a short one', 'x', /^[0-9a-f-]{36}$/],
    ['an id of our own for one with blanks', 'a b c d e f g h', /^[0-9a-f-]{36}$/],
  ])('carries %s', async (_what, given, expected) => {
    const request = app.request.get('/api/v1/nothing');
    const answer = await (given ? request.set('x-request-id', given) : request).expect(404);
    expect(answer.headers['x-request-id']).toMatch(expected);
    expect(answer.body.request_id).toBe(answer.headers['x-request-id']);
  });

  it('carries the headers that keep browsers safe, and not who made it', async () => {
    for (const answer of [await app.request.get('/healthz'), await app.request.get('/api/v1/nothing'), await admin.get(parks)]) {
      expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin' });
      expect(answer.headers['content-security-policy']).toContain("default-src 'self'");
      expect(answer.headers['x-powered-by']).toBeUndefined();
    }
  });
});

describe('probes', () => {
  it('say exactly what they should', async () => {
    for (const path of ['/healthz', '/livez']) {
      const { body } = await app.request.get(path).expect(200);
      expect(Object.keys(body)).toEqual(['status', 'uptime', 'lag_ms']);
      expect(body).toEqual({ status: 'ok', uptime: expect.stringMatching(/^\d+h$/), lag_ms: expect.any(Number) });
    }
    expect((await app.request.get('/readyz').expect(200)).body).toEqual({ status: 'ready' });
  });

  it('give figures to loopback, not through a proxy', async () => {
    expect((await app.request.get('/metrics').expect(200)).text).toContain('fleet_http_request_seconds_bucket');
    expectProblem(await app.request.get('/metrics').set('x-forwarded-for', '127.0.0.1'), 403, 'METRICS_TOKEN_REQUIRED');
  });

  it('give figures to the holder of the token', async () => {
    const guarded = await testApp({ FLEET_ROLES: 'api', METRICS_TOKEN: 'a-token-of-16-characters' });
    try {
      await guarded.request.get('/metrics').expect(403);
      await guarded.request.get('/metrics').set('authorization', 'Bearer wrong').expect(403);
      await guarded.request.get('/metrics').set('authorization', 'Bearer a-token-of-16-characters').expect(200);
    } finally {
      await guarded.close();
    }
  });

  it('describe the API to everybody', async () => {
    const { body } = await app.request.get('/api/openapi.json').expect(200);
    expect(body.paths[`${parks}/{id}`].patch['x-permission']).toBe('auth.park.write');
    await app.request.get('/api/docs').expect(200);
  });
});
