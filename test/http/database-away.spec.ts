import { testApp, type Agent, type TestApp } from '../support/app';
import { as, session, settle, type People } from '../support/people';
import { wire, type Wire } from '../support/wire';

const me = '/api/v1/auth/me';

describe('without its database the server', () => {
  let app: TestApp;
  let line: Wire;
  let people: People;
  let agent: Agent;
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  beforeAll(async () => {
    line = wire();
    app = await testApp({ FLEET_ROLES: 'api' }, [], (url) => line.lead(url));
    people = await settle(app);
    agent = await as(app, people.north.admin);
    process.on('unhandledRejection', note);
    process.on('uncaughtException', note);
  });
  afterAll(async () => {
    process.off('unhandledRejection', note);
    process.off('uncaughtException', note);
    await app?.close();
    await line.close();
  });

  const down = { status: 503, code: 'DATABASE_UNAVAILABLE' };

  it('survives every connection being ended under it, and serves on', async () => {
    await Promise.all(Array.from({ length: 8 }, () => agent.get(me).expect(200)));
    const running = Array.from({ length: 30 }, () => agent.get('/api/v1/auth/users'));
    await app.db.sql(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`);
    for (const answer of await Promise.all(running)) expect([200, 503]).toContain(answer.status);
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (let i = 0; i < 10; i += 1) await agent.get('/api/v1/auth/users').expect(200);
  });

  it('answers 503 problems in words, stays alive, and is not ready', async () => {
    await line.cut();
    app.clock.advance({ seconds: 10 });
    const answers = [
      await agent.get(me),
      await agent.post('/api/v1/auth/parks').send({ name: 'x' }),
      await agent.post('/api/v1/auth/parks').set('idempotency-key', 'while-it-is-down').send({ name: 'x' }),
      await app.request.post('/api/v1/auth/login').send({ email: people.north.admin.email, password: people.north.admin.password }),
      await app.request.post('/api/v1/auth/refresh').send({ refresh_token: 'x' }),
      await app.request.get('/api/v1/auth/setup'),
      await app.request.post('/oauth/token').type('form').send({ grant_type: 'refresh_token', refresh_token: 'x', client_id: 'fleet-web' }),
    ];
    for (const answer of answers) {
      expect(answer.body).toMatchObject(down);
      expect(answer.headers['retry-after']).toBe('2');
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1|postgres/i);
    }
    await app.request.get('/livez').expect(200);
    await app.request.get('/healthz').expect(200);
    const ready = await app.request.get('/readyz').expect(503);
    expect(ready.body).toMatchObject({ code: 'NOT_READY', facts: { database: 'does not answer' } });
    await line.mend();
    await app.request.get('/readyz').expect(200);
    await agent.get(me).expect(200);
    await agent.post('/api/v1/auth/parks').set('idempotency-key', 'while-it-is-down').send({ name: 'x' }).expect(201);
    app.clock.reset();
  });

  it('does not take a token for bad because its keys cannot be read', async () => {
    const { access_token } = await session(app, people.north.operator);
    app.clock.advance({ minutes: 2 });
    await line.cut();
    expect((await app.as(access_token).get(me)).body).toMatchObject(down);
    await line.mend();
    await app.as(access_token).get(me).expect(200);
    app.clock.reset();
  });

  it('answers whoever was in the middle of it', async () => {
    const busy = app.db.sql(`select pg_sleep(0.3)`);
    const running = Array.from({ length: 40 }, (_, i) => agent.post('/api/v1/auth/parks').send({ name: `Midway ${i}` }));
    setTimeout(() => void line.cut(), 5);
    const answers = await Promise.all(running);
    await busy;
    for (const answer of answers) expect([201, 503]).toContain(answer.status);
    await line.mend();
    const { body } = await agent.get('/api/v1/auth/parks').query({ limit: 500 }).expect(200);
    const kept = body.items.filter((p: { name: string }) => p.name.startsWith('Midway')).length;
    const promised = answers.filter((a) => a.status === 201).length;
    expect(kept).toBeGreaterThanOrEqual(promised);
  });

  it('is not ready while the database lacks a migration', async () => {
    await app.db.sql(`update platform.migration set name = name || '_hidden' where id = (select max(id) from platform.migration)`);
    expect((await app.request.get('/readyz').expect(503)).body.facts.database).toMatch(/^waits for 1 migrations/);
    await app.db.sql(`update platform.migration set name = replace(name, '_hidden', '')`);
    await app.request.get('/readyz').expect(200);
  });

  it('never let an error escape', () => expect(unhandled).toEqual([]));
});

describe('with too few connections the server', () => {
  it('answers everybody, late or with 503, and hangs for nobody', async () => {
    const app = await testApp({ FLEET_ROLES: 'api', DATABASE_POOL_MAX: '2' });
    try {
      const people = await settle(app);
      const agent = await as(app, people.north.admin);
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => agent.post('/api/v1/auth/parks').set('idempotency-key', `together-${i}`).send({ name: `Park ${i}` })));
      expect(answers.map((a) => a.status)).toEqual(Array(20).fill(201));
    } finally {
      await app.close();
    }
  });
});
