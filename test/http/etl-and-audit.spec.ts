import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { record } from '@fleet/platform/audit';
import { Db, systemActor } from '@fleet/platform/database';
import { testApp, type Agent, type TestApp } from '../support/app';
import { as, settle, type People } from '../support/people';

interface Entry {
  id: string;
  action: string;
  subject_id: string;
  sealed: boolean;
}

describe('audit log and batches over HTTP', () => {
  let app: TestApp;
  let people: People;
  let admin: Agent;
  let operator: Agent;
  let foreigner: Agent;
  const vehicle = randomUUID();

  beforeAll(async () => {
    app = await testApp();
    people = await settle(app);
    admin = await as(app, people.north.admin);
    operator = await as(app, people.north.operator);
    foreigner = await as(app, people.south.admin);
    const db = app.app.get(Db);
    for (const [n, action] of ['test.car.bought', 'test.car.painted', 'test.bus.bought'].entries()) {
      await db.write(systemActor(people.north.accountId, 'test'), (tx) => record(tx, { action, subject: { type: 'vehicle', id: n === 2 ? 'bus' : vehicle }, data: { n } }));
    }
  });
  afterAll(() => app.close());

  const entries = async (query: string, agent = admin): Promise<Entry[]> => ((await agent.get(`/api/v1/audit/entries?${query}`).expect(200)).body as { items: Entry[] }).items;

  it('lists entries newest first, by subject, action prefix and time, page by page', async () => {
    expect((await entries(`subject_id=${vehicle}`)).map((e) => e.action)).toEqual(['test.car.painted', 'test.car.bought']);
    expect((await entries('action=test.')).map((e) => e.action)).toEqual(['test.bus.bought', 'test.car.painted', 'test.car.bought']);
    expect(await entries('action=test.&to=2020-01-01T00:00:00Z')).toEqual([]);
    const first = (await admin.get('/api/v1/audit/entries?action=test.&limit=2').expect(200)).body as { items: Entry[]; next_cursor: string };
    expect((await entries(`action=test.&limit=2&cursor=${first.next_cursor}`)).map((e) => e.action)).toEqual(['test.car.bought']);
  });

  it('shows no account the log of another, and operators none at all', async () => {
    expect(await entries('action=test.', foreigner)).toEqual([]);
    await operator.get('/api/v1/audit/entries').expect(403);
    await operator.post('/api/v1/audit/verify').expect(403);
  });

  it('proves the log, and records that somebody asked', async () => {
    const { body } = await admin.post('/api/v1/audit/verify').expect(200);
    expect(body).toMatchObject({ ok: true, faults: 0, findings: [], unsealed: 0 });
    expect((await entries('action=audit.log.verified')).length).toBe(1);
    expect((await entries('action=test.')).every((e) => e.sealed)).toBe(true);
  });

  it('shows every task with its next slot and newest run', async () => {
    const { body } = await operator.get('/api/v1/etl/status').expect(200);
    const { items } = body as { items: { name: string; cron: string | null; next_slot_at: string | null; last_run: unknown }[] };
    const prune = items.find((t) => t.name === 'outbox.prune');
    expect(prune).toMatchObject({ cron: '17 3 * * *', scope: 'house' });
    expect(Date.parse(prune?.next_slot_at ?? '')).toBeGreaterThan(Date.now());
  });

  it('runs a task when asked, by those who may', async () => {
    await operator.post('/api/v1/etl/tasks/jobs.prune/run').send({}).expect(403);
    await admin.post('/api/v1/etl/tasks/no.such/run').send({}).expect(404);
    await admin.post('/api/v1/etl/tasks/jobs.prune/run').send({ payload: { x: 1 } }).expect(400);
    const { body } = await admin.post('/api/v1/etl/tasks/jobs.prune/run').send({}).expect(202);
    expect(body).toMatchObject({ task: 'jobs.prune' });
    for (let n = 0; ; n += 1) {
      const { items } = (await admin.get('/api/v1/etl/status').expect(200)).body as { items: { name: string; last_run: { state: string; run_id: string; duration_ms: number } | null }[] };
      const run = items.find((t) => t.name === 'jobs.prune')?.last_run;
      if (run?.state === 'succeeded') {
        expect(run.run_id).toBe((body as { run_id: string }).run_id);
        expect(run.duration_ms).toBeGreaterThanOrEqual(0);
        break;
      }
      if (n > 50) throw new Error(`still ${run?.state}`);
      await sleep(100);
    }
  });

  it('lists and replays dead letters of both kinds', async () => {
    const db = app.app.get(Db);
    const { accountId } = people.north;
    const run = await db.system('test', (tx) => tx.one<{ id: string }>(`insert into jobs.run (task, state, by_kind, by_id, attempt, finished_at, error) values ('jobs.prune', 'dead', 'system', 'x', 4, now(), 'no') returning id`));
    const delivery = await db.system('test', (tx) =>
      tx.one<{ id: string }>(
        `with e as (insert into outbox.event (account_id, name, version, payload, occurred_at) values ($1, 'test.happened', 1, '{}', now()) returning id)
         insert into outbox.delivery (event_id, account_id, subscriber, due_at, attempts, dead_at, last_error) select id, $1, 'test.hear', now(), 10, now(), 'no' from e returning id`,
        [accountId],
      ),
    );
    const letters = async (agent: Agent): Promise<unknown[]> => ((await agent.get('/api/v1/etl/dead_letters').expect(200)).body as { items: unknown[] }).items;
    expect(await letters(admin)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: run?.id, kind: 'run', name: 'jobs.prune', attempts: 4 }),
        expect.objectContaining({ id: delivery?.id, kind: 'delivery', name: 'test.happened', subscriber: 'test.hear', attempts: 10 }),
      ]),
    );
    expect(await letters(foreigner)).toHaveLength(1);
    await foreigner.post(`/api/v1/etl/dead_letters/${delivery?.id}/replay`).expect(404);
    await operator.post(`/api/v1/etl/dead_letters/${delivery?.id}/replay`).expect(403);
    for (const id of [run?.id, delivery?.id]) {
      await admin.post(`/api/v1/etl/dead_letters/${id}/replay`).expect(204);
      await admin.post(`/api/v1/etl/dead_letters/${id}/replay`).expect(404);
    }
    expect((await entries('action=jobs.run.replayed')).length).toBe(1);
    expect((await entries('action=outbox.delivery.replayed')).length).toBe(1);
  });

  it('answers runs of the own account only', async () => {
    const db = app.app.get(Db);
    const run = await db.system('test', (tx) =>
      tx.one<{ id: string }>(`insert into jobs.run (task, account_id, state, by_kind, by_id, progress) values ('test.import', $1, 'running', 'user', 'x', '{"done": 3}') returning id`, [people.north.accountId]),
    );
    const { body } = await operator.get(`/api/v1/etl/runs/${run?.id}`).expect(200);
    expect(body).toMatchObject({ state: 'running', progress: { done: 3 } });
    expect(((await operator.get('/api/v1/etl/runs?task=test.import').expect(200)).body as { items: unknown[] }).items).toHaveLength(1);
    await foreigner.get(`/api/v1/etl/runs/${run?.id}`).expect(404);
    await foreigner.post(`/api/v1/etl/runs/${run?.id}/cancel`).expect(404);
    await admin.post(`/api/v1/etl/runs/${run?.id}/cancel`).expect(204);
  });
});
