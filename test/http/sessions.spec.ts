import { createHmac, createPublicKey, createSign, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { decode, sign } from 'jsonwebtoken';
import { SigningKeys } from '@fleet/platform/auth';
import { testApp, type TestApp } from '../support/app';
import { addPerson, as, login, session, settle, type People } from '../support/people';

const auth = '/api/v1/auth';
const base64 = (value: object | Buffer): string => (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url');

describe('sessions', () => {
  let app: TestApp;
  let people: People;
  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api' });
    people = await settle(app);
  });
  afterAll(() => app?.close());
  afterEach(() => app.clock.reset());

  const refresh = (refresh_token: string) => app.request.post(`${auth}/refresh`).send({ refresh_token });

  it('are listed, the current one marked, other people’s left out', async () => {
    const person = await addPerson(app, people.north, 'operator');
    const [one] = [await login(app, person), await login(app, person)];
    const { body } = await app.as(one.access_token).get(`${auth}/sessions`).expect(200);
    expect(body.items).toHaveLength(2);
    expect(body.items.filter((s: { current: boolean }) => s.current)).toHaveLength(1);
    expect(body.items.every((s: { user_id: string }) => s.user_id === person.id)).toBe(true);
  });

  it('end by their owner’s hand, at once, refresh token included', async () => {
    const person = await addPerson(app, people.north, 'operator');
    const [one, two] = [await session(app, person), await session(app, person)];
    await app.as(two.access_token).get(`${auth}/me`).expect(200);
    const { body } = await app.as(one.access_token).get(`${auth}/sessions`).expect(200);
    const other = body.items.find((s: { current: boolean }) => !s.current);
    await app.as(one.access_token).delete(`${auth}/sessions/${other.id}`).expect(204);
    expect((await app.as(two.access_token).get(`${auth}/me`).expect(401)).body.code).toBe('UNAUTHENTICATED');
    await refresh(two.refresh_token).expect(401);
    await app.as(one.access_token).delete(`${auth}/sessions/${other.id}`).expect(404);
    await app.as(one.access_token).post(`${auth}/logout`).send().expect(204);
    await app.as(one.access_token).get(`${auth}/me`).expect(401);
  });

  it('end at once while requests are under way', async () => {
    const person = await addPerson(app, people.north, 'operator');
    const tokens = await session(app, person);
    const busy = Array.from({ length: 20 }, () => app.as(tokens.access_token).get(`${auth}/me`));
    await Promise.all([...busy, app.as(tokens.access_token).post(`${auth}/logout`).send()]);
    await app.as(tokens.access_token).get(`${auth}/me`).expect(401);
  });

  it('of others cannot be ended by guessing their id', async () => {
    const victim = app.as((await session(app, people.north.driver)).access_token);
    const id = (await victim.get(`${auth}/sessions`)).body.items[0].id as string;
    await (await as(app, people.north.operator)).delete(`${auth}/sessions/${id}`).expect(404);
    await (await as(app, people.south.admin)).delete(`${auth}/account_sessions/${id}`).expect(404);
    await (await as(app, people.north.operator)).delete(`${auth}/account_sessions/${id}`).expect(403);
    await victim.get(`${auth}/me`).expect(200);
    await (await as(app, people.north.admin)).delete(`${auth}/account_sessions/${id}`).expect(204);
    await victim.get(`${auth}/me`).expect(401);
  });

  it('refresh by a token that works once', async () => {
    const first = await login(app, people.north.investor);
    const second = (await refresh(first.refresh_token).expect(200)).body;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    await app.as(second.access_token).get(`${auth}/me`).expect(200);
    const third = (await refresh(second.refresh_token).expect(200)).body;
    // A token used before was copied: everybody holding a part of this session is out.
    expect((await refresh(first.refresh_token).expect(401)).body.code).toBe('INVALID_REFRESH_TOKEN');
    await app.as(third.access_token).get(`${auth}/me`).expect(401);
    await refresh(third.refresh_token).expect(401);
  });

  it('refresh exactly once when several ask together', async () => {
    const { refresh_token } = await session(app, people.north.investor);
    const answers = await Promise.all(Array.from({ length: 6 }, () => refresh(refresh_token)));
    expect(answers.filter((a) => a.status === 200)).toHaveLength(1);
    expect(answers.filter((a) => a.status === 401)).toHaveLength(5);
  });

  it('are over when unused too long, or too old', async () => {
    const idle = await session(app, people.north.operator);
    app.clock.advance({ hours: app.config.SESSION_IDLE_TTL_H + 1 });
    await refresh(idle.refresh_token).expect(401);
    app.clock.reset();
    let kept = await session(app, people.north.operator);
    for (let hours = 0; hours < app.config.SESSION_MAX_TTL_H; hours += app.config.SESSION_IDLE_TTL_H - 1) {
      kept = (await refresh(kept.refresh_token).expect(200)).body;
      app.clock.advance({ hours: app.config.SESSION_IDLE_TTL_H - 1 });
    }
    await refresh(kept.refresh_token).expect(401);
  });

  it.each(['', 'x', 'x'.repeat(150), 'null'])('refuse the refresh token %j', async (token) => {
    const answer = await refresh(token);
    expect([400, 401]).toContain(answer.status);
    expect(answer.body.code).toMatch(/^(INVALID_REFRESH_TOKEN|INVALID_INPUT)$/);
  });

  it('survive the rotation of signing keys', async () => {
    const before = await session(app, people.north.operator);
    await app.app.get(SigningKeys).rotate();
    const after = await session(app, people.north.operator);
    expect(decode(before.access_token, { complete: true })?.header.kid).not.toBe(decode(after.access_token, { complete: true })?.header.kid);
    await app.as(before.access_token).get(`${auth}/me`).expect(200);
    await app.as(after.access_token).get(`${auth}/me`).expect(200);
    expect((await app.request.get('/.well-known/jwks.json')).body.keys).toHaveLength(2);
  });
});

