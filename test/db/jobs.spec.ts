import { Logger, type INestApplicationContext } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AuditModule } from '@fleet/platform/audit';
import { Clock, ClockModule } from '@fleet/platform/clock';
import { ConfigModule, useConfig } from '@fleet/platform/config';
import { CryptoModule } from '@fleet/platform/crypto';
import { DatabaseModule, Db, systemActor } from '@fleet/platform/database';
import { defineTask, Jobs, JobsModule, Slots, TaskList, type Task } from '@fleet/platform/jobs';
import { pruneRuns } from '@fleet/platform/jobs/prune';
import { RunQueries } from '@fleet/platform/jobs/run-queries';
import { ObservabilityModule } from '@fleet/platform/observability';
import { OutboxModule } from '@fleet/platform/outbox';
import { testDatabase, type TestDatabase } from '../support/database';
import { booking, hopeless } from './fixtures/jobs-worker';
import { until } from '../support/until';

const base = { about: 'For a test.', timeoutMs: 20_000, retries: 1, idempotent: true, scope: 'house' } as const;
const quick = { pollMs: 500, heartbeatS: 10, superviseS: 1, retryDelayS: 0, retryDelayMaxS: 1 };

const silent = { log: () => undefined, warn: () => undefined, error: () => undefined };

interface Row {
  id: string;
  task: string;
  state: string;
  attempt: number;
  rows: string | null;
  error: string | null;
  progress: Record<string, unknown> | null;
  slot_at: Date | null;
  finished_at: Date | null;
}

