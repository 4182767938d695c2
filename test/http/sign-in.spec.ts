import { totpAt, totpStep } from '@fleet/platform/auth';
import { testApp, type TestApp } from '../support/app';
import { addPerson, as, enrolTotp, login, newPassword, session, settle, type People, type TestPerson } from '../support/people';

const auth = '/api/v1/auth';

describe('signing in', () => {
  let app: TestApp;
  let people: People;
  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api', LOGIN_FAILURES_PER_ACCOUNT: '5', LOGIN_FAILURES_PER_ADDRESS: '1000' });
    people = await settle(app);
  });
  afterAll(() => app?.close());

  const attempt = (email: string, password: string, extra: object = {}) => app.request.post(`${auth}/login`).send({ email, password, ...extra });

  it('answers tokens that work', async () => {
    const { body } = await attempt(people.north.operator.email.toUpperCase(), people.north.operator.password).expect(200);
    expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'refresh_token', 'token_type']);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: app.config.ACCESS_TOKEN_TTL_S });
    await app.as(body.access_token).get(`${auth}/me`).expect(200);
  });

  it('says the same to a wrong password and to nobody', async () => {
    const wrong = await attempt(people.north.investor.email, 'not the password').expect(401);
    const nobody = await attempt('nobody@north.example', 'not the password').expect(401);
    const { request_id: _a, ...first } = wrong.body;
    const { request_id: _b, ...second } = nobody.body;
    expect(second).toEqual(first);
    expect(first).toMatchObject({ code: 'WRONG_CREDENTIALS', status: 401 });
    expect(Object.keys(nobody.headers).sort()).toEqual(Object.keys(wrong.headers).sort());
  });

  it('takes as long for nobody as for a wrong password', async () => {
    const person = await addPerson(app, people.north, 'driver');
    const millis = async (email: string): Promise<number> => {
      const started = performance.now();
      await attempt(email, 'not the password').expect(401);
      return performance.now() - started;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      known.push(await millis(person.email));
      unknown.push(await millis(`ghost${i}@north.example`));
    }
    // The best of several: a busy machine only adds. Without the pretended check nobody answers in a fifth of the time.
    const ratio = Math.min(...unknown) / Math.min(...known);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('pauses a person after five wrong passwords, right password or not, and forgives after 15 minutes', async () => {
    const person = await addPerson(app, people.north, 'driver');
    for (let i = 0; i < 5; i += 1) await attempt(person.email, 'wrong password').expect(401);
    const paused = await attempt(person.email, person.password).expect(429);
    expect(paused.body.code).toBe('TOO_MANY_ATTEMPTS');
    expect(Number(paused.headers['retry-after'])).toBeGreaterThan(800);
    await login(app, people.north.driver);
    app.clock.advance({ minutes: 15, seconds: 1 });
    await login(app, person);
    app.clock.reset();
  });

  it('counts guesses sent together like guesses in turn', async () => {
    const person = await addPerson(app, people.north, 'driver');
    const answers = await Promise.all(Array.from({ length: 25 }, (_, i) => attempt(person.email, `wrong password ${i}`)));
    expect(answers.filter((a) => a.status === 401)).toHaveLength(5);
    expect(answers.filter((a) => a.status === 429)).toHaveLength(20);
  });

  it('lets many right ones in at once', async () => {
    const person = await addPerson(app, people.north, 'driver');
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(Array.from({ length: 4 }, () => attempt(person.email, person.password)));
      expect(answers.map((a) => a.status)).toEqual([200, 200, 200, 200]);
    }
  });

  it('pauses an unknown e-mail just the same', async () => {
    for (let i = 0; i < 5; i += 1) await attempt('phantom@north.example', 'wrong password').expect(401);
    await attempt('phantom@north.example', 'wrong password').expect(429);
  });

  it('forgets failures once somebody gets it right', async () => {
    const person = await addPerson(app, people.north, 'driver');
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 4; i += 1) await attempt(person.email, 'wrong password').expect(401);
      await login(app, person);
    }
  });

  it.each([
    ['no address', { email: 'x', password: 'y' }],
    ['no password', { email: 'a@b.example' }],
    ['a list', { email: ['a@b.example'], password: 'x' }],
    ['an operator', { email: 'a@b.example', password: { $ne: '' } }],
    ['an unknown key', { email: 'a@b.example', password: 'x', admin: true }],
    ['a book for a password', { email: 'a@b.example', password: 'x'.repeat(10_000) }],
    ['an account that is no id', { email: 'a@b.example', password: 'x', account_id: 'north' }],
  ])('refuses %s', async (_what, body) => {
    expect((await app.request.post(`${auth}/login`).send(body).expect(400)).body.code).toBe('INVALID_INPUT');
  });

  it('lets nobody in who was disabled, and says no more than that', async () => {
    const person = await addPerson(app, people.north, 'driver');
    const admin = await as(app, people.north.admin);
    const theirs = await as(app, person);
    await theirs.get(`${auth}/me`).expect(200);
    await admin.patch(`${auth}/users/${person.id}`).send({ disabled: true }).expect(200);
    await theirs.get(`${auth}/me`).expect(401);
    expect((await attempt(person.email, person.password).expect(401)).body.code).toBe('WRONG_CREDENTIALS');
    await admin.patch(`${auth}/users/${person.id}`).send({ disabled: false }).expect(200);
    await theirs.get(`${auth}/me`).expect(401);
    await login(app, person);
  });

  it('takes a changed role into account at once', async () => {
    const person = await addPerson(app, people.north, 'operator');
    const admin = await as(app, people.north.admin);
    const before = await as(app, person);
    await before.get(`${auth}/parks`).expect(200);
    await admin.patch(`${auth}/users/${person.id}`).send({ role: 'driver' }).expect(200);
    await before.get(`${auth}/parks`).expect(401);
    const after = app.as((await login(app, person)).access_token);
    await after.get(`${auth}/parks`).expect(403);
    expect((await after.get(`${auth}/me`).expect(200)).body.role).toBe('driver');
  });

  it('takes changed parks into account at once', async () => {
    const admin = await as(app, people.north.admin);
    const park = (await admin.post(`${auth}/parks`).send({ name: 'Far yard' }).expect(201)).body;
    const person = await addPerson(app, people.north, 'operator');
    const theirs = await as(app, person);
    expect((await theirs.get(`${auth}/parks`).expect(200)).body.items.length).toBeGreaterThan(0);
    await admin.patch(`${auth}/users/${person.id}`).send({ park_ids: [] }).expect(200);
    expect((await theirs.get(`${auth}/parks`).expect(200)).body.items).toEqual([]);
    await admin.patch(`${auth}/users/${person.id}`).send({ park_ids: [park.id] }).expect(200);
    expect((await theirs.get(`${auth}/parks`).expect(200)).body.items.map((p: { id: string }) => p.id)).toEqual([park.id]);
  });
});

