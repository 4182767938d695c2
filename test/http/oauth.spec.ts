import { createHash, createPublicKey, randomBytes, type JsonWebKey } from 'node:crypto';
import { decode, verify } from 'jsonwebtoken';
import { testApp, type TestApp } from '../support/app';
import { addPerson, as, enrolTotp, settle, type People, type TestPerson } from '../support/people';

const redirect_uri = 'http://fleet.test/callback';

describe('OAuth', () => {
  let app: TestApp;
  let people: People;
  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api' });
    people = await settle(app);
  });
  afterAll(() => app?.close());
  afterEach(() => app.clock.reset());

  const pkce = (): { verifier: string; challenge: string } => {
    const verifier = randomBytes(32).toString('base64url');
    return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
  };
  const question = (challenge: string, change: object = {}): Record<string, string> => ({
    response_type: 'code',
    client_id: 'fleet-web',
    redirect_uri,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state: 'back "to" <here>',
    ...change,
  });
  const submit = (challenge: string, person: Pick<TestPerson, 'email' | 'password'>, change: object = {}) =>
    app.request.post('/oauth/authorize').type('form').send({ client_id: 'fleet-web', redirect_uri, code_challenge: challenge, state: 's1', email: person.email, password: person.password, ...change });
  const codeFor = async (challenge: string, person: TestPerson = people.north.operator): Promise<string> => {
    const answer = await submit(challenge, person).expect(303);
    return new URL(answer.headers.location ?? '').searchParams.get('code') ?? '';
  };
  const exchange = (code: string, code_verifier: string, change: object = {}) =>
    app.request.post('/oauth/token').type('form').send({ grant_type: 'authorization_code', code, code_verifier, redirect_uri, client_id: 'fleet-web', ...change });

  it('draws a page that nothing can run in or frame', async () => {
    const { challenge } = pkce();
    const page = await app.request.get('/oauth/authorize').query(question(challenge)).expect(200);
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'nonce-[^']+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/);
    expect(page.headers['cache-control']).toBe('no-store');
    expect(page.text).toContain('back &quot;to&quot; &lt;here&gt;');
    expect(page.text).not.toContain('<script');
  });

  it('leads through the page to tokens that work', async () => {
    const { verifier, challenge } = pkce();
    const answer = await submit(challenge, people.north.operator).expect(303);
    const back = new URL(answer.headers.location ?? '');
    expect(`${back.origin}${back.pathname}`).toBe(redirect_uri);
    expect(back.searchParams.get('state')).toBe('s1');
    expect(back.searchParams.get('iss')).toBe('http://fleet.test');
    const tokens = await exchange(back.searchParams.get('code') ?? '', verifier).expect(200);
    expect(tokens.headers['cache-control']).toBe('no-store');
    await app.as(tokens.body.access_token).get('/api/v1/auth/me').expect(200);
    const renewed = await app.request.post('/oauth/token').type('form').send({ grant_type: 'refresh_token', refresh_token: tokens.body.refresh_token, client_id: 'fleet-web' }).expect(200);
    await app.as(renewed.body.access_token).get('/api/v1/auth/me').expect(200);
  });

  it('asks again on the page when the password is wrong, and for the second factor when there is one', async () => {
    const person = await addPerson(app, people.north, 'operator');
    const { challenge } = pkce();
    const wrong = await submit(challenge, { ...person, password: '"><script>x' }).expect(401);
    expect(wrong.text).toContain('E-mail or password is wrong.');
    expect(wrong.text).not.toContain('<script>');
    expect(wrong.text).toContain(`value="${person.email}"`);
    const { code } = await enrolTotp(app, await as(app, person));
    expect((await submit(challenge, person).expect(401)).text).toContain('authenticator app');
    await submit(challenge, person, { totp: code() }).expect(303);
  });

  it.each([
    ['an address of its own', { redirect_uri: 'http://evil.example/callback' }],
    ['an address with more behind it', { redirect_uri: `${redirect_uri}/../x` }],
    ['a query of its own', { redirect_uri: `${redirect_uri}?x=1` }],
    ['an unknown program', { client_id: 'other' }],
    ['no program', { client_id: '' }],
    ['a program named like a part of every object', { client_id: 'constructor', redirect_uri: 'x' }],
    ['a token instead of a code', { response_type: 'token' }],
    ['plain PKCE', { code_challenge_method: 'plain' }],
    ['no PKCE', { code_challenge: '' }],
  ])('refuses %s without redirecting', async (_what, change) => {
    const page = await app.request.get('/oauth/authorize').query(question(pkce().challenge, change)).expect(400);
    expect(page.headers.location).toBeUndefined();
    expect(page.headers['content-type']).toMatch(/^text\/html/);
  });

  it('takes no form from another site', async () => {
    const answer = await app.request.post('/oauth/authorize').set('sec-fetch-site', 'cross-site').type('form').send({ ...question(pkce().challenge), email: people.north.operator.email, password: people.north.operator.password }).expect(400);
    expect(answer.headers.location).toBeUndefined();
    await submit(pkce().challenge, people.north.operator, { redirect_uri: 'http://evil.example' }).expect(400);
  });

  it.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }],
    ['no verifier', { code_verifier: '' }],
    ['another address', { redirect_uri: 'http://fleet.test/api/docs/oauth2-redirect.html' }],
    ['another program', { client_id: 'fleet-docs' }],
  ])('gives nothing for a code with %s, and the code is spent', async (_what, change) => {
    const { verifier, challenge } = pkce();
    const code = await codeFor(challenge);
    expect((await exchange(code, verifier, change).expect(400)).body.error).toBe('invalid_grant');
    expect((await exchange(code, verifier).expect(400)).body.error).toBe('invalid_grant');
  });

  it('ends the session when its code is used again', async () => {
    const { verifier, challenge } = pkce();
    const code = await codeFor(challenge);
    const { body } = await exchange(code, verifier).expect(200);
    await app.as(body.access_token).get('/api/v1/auth/me').expect(200);
    expect((await exchange(code, verifier).expect(400)).body.error).toBe('invalid_grant');
    await app.as(body.access_token).get('/api/v1/auth/me').expect(401);
    await app.request.post('/oauth/token').type('form').send({ grant_type: 'refresh_token', refresh_token: body.refresh_token, client_id: 'fleet-web' }).expect(400);
  });

  it('gives tokens once for a code used twice at the same time, and neither keeps them', async () => {
    const { verifier, challenge } = pkce();
    const code = await codeFor(challenge);
    const answers = await Promise.all([exchange(code, verifier), exchange(code, verifier), exchange(code, verifier)]);
    const won = answers.filter((a) => a.status === 200);
    expect(won.length).toBeLessThanOrEqual(1);
    for (const answer of won) await app.as(answer.body.access_token).get('/api/v1/auth/me').expect(401);
  });

  it('gives nothing for an old code', async () => {
    const { verifier, challenge } = pkce();
    const code = await codeFor(challenge);
    app.clock.advance({ seconds: 61 });
    expect((await exchange(code, verifier).expect(400)).body.error).toBe('invalid_grant');
  });

  it('revokes: the session ends, an unknown token is no error', async () => {
    const { verifier, challenge } = pkce();
    const { body } = await exchange(await codeFor(challenge), verifier).expect(200);
    await app.as(body.access_token).get('/api/v1/auth/me').expect(200);
    await app.request.post('/oauth/revoke').type('form').send({ token: body.refresh_token, token_type_hint: 'refresh_token' }).expect(200);
    await app.as(body.access_token).get('/api/v1/auth/me').expect(401);
    await app.request.post('/oauth/revoke').type('form').send({ token: 'unknown' }).expect(200);
    await app.request.post('/oauth/revoke').type('form').send({}).expect(200);
  });

  it.each([
    [{}, 'invalid_request'],
    [{ grant_type: 'password', username: 'x', password: 'y' }, 'unsupported_grant_type'],
    [{ grant_type: 'refresh_token' }, 'invalid_request'],
    [{ grant_type: 'refresh_token', refresh_token: 'x' }, 'invalid_grant'],
    [{ grant_type: 'authorization_code' }, 'invalid_grant'],
    [{ grant_type: ['client_credentials', 'password'] }, 'invalid_request'],
    [{ grant_type: 'client_credentials', client_id: 'x', client_secret: 'y' }, 'invalid_client'],
  ])('answers the form %j with %s', async (form, error) => {
    const answer = await app.request.post('/oauth/token').type('form').send(form);
    expect(answer.status).toBe(error === 'invalid_client' ? 401 : 400);
    expect(answer.body).toMatchObject({ error, error_description: expect.any(String) });
    expect(answer.headers['cache-control']).toBe('no-store');
    if (error === 'invalid_client') expect(answer.headers['www-authenticate']).toMatch(/^Basic/);
  });

  it('says what it can do, and anybody can check its tokens with its public keys', async () => {
    const meta = (await app.request.get('/.well-known/oauth-authorization-server').expect(200)).body;
    expect(meta).toMatchObject({ issuer: 'http://fleet.test', token_endpoint: 'http://fleet.test/oauth/token', code_challenge_methods_supported: ['S256'] });
    const { keys } = (await app.request.get(new URL(meta.jwks_uri).pathname).expect(200)).body as { keys: (JsonWebKey & { kid: string })[] };
    for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    const { verifier, challenge } = pkce();
    const { body } = await exchange(await codeFor(challenge), verifier).expect(200);
    const kid = decode(body.access_token, { complete: true })?.header.kid;
    const jwk = keys.find((k) => k.kid === kid);
    const claims = verify(body.access_token, createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }), { algorithms: ['RS256'], issuer: meta.issuer, audience: 'fleet-api' });
    expect(claims).toMatchObject({ sub: people.north.operator.id, account: people.north.accountId, client_id: 'fleet-web' });
  });
});

