import { Accounts } from '@fleet/platform/auth';
import { testApp, type Agent, type TestApp } from '../support/app';
import { addPerson, as, foundCompany, login, newPassword, settle, type Company, type People } from '../support/people';

const auth = '/api/v1/auth';

describe('first set-up', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await testApp({ FLEET_ROLES: 'api' });
  });
  afterEach(() => app?.close());

  const body = async (change: object = {}): Promise<object> => ({
    token: await app.app.get(Accounts).setupToken(),
    account_name: 'North',
    name: 'Admin of North',
    email: 'admin@north.example',
    password: newPassword(),
    ...change,
  });
  const setUp = (sent: object) => app.request.post(`${auth}/setup`).send(sent);
  const accounts = async (): Promise<number> => (await app.db.sql<{ n: number }>(`select count(*)::int as n from auth.account`))[0]?.n ?? -1;

  it('needs the printed token', async () => {
    expect((await app.request.get(`${auth}/setup`).expect(200)).body).toEqual({ needed: true });
    for (const token of ['wrong', 'x'.repeat(24)]) expect((await setUp(await body({ token })).expect(401)).body.code).toBe('WRONG_SETUP_TOKEN');
    expect((await setUp(await body({ time_zone: 'Mars/Olympus' })).expect(400)).body.code).toBe('UNKNOWN_TIME_ZONE');
    expect((await setUp(await body({ password: 'password123' })).expect(400)).body.code).toBe('WEAK_PASSWORD');
    expect(await accounts()).toBe(0);
  });

  it('happens once, and its admin can sign in', async () => {
    const sent = (await body()) as { email: string; password: string };
    await setUp(sent).expect(201);
    expect((await app.request.get(`${auth}/setup`)).body).toEqual({ needed: false });
    expect((await setUp(await body({ email: 'other@south.example' })).expect(409)).body.code).toBe('ALREADY_SET_UP');
    await login(app, sent);
  });

  it('happens once also when several try together', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(async (n) => setUp(await body({ email: `admin${n}@north.example` }))));
    expect(answers.map((a) => a.status).sort()).toEqual([201, 409, 409, 409]);
    expect(await accounts()).toBe(1);
  });

  it('works in a browser without script', async () => {
    expect((await app.request.get('/setup').expect(200)).text).toContain('<form method="post" action="/setup">');
    const sent = await body({ account_name: '<b>North</b>' });
    expect((await app.request.post('/setup').type('form').send({ ...sent, token: 'wrong' }).expect(400)).text).not.toContain('<b>North</b>');
    expect((await app.request.post('/setup').type('form').send(sent).expect(201)).text).toContain('&lt;b&gt;North&lt;/b&gt;');
    expect((await app.request.get('/setup').expect(200)).text).not.toContain('<form');
  });
});