describe('access tokens', () => {
  let app: TestApp;
  let people: People;
  let good: string;
  let key: { kid: string; key: KeyObject };
  let jwk: JsonWebKey;
  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api' });
    people = await settle(app);
    good = (await session(app, people.north.admin)).access_token;
    key = await app.app.get(SigningKeys).signing();
    jwk = (await app.request.get('/.well-known/jwks.json')).body.keys[0];
  });
  afterAll(() => app?.close());
  afterEach(() => app.clock.reset());

  const claims = (): Record<string, unknown> => decode(good) as Record<string, unknown>;
  const header = (): Record<string, unknown> => ({ alg: 'RS256', typ: 'at+jwt', kid: key.kid });
  const resigned = (change: Record<string, unknown>, head: Record<string, unknown> = {}): string =>
    sign(Object.fromEntries(Object.entries({ ...claims(), ...change }).filter(([, value]) => value !== undefined)), key.key, { algorithm: 'RS256', header: { ...header(), ...head } as never });
  const pem = (): string => createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string;
  const hmac = (secret: string | Buffer, head: object): string => {
    const text = `${base64({ ...header(), alg: 'HS256', ...head })}.${base64(claims())}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };

  it('of ours are taken, also when signed here', async () => {
    await app.as(good).get(`${auth}/me`).expect(200);
    await app.as(resigned({})).get(`${auth}/me`).expect(200);
  });

  const forged: [string, () => string][] = [
    ['nothing', () => 'x'],
    ['three dots', () => '...'],
    ['a changed signature', () => good.slice(0, -6) + (good.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA')],
    ['a changed payload', () => [good.split('.')[0], base64({ ...claims(), sub: people.north.driver.id }), good.split('.')[2]].join('.')],
    ['no signature', () => `${good.split('.').slice(0, 2).join('.')}.`],
    ['alg none', () => `${base64({ ...header(), alg: 'none' })}.${base64(claims())}.`],
    ['alg None', () => `${base64({ ...header(), alg: 'None' })}.${base64(claims())}.`],
    ['HS256 with the public key as PEM', () => hmac(pem(), {})],
    ['HS256 with the public key as DER', () => hmac(createPublicKey(pem()).export({ type: 'spki', format: 'der' }), {})],
    ['HS256 with the modulus', () => hmac(jwk.n ?? '', {})],
    ['HS256 with nothing', () => hmac('', {})],
    [
      'a key of its own in the header',
      () => {
        const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
        return sign(claims(), privateKey, { algorithm: 'RS256', header: { ...header(), jwk: publicKey.export({ format: 'jwk' }) } as never });
      },
    ],
    ['an unknown key id', () => resigned({}, { kid: '00000000-0000-4000-8000-000000000000' })],
    ['a key id that is a path', () => resigned({}, { kid: '../../dev/null' })],
    ['another type', () => resigned({}, { typ: 'JWT' })],
    ['no type', () => resigned({}, { typ: undefined })],
    ['another issuer', () => resigned({ iss: 'http://elsewhere.example' })],
    ['another audience', () => resigned({ aud: 'another-api' })],
    ['no audience', () => resigned({ aud: undefined })],
    ['a date not yet come', () => resigned({ nbf: Math.floor(Date.now() / 1000) + 3600 })],
    ['the session of somebody else', () => resigned({ sub: people.north.driver.id })],
    ['another account', () => resigned({ account: people.south.accountId })],
    ['a session that never was', () => resigned({ sid: '00000000-0000-4000-8000-000000000000' })],
    ['a person in the place of a program', () => resigned({ sid: undefined })],
    [
      'RS512',
      () => {
        const text = `${base64({ ...header(), alg: 'RS512' })}.${base64(claims())}`;
        return `${text}.${createSign('RSA-SHA512').update(text).sign(key.key, 'base64url')}`;
      },
    ],
  ];

  it.each(forged)('with %s are refused', async (_what, make) => {
    const answer = await app.as(make()).get(`${auth}/me`);
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
    expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('expire, and the answer says so', async () => {
    const { access_token } = await session(app, people.north.admin);
    app.clock.advance({ seconds: app.config.ACCESS_TOKEN_TTL_S - 5 });
    await app.as(access_token).get(`${auth}/me`).expect(200);
    app.clock.advance({ seconds: 6 });
    expect((await app.as(access_token).get(`${auth}/me`).expect(401)).body.code).toBe('TOKEN_EXPIRED');
    app.clock.reset();
    expect((await app.as(resigned({ exp: Math.floor(Date.now() / 1000) - 1 })).get(`${auth}/me`).expect(401)).body.code).toBe('TOKEN_EXPIRED');
    await app.as(resigned({ exp: undefined })).get(`${auth}/me`).expect(401);
  });

  it.each([
    ['no header', undefined, 'Bearer'],
    ['another scheme', 'Basic eDp5', 'Bearer'],
    ['a bare token', 'x.y.z', 'Bearer'],
  ])('%s is an invitation to sign in', async (_what, value, challenge) => {
    const request = app.request.get(`${auth}/me`);
    const answer = await (value ? request.set('authorization', value) : request).expect(401);
    expect(answer.headers['www-authenticate']).toBe(challenge);
  });

  it('count only in the header', async () => {
    await app.request.get(`${auth}/me`).query({ access_token: good }).expect(401);
    await app.request.get(`${auth}/me`).set('cookie', `access_token=${good}`).expect(401);
  });
});