describe('jobs on PostgreSQL', () => {
  let database: TestDatabase;
  let behind: Db;
  const apps: INestApplicationContext[] = [];
  const children: ChildProcess[] = [];
  const actor = systemActor(randomUUID(), 'test');

  const start = async (tasks: Task[], roles = 'api,worker'): Promise<INestApplicationContext> => {
    useConfig({ ...database.config, FLEET_ROLES: roles.split(',') as never, SHUTDOWN_DRAIN_MS: 1000 });
    const imports = [ConfigModule, ClockModule, DatabaseModule.forRoot([]), CryptoModule, AuditModule, ObservabilityModule, OutboxModule.forRoot(), JobsModule.forRoot(tasks, quick)];
    const app = await Test.createTestingModule({ imports }).setLogger(silent).compile();
    await app.init();
    apps.push(app);
    return app;
  };
  const sql = <R extends object>(text: string, params: unknown[] = []): Promise<R[]> => behind.system('test', (tx) => tx.sql<R>(text, params));
  const runs = (): Promise<Row[]> => sql<Row>('select * from jobs.run order by queued_at');
  const ended = (state: string, count = 1): Promise<Row[]> => until(async () => (await runs()).filter((r) => r.state === state).length >= count && (await runs()));

  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(async () => {
    database = await testDatabase();
    behind = new Db(database.config, []);
    await behind.onModuleInit();
    await database.sql('create table public.booking (n int, attempt int)');
    await database.sql('grant all on public.booking to fleet_app');
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const app of apps.splice(0)) await app.close();
    await behind.onApplicationShutdown();
    await database.close();
  });

  it('runs one slot once, whatever number of replicas fire it', async () => {
    let executed = 0;
    const task = defineTask({ ...base, name: 'test.slot', cron: '0 0 1 1 *', run: async () => void (executed += 1) });
    const replicas = [await start([task]), await start([task]), await start([task])];
    const at = new Date('2027-01-01T00:00:01Z');
    for (const app of replicas) jest.spyOn(app.get(Clock), 'now').mockReturnValue(at);
    await Promise.all(replicas.flatMap((app) => [app.get(Slots).fire(task), app.get(Slots).fire(task)]));
    const [row] = await ended('succeeded');
    await sleep(1200);
    expect(executed).toBe(1);
    expect(await runs()).toHaveLength(1);
    expect(row?.slot_at?.toISOString()).toBe('2027-01-01T00:00:00.000Z');
  });

  it('fires by itself, and shows the next slot', async () => {
    const task = defineTask({ ...base, name: 'test.each_second', cron: '* * * * * *', run: async () => 5 });
    const app = await start([task]);
    const [row] = await ended('succeeded', 2);
    expect(row).toMatchObject({ task: 'test.each_second', attempt: 1, rows: '5' });
    const [status] = await app.get(RunQueries).status(actor);
    expect(status).toMatchObject({ name: 'test.each_second', cron: '* * * * * *', last_run: { task: 'test.each_second' } });
    expect(status?.next_slot_at?.getTime()).toBeGreaterThan(Date.now() - 1000);
    expect(app.get(SchedulerRegistry).getCronJobs().size).toBe(1);
  });

  it('skips a slot while the run before is still going, and makes up once for slots that were missed', async () => {
    const gate: { open: () => void } = { open: () => undefined };
    const task = defineTask({ ...base, name: 'test.slow', cron: '*/5 * * * *', run: () => new Promise<void>((resolve) => (gate.open = resolve)) });
    const app = await start([task]);
    const slots = app.get(Slots);
    expect(await slots.catchUp()).toBe(0);
    await sql(`insert into jobs.run (task, slot_at, state, by_kind, by_id, queued_at) values ('test.slow', now() - interval '2 hours', 'succeeded', 'system', 'schedule', now() - interval '2 hours')`);
    expect(await slots.catchUp()).toBe(1);
    expect(await slots.catchUp()).toBe(0);
    await ended('running');
    jest.spyOn(app.get(Clock), 'now').mockReturnValue(new Date('2031-01-01T00:00:00Z'));
    await slots.fire(task);
    expect((await ended('skipped')).find((r) => r.state === 'skipped')?.error).toBe('The run before was still going.');
    gate.open();
    await ended('succeeded', 2);
  });

  it('retries, gives up, lists the dead letter and replays it', async () => {
    let cured = false;
    const task = defineTask({
      ...base,
      name: 'test.fragile',
      run: async () => {
        if (!cured) throw new Error('the store is shut');
      },
    });
    const app = await start([task]);
    const id = await app.get(Jobs).startByName(actor, 'test.fragile', undefined);
    const [row] = await ended('dead');
    expect(row).toMatchObject({ id, attempt: 2, error: 'Error: the store is shut' });
    const letters = await app.get(RunQueries).deadLetters(actor, {});
    expect(letters.items).toMatchObject([{ id, kind: 'run', name: 'test.fragile', attempts: 2 }]);
    cured = true;
    expect(await app.get(Jobs).tryReplay(actor, id)).toBe(true);
    await ended('succeeded');
    expect(await app.get(Jobs).tryReplay(actor, id)).toBe(false);
    const acts = await app.get(Db).read(actor, (tx) => tx.sql<{ action: string }>('select action from audit.entry order by id'));
    expect(acts.map((a) => a.action)).toEqual(['jobs.run.started', 'jobs.run.replayed']);
  });

  const importing = (rows: number): Task<{ rows: number }> =>
    defineTask({
      ...base,
      name: 'test.import',
      scope: 'account',
      timeoutMs: 3_600_000,
      payload: z.object({ rows: z.int().positive() }),
      run: async (ctx) => {
        for (let done = 1; done <= ctx.payload.rows; done += 1) {
          await ctx.progress({ done, total: ctx.payload.rows });
          await sleep(50);
        }
        expect(ctx.actor.accountId).toBe(ctx.accountId);
        return rows;
      },
    });

  it('starts on demand with a payload, shows progress to its account alone, and can be cancelled', async () => {
    const task = importing(30);
    const app = await start([task]);
    const jobs = app.get(Jobs);
    const queries = app.get(RunQueries);
    await expect(jobs.startByName(actor, 'test.import', { rows: 'many' })).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' });
    const id = await jobs.start(actor, task, { rows: 30 });
    await until(async () => (await queries.run(actor, id)).progress);
    await expect(queries.run(systemActor(randomUUID(), 'stranger'), id)).rejects.toThrow('NOT_FOUND');
    await expect(jobs.cancel(systemActor(randomUUID(), 'stranger'), id)).rejects.toThrow('NOT_FOUND');
    expect((await queries.runs(actor, {})).items).toHaveLength(1);
    const run = await until(async () => ((await queries.run(actor, id)).state === 'succeeded' ? queries.run(actor, id) : undefined));
    expect(run.progress).toEqual({ done: 30, total: 30 });
    const long = await jobs.start(actor, task, { rows: 1000 });
    await until(async () => (await queries.run(actor, long)).state === 'running');
    await jobs.cancel(actor, long);
    await until(async () => (await queries.run(actor, long)).state === 'cancelled');
  });

  it('queues with the unit of work of the caller, also from a process that is no worker', async () => {
    const task = importing(1);
    const api = await start([task], 'api');
    await api.get(Db).write(actor, async () => {
      await api.get(Jobs).start(actor, task, { rows: 1 });
      throw new Error('no');
    }).catch(() => undefined);
    expect(await runs()).toEqual([]);
    await api.get(Jobs).start(actor, task, { rows: 1 });
    await sleep(700);
    expect((await runs())[0]?.state).toBe('queued');
    await start([task], 'worker');
    await ended('succeeded');
  });

  it('stops an attempt at its time-out', async () => {
    const task = defineTask({ ...base, name: 'test.endless', timeoutMs: 1000, retries: 0, run: () => sleep(60_000, undefined, { ref: false }) });
    const app = await start([task]);
    await app.get(Jobs).startByName(actor, 'test.endless', undefined);
    const [row] = await ended('dead');
    expect(row?.error).toBe('Error: It took longer than 1000 ms.');
  });

  it('gives a run back when its worker stops, and another takes it up', async () => {
    let attempts = 0;
    const task = defineTask({
      ...base,
      name: 'test.long',
      run: async (ctx) => {
        attempts += 1;
        if (attempts === 1) await sleep(60_000, undefined, { signal: ctx.signal });
      },
    });
    const first = await start([task]);
    await first.get(Jobs).startByName(actor, 'test.long', undefined);
    await ended('running');
    apps.splice(0);
    await first.close();
    await start([task]);
    const [row] = await ended('succeeded');
    expect(row?.attempt).toBe(2);
  });

  it('takes up a run whose worker was killed half-way, and does each step once', async () => {
    const { DATABASE_URL, DATABASE_APP_URL, FLEET_DATA_DIR, FLEET_MASTER_KEYS } = database.config;
    const env = { DATABASE_URL, DATABASE_APP_URL, FLEET_DATA_DIR, FLEET_MASTER_KEYS, NODE_ENV: 'test', HANG: '1' } as NodeJS.ProcessEnv;
    const execArgv = ['-r', join(__dirname, '../support/run-typescript.js')];
    const child = fork(join(__dirname, 'fixtures/jobs-worker.ts'), { execArgv, env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    children.push(child);
    await once(child, 'message');
    const api = await start([booking, hopeless], 'api');
    for (const name of ['test.book', 'test.hopeless']) await api.get(Jobs).startByName(actor, name, undefined);
    await until(async () => (await sql('select from public.booking')).length === 2 && (await runs()).every((r) => r.state === 'running'));
    child.kill('SIGKILL');
    const killedAtMs = Date.now();
    await start([booking, hopeless], 'worker');
    const [row, lost] = await until(async () => {
      const all = await runs();
      return all[0]?.state === 'succeeded' && all[1]?.state === 'dead' && all;
    }, 50_000);
    expect(row).toMatchObject({ attempt: 2, rows: '3', progress: { done: 3, total: 3 } });
    expect(await sql('select n, attempt from public.booking order by n')).toEqual([{ n: 1, attempt: 1 }, { n: 2, attempt: 1 }, { n: 3, attempt: 2 }]);
    expect(lost).toMatchObject({ attempt: 1, error: 'The worker stopped answering.' });
    expect(Date.now() - killedAtMs).toBeLessThan(30_000);
  });

  it('prunes what is old, but never the newest run of a task', async () => {
    const task = defineTask({ ...base, name: 'test.prune', run: async () => undefined });
    const app = await start([task]);
    const db = app.get(Db);
    for (const age of ['100 days', '1 day']) {
      await db.system('test', (tx) =>
        tx.execute(`insert into jobs.run (task, state, by_kind, by_id, queued_at, finished_at, sent_at) values ('test.prune', 'dead', 'system', 'x', now() - $1::interval, now() - $1::interval, now())`, [age]),
      );
    }
    expect(await pruneRuns(db, new Date())).toBe(1);
    expect(app.get(TaskList).names).toEqual(['test.prune']);
  });
});