describe('people of an account', () => {
  let app: TestApp;
  let people: People;
  let admin: Agent;
  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api' });
    people = await settle(app);
    admin = await as(app, people.north.admin);
  });
  afterAll(() => app?.close());
  afterEach(() => app.clock.reset());

  const invite = async (email: string, role = 'operator', by = admin): Promise<{ id: string; token: string }> => {
    const { body } = await by.post(`${auth}/invitations`).send({ email, role }).expect(201);
    return { id: body.id, token: body.link.split('#')[1] };
  };
  const accept = (token: string, change: object = {}) => app.request.post(`${auth}/invitations/accept`).send({ token, name: 'New person', password: 'a new long sentence', ...change });

  it('join by a link that works once', async () => {
    const { id, token } = await invite('new@north.example');
    expect(JSON.stringify((await admin.get(`${auth}/invitations`).expect(200)).body)).not.toContain(token);
    expect((await accept(token, { name: undefined }).expect(400)).body.code).toBe('NAME_REQUIRED');
    expect((await accept(token, { password: 'short' }).expect(400)).body.code).toBe('WEAK_PASSWORD');
    const { body } = await accept(token).expect(200);
    expect(body.account_id).toBe(people.north.accountId);
    expect((await accept(token).expect(400)).body.code).toBe('INVITATION_EXPIRED');
    const tokens = await login(app, { email: 'new@north.example', password: 'a new long sentence' });
    expect((await app.as(tokens.access_token).get(`${auth}/me`)).body).toMatchObject({ role: 'operator', name: 'New person', id: body.user_id });
    await admin.delete(`${auth}/invitations/${id}`).expect(404);
  });

  it('join once when the link is used twice together', async () => {
    const { token } = await invite('twice@north.example');
    const answers = await Promise.all([accept(token), accept(token)]);
    expect(answers.map((a) => a.status).sort()).toEqual([200, 400]);
  });

  it('cannot join by a link that is unknown, old, withdrawn or replaced', async () => {
    expect((await accept('unknown').expect(400)).body.code).toBe('INVITATION_UNKNOWN');
    const withdrawn = await invite('w@north.example');
    await admin.delete(`${auth}/invitations/${withdrawn.id}`).expect(204);
    await accept(withdrawn.token).expect(400);
    const replaced = await invite('r@north.example');
    const current = await invite('r@north.example');
    await accept(replaced.token).expect(400);
    app.clock.advance({ hours: 7 * 24 + 1 });
    await accept(current.token).expect(400);
  });

  it('of another account join with the password they have', async () => {
    const south = await as(app, people.south.admin);
    const { token } = await invite(people.north.operator.email.toUpperCase(), 'driver', south);
    expect((await accept(token, { password: 'not their password' }).expect(400)).body.code).toBe('WRONG_PASSWORD');
    await accept(token, { password: people.north.operator.password }).expect(200);
    const there = await login(app, people.north.operator, { account_id: people.south.accountId });
    expect((await app.as(there.access_token).get(`${auth}/me`)).body).toMatchObject({ role: 'driver', account_id: people.south.accountId });
    const memberships = (await app.as(there.access_token).get(`${auth}/memberships`).expect(200)).body.items;
    expect(memberships.map((m: { role: string }) => m.role).sort()).toEqual(['driver', 'operator']);
    const again = await invite(people.north.operator.email, 'driver', south);
    expect((await accept(again.token, { password: people.north.operator.password }).expect(409)).body.code).toBe('ALREADY_A_MEMBER');
    // What the other account's admin does stays there.
    await south.patch(`${auth}/users/${people.north.operator.id}`).send({ disabled: true }).expect(200);
    await login(app, people.north.operator, { account_id: people.north.accountId });
    await app.request.post(`${auth}/login`).send({ email: people.north.operator.email, password: people.north.operator.password, account_id: people.south.accountId }).expect(401);
  });

  it('cannot have their password guessed through an invitation', async () => {
    const south = await as(app, people.south.admin);
    const { token } = await invite(people.north.investor.email, 'driver', south);
    const answers: number[] = [];
    for (let i = 0; i <= app.config.LOGIN_FAILURES_PER_ACCOUNT; i += 1) answers.push((await accept(token, { password: `guess number ${i}` })).status);
    expect(answers.filter((s) => s === 400)).toHaveLength(app.config.LOGIN_FAILURES_PER_ACCOUNT);
    expect(answers.at(-1)).toBe(429);
  });

  it('get a new password by a link from their admin, which ends their sessions', async () => {
    const person = await addPerson(app, people.north, 'driver');
    const theirs = await as(app, person);
    const { body } = await admin.post(`${auth}/users/${person.id}/reset_password`).send().expect(201);
    expect(body.kind).toBe('reset_password');
    await theirs.get(`${auth}/me`).expect(200);
    await accept(body.link.split('#')[1], { name: undefined }).expect(200);
    await theirs.get(`${auth}/me`).expect(401);
    await login(app, { email: person.email, password: 'a new long sentence' });
    await (await as(app, people.south.admin)).post(`${auth}/users/${person.id}/reset_password`).send().expect(404);
  });

  it('are not taken over by the admin of one of their accounts', async () => {
    const person = await addPerson(app, people.north, 'admin');
    const early = await admin.post(`${auth}/users/${person.id}/reset_password`).send().expect(201);
    const { token } = await invite(person.email, 'driver', await as(app, people.south.admin));
    await accept(token, { password: person.password }).expect(200);
    for (const by of [admin, await as(app, people.south.admin)]) {
      expect((await by.post(`${auth}/users/${person.id}/reset_password`).send().expect(422)).body.code).toBe('PERSON_IN_SEVERAL_ACCOUNTS');
      expect((await by.post(`${auth}/users/${person.id}/reset_totp`).send().expect(422)).body.code).toBe('PERSON_IN_SEVERAL_ACCOUNTS');
    }
    expect((await accept(early.body.link.split('#')[1]).expect(422)).body.code).toBe('PERSON_IN_SEVERAL_ACCOUNTS');
    await login(app, person);
  });

  it('are listed by role, a page at a time, and only their own', async () => {
    const { body } = await admin.get(`${auth}/users`).query({ role: 'driver', limit: 1 }).expect(200);
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toMatchObject({ role: 'driver', email: expect.stringContaining('@north.example') });
    await admin.get(`${auth}/users`).query({ role: 'king' }).expect(400);
  });

  it('change only from the version somebody read', async () => {
    const person = await addPerson(app, people.north, 'driver');
    const read = await admin.get(`${auth}/users/${person.id}`).expect(200);
    expect(read.headers.etag).toBe('"1"');
    const change = (ifMatch?: string) => {
      const request = admin.patch(`${auth}/users/${person.id}`).send({ role: 'investor' });
      return ifMatch === undefined ? request : request.set('if-match', ifMatch);
    };
    expect((await change('"7"').expect(412)).body).toMatchObject({ code: 'VERSION_CONFLICT', facts: { your_version: 7, current_version: 1 } });
    expect((await change('seven').expect(400)).body.code).toBe('BAD_IF_MATCH');
    await change('W/"1"').expect(200);
    await change('"1"').expect(412);
    await change('*').expect(200);
    const { headers } = await change().expect(200);
    expect(headers.etag).toBe('"4"');
    const together = await Promise.all([change('"4"'), change('"4"'), change('"4"')]);
    expect(together.map((a) => a.status).sort()).toEqual([200, 412, 412]);
  });

  describe('the last admin', () => {
    let company: Company;
    let boss: Agent;
    beforeEach(async () => {
      company = await foundCompany(app, `west${Math.random().toString(36).slice(2, 8)}`);
      boss = await as(app, company.admin);
    });

    it('stays admin', async () => {
      for (const change of [{ role: 'operator' }, { disabled: true }]) expect((await boss.patch(`${auth}/users/${company.admin.id}`).send(change).expect(409)).body.code).toBe('LAST_ADMIN');
      await boss.patch(`${auth}/users/${company.admin.id}`).send({ park_ids: [] }).expect(200);
    });

    it('stays admin also when two demote each other', async () => {
      const second = await addPerson(app, company, 'admin');
      const other = await as(app, second);
      const answers = await Promise.all([boss.patch(`${auth}/users/${second.id}`).send({ role: 'driver' }), other.patch(`${auth}/users/${company.admin.id}`).send({ role: 'driver' })]);
      expect(answers.filter((a) => a.status === 200)).toHaveLength(1);
      const left = await app.db.sql(`select user_id from auth.membership where account_id = $1 and role = 'admin' and disabled_at is null`, [company.accountId]);
      expect(left).toHaveLength(1);
    });
  });
});