describe('signing in from one address', () => {
  it('pauses the address, whoever is asked for', async () => {
    const app = await testApp({ FLEET_ROLES: 'api', LOGIN_FAILURES_PER_ADDRESS: '4', TRUST_PROXY_HOPS: '1' });
    try {
      const { north } = await settle(app);
      const from = (address: string, email: string, password: string) => app.request.post(`${auth}/login`).set('x-forwarded-for', address).send({ email, password });
      for (let i = 0; i < 4; i += 1) await from('203.0.113.7', `guess${i}@north.example`, 'wrong password').expect(401);
      await from('203.0.113.7', north.admin.email, north.admin.password).expect(429);
      await from('203.0.113.8', north.admin.email, north.admin.password).expect(200);
      // A made-up hop before the proxy's own entry does not help.
      await from('198.51.100.1, 203.0.113.7', north.admin.email, north.admin.password).expect(429);
    } finally {
      await app.close();
    }
  });
});

describe('the second factor', () => {
  let app: TestApp;
  let people: People;
  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api' });
    people = await settle(app);
  });
  afterAll(() => app?.close());

  it('is enrolled, confirmed, asked for, and counts once', async () => {
    const person = people.north.operator;
    const agent = await as(app, person);
    const enrolment = await agent.post(`${auth}/totp`).send().expect(201);
    expect(enrolment.body.uri).toMatch(/^otpauth:\/\/totp\/.*secret=[A-Z2-7]{32}/);
    // Started is not enrolled: the password alone still opens.
    await login(app, person);
    expect((await agent.post(`${auth}/totp/confirm`).send({ totp: '000000' }).expect(400)).body.code).toBe('TOTP_WRONG');
    const { code } = await enrolTotp(app, agent);
    expect((await agent.post(`${auth}/totp`).send().expect(409)).body.code).toBe('TOTP_ALREADY_ENROLLED');
    expect((await agent.get(`${auth}/me`)).body.second_factor).toBe(true);

    const ask = (totp?: string) => app.request.post(`${auth}/login`).send({ email: person.email, password: person.password, ...(totp ? { totp } : {}) });
    expect((await ask().expect(401)).body.code).toBe('TOTP_REQUIRED');
    const good = code();
    await ask(good).expect(200);
    expect((await ask(good).expect(401)).body.code).toBe('TOTP_WRONG');
    const next = code();
    const twins = await Promise.all([ask(next), ask(next), ask(next)]);
    expect(twins.map((t) => t.status).sort()).toEqual([200, 401, 401]);
  });

  it('takes a code of the step before, none older, none of the future', async () => {
    const person = await addPerson(app, people.north, 'operator');
    const { secret } = await enrolTotp(app, await as(app, person));
    app.clock.advance({ minutes: 5 });
    const at = (steps: number): string => totpAt(secret, totpStep(app.clock.now()) + steps);
    const ask = (totp: string) => app.request.post(`${auth}/login`).send({ email: person.email, password: person.password, totp });
    await ask(at(-2)).expect(401);
    await ask(at(2)).expect(401);
    await ask(at(-1)).expect(200);
    await ask(at(-1)).expect(401);
    await ask(at(0)).expect(200);
  });

  it('is throttled like a password', async () => {
    const person = await addPerson(app, people.north, 'driver');
    await enrolTotp(app, await as(app, person));
    const ask = () => app.request.post(`${auth}/login`).send({ email: person.email, password: person.password, totp: '000000' });
    for (let i = 0; i < app.config.LOGIN_FAILURES_PER_ACCOUNT; i += 1) await ask().expect(401);
    await ask().expect(429);
  });

  it('steps a session up: the new token is fresh, later refreshes stay so until it is old', async () => {
    const person = await addPerson(app, people.north, 'immobilizing_operator');
    const agent = await as(app, person);
    expect((await agent.post(`${auth}/step-up`).send({ totp: '123456' }).expect(409)).body.code).toBe('TOTP_NOT_ENROLLED');
    const { code } = await enrolTotp(app, agent);
    expect((await agent.get(`${auth}/me`)).body.stepped_up_at).toBeNull();
    expect((await agent.post(`${auth}/step-up`).send({ totp: '000000' }).expect(401)).body.code).toBe('TOTP_WRONG');
    const good = code();
    const { body } = await agent.post(`${auth}/step-up`).send({ totp: good }).expect(200);
    expect(body.refresh_token).toBeUndefined();
    const me = await app.as(body.access_token).get(`${auth}/me`).expect(200);
    expect(Math.abs(new Date(me.body.stepped_up_at).getTime() - app.clock.now().getTime())).toBeLessThan(5000);
    await agent.post(`${auth}/step-up`).send({ totp: good }).expect(401);
  });

  it('taken off by an admin ends the sessions, and can be enrolled anew', async () => {
    const person = await addPerson(app, people.north, 'driver');
    const agent = await as(app, person);
    await enrolTotp(app, agent);
    const admin = await as(app, people.north.admin);
    await admin.post(`${auth}/users/${person.id}/reset_totp`).send().expect(204);
    await agent.get(`${auth}/me`).expect(401);
    const again = app.as((await login(app, person)).access_token);
    await enrolTotp(app, again);
  });
});