describe('machine clients', () => {
  let app: TestApp;
  let people: People;
  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api' });
    people = await settle(app);
  });
  afterAll(() => app?.close());

  const register = async (body: object): Promise<{ id: string; client_secret: string }> => (await (await as(app, people.north.admin)).post('/api/v1/auth/clients').send(body).expect(201)).body;
  const byPost = (id: string, secret: string) => app.request.post('/oauth/token').type('form').send({ grant_type: 'client_credentials', client_id: id, client_secret: secret });

  it('get a token with their secret, as form or as basic', async () => {
    const { id, client_secret } = await register({ name: 'gateway', scopes: ['auth.park.read', 'auth.account.read'] });
    const post = await byPost(id, client_secret).expect(200);
    expect(post.body).toMatchObject({ token_type: 'Bearer', scope: 'auth.park.read auth.account.read' });
    expect(post.body.refresh_token).toBeUndefined();
    const basic = await app.request.post('/oauth/token').auth(id, client_secret).type('form').send({ grant_type: 'client_credentials' }).expect(200);
    for (const { access_token } of [post.body, basic.body]) await app.as(access_token).get('/api/v1/auth/parks').expect(200);
    await byPost(id, `${client_secret}x`).expect(401);
    await byPost('mc_unknown', client_secret).expect(401);
    const listed = await (await as(app, people.north.admin)).get('/api/v1/auth/clients').expect(200);
    expect(JSON.stringify(listed.body)).not.toContain(client_secret);
  });

  it('may do what their scopes say and nothing else', async () => {
    const { id, client_secret } = await register({ name: 'reader', scopes: ['auth.park.read'] });
    const program = app.as((await byPost(id, client_secret).expect(200)).body.access_token);
    await program.get('/api/v1/auth/parks').expect(200);
    await program.post('/api/v1/auth/parks').send({ name: 'x' }).expect(403);
    await program.get('/api/v1/auth/users').expect(403);
    await program.get('/api/v1/auth/me').expect(403);
  });

  it('have no session, so what people do with theirs is closed to them', async () => {
    const { id, client_secret } = await register({ name: 'curious', scopes: ['auth.*'] });
    const program = app.as((await byPost(id, client_secret).expect(200)).body.access_token);
    for (const path of ['me', 'memberships']) expect((await program.get(`/api/v1/auth/${path}`).expect(403)).body.code).toBe('PEOPLE_ONLY');
    for (const path of ['logout', 'totp']) expect((await program.post(`/api/v1/auth/${path}`).send().expect(403)).body.code).toBe('PEOPLE_ONLY');
    await program.get('/api/v1/auth/sessions').expect(403);
  });

  it('are refused scopes that name nothing', async () => {
    const admin = await as(app, people.north.admin);
    for (const scopes of [['nothing.at.all'], ['auth'], ['*'], ['']]) await admin.post('/api/v1/auth/clients').send({ name: 'x', scopes }).expect(400);
  });

  it('end at once: a new secret for the old, and being disabled', async () => {
    const admin = await as(app, people.north.admin);
    const { id, client_secret } = await register({ name: 'leaver', scopes: ['auth.park.read'] });
    const program = app.as((await byPost(id, client_secret).expect(200)).body.access_token);
    await program.get('/api/v1/auth/parks').expect(200);
    const rotated = await admin.post(`/api/v1/auth/clients/${id}/rotate_secret`).send().expect(200);
    await byPost(id, client_secret).expect(401);
    await byPost(id, rotated.body.client_secret).expect(200);
    await (await as(app, people.south.admin)).delete(`/api/v1/auth/clients/${id}`).expect(404);
    await admin.delete(`/api/v1/auth/clients/${id}`).expect(204);
    await program.get('/api/v1/auth/parks').expect(401);
    await byPost(id, rotated.body.client_secret).expect(401);
    await register({ name: 'leaver', scopes: ['auth.park.read'] });
    expect((await admin.post('/api/v1/auth/clients').send({ name: 'LEAVER', scopes: ['auth.park.read'] }).expect(409)).body.code).toBe('CLIENT_NAME_TAKEN');
  });
});