describe('parks', () => {
  let app: TestApp;
  let people: People;
  let admin: Agent;
  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api' });
    people = await settle(app);
    admin = await as(app, people.north.admin);
  });
  afterAll(() => app?.close());

  it('have one name each while they are open', async () => {
    const { body } = await admin.post(`${auth}/parks`).send({ name: 'Harbour', city: 'Mombasa' }).expect(201);
    expect((await admin.post(`${auth}/parks`).send({ name: 'harbour' }).expect(409)).body.code).toBe('PARK_NAME_TAKEN');
    await admin.patch(`${auth}/parks/${body.id}`).send({ closed: true }).expect(200);
    await admin.post(`${auth}/parks`).send({ name: 'harbour' }).expect(201);
    expect((await admin.patch(`${auth}/parks/${body.id}`).send({ closed: false }).expect(409)).body.code).toBe('PARK_NAME_TAKEN');
    await (await as(app, people.south.admin)).post(`${auth}/parks`).send({ name: 'Harbour' }).expect(201);
  });

  it('of another account are unknown, to read, to change and to point at', async () => {
    const south = await as(app, people.south.admin);
    const park = (await admin.post(`${auth}/parks`).send({ name: 'Hill' }).expect(201)).body;
    await south.patch(`${auth}/parks/${park.id}`).send({ name: 'Mine' }).expect(404);
    expect((await south.post(`${auth}/invitations`).send({ email: 'x@south.example', role: 'operator', park_ids: [park.id] }).expect(400)).body.code).toBe('UNKNOWN_PARK');
    expect((await south.post(`${auth}/clients`).send({ name: 'x', scopes: ['auth.park.read'], park_ids: [park.id] }).expect(400)).body.code).toBe('UNKNOWN_PARK');
    expect((await south.patch(`${auth}/users/${people.south.operator.id}`).send({ park_ids: [park.id] }).expect(400)).body.code).toBe('UNKNOWN_PARK');
  });
});