describe('a new password', () => {
  let app: TestApp;
  let people: People;
  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api' });
    people = await settle(app);
  });
  afterAll(() => app?.close());

  it('ends every session, this one too, and the old password', async () => {
    const person = await addPerson(app, people.north, 'operator');
    const [one, two] = [await login(app, person), await session(app, person)];
    const next = newPassword();
    const change = (current_password: string, new_password: string) => app.as(one.access_token).post(`${auth}/password`).send({ current_password, new_password });
    expect((await change('wrong password', next).expect(400)).body.code).toBe('WRONG_PASSWORD');
    for (const weak of ['short', 'password12345', 'aaaaaaaaaaaaaaa', `${person.email.split('@')[0]}12345`]) expect((await change(person.password, weak).expect(400)).body.code).toBe('WEAK_PASSWORD');
    await change(person.password, next).expect(204);
    for (const tokens of [one, two]) {
      await app.as(tokens.access_token).get(`${auth}/me`).expect(401);
      await app.request.post(`${auth}/refresh`).send({ refresh_token: tokens.refresh_token }).expect(401);
    }
    await app.request.post(`${auth}/login`).send({ email: person.email, password: person.password }).expect(401);
    await login(app, { ...person, password: next });
  });

  it('ends the sessions in every account the person is in', async () => {
    const person: TestPerson = await addPerson(app, people.north, 'operator');
    await app.db.sql(`insert into auth.membership (account_id, user_id, role) values ($1, $2, 'driver')`, [people.south.accountId, person.id], people.south.accountId);
    const elsewhere = await session(app, { ...person, accountId: people.south.accountId });
    await app.as(elsewhere.access_token).get(`${auth}/me`).expect(200);
    await (await as(app, person)).post(`${auth}/password`).send({ current_password: person.password, new_password: newPassword() }).expect(204);
    await app.as(elsewhere.access_token).get(`${auth}/me`).expect(401);
    await app.request.post(`${auth}/refresh`).send({ refresh_token: elsewhere.refresh_token }).expect(401);
  });

  it('guessed at with a stolen token is throttled', async () => {
    const person = await addPerson(app, people.north, 'driver');
    const agent = await as(app, person);
    const change = () => agent.post(`${auth}/password`).send({ current_password: 'wrong password', new_password: newPassword() });
    for (let i = 0; i < app.config.LOGIN_FAILURES_PER_ACCOUNT; i += 1) await change().expect(400);
    await change().expect(429);
  });
});
