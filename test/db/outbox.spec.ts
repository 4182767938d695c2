import { Injectable, Logger, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Db, systemActor, type Tx } from '@fleet/platform/database';
import { ConfigModule, useConfig } from '@fleet/platform/config';
import { DatabaseModule } from '@fleet/platform/database';
import { ObservabilityModule } from '@fleet/platform/observability';
import { DeadDeliveries, defineEvent, Dispatcher, emit, Hears, Outbox, OutboxModule, pruneOutbox, Subscribers, useSubscribers, type DispatcherOptions, type Heard } from '@fleet/platform/outbox';
import { testDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/until';

const Bought = defineEvent('test.fuel_bought', 1, z.object({ n: z.int() }));
const quick: Partial<DispatcherOptions> = { pollMs: 50, backOffMs: [1], maxAttempts: 3 };

describe('outbox on PostgreSQL', () => {
  let database: TestDatabase;
  let db: Db;
  let subscribers: Subscribers;
  let dead: DeadDeliveries;
  const running: Dispatcher[] = [];
  const actor = systemActor(randomUUID(), 'test');

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await testDatabase({ DATABASE_POOL_MAX: '20' });
    await database.sql('create table public.booking (event_id uuid, subscriber text, n int, account_id uuid)');
    await database.sql('grant all on public.booking to fleet_app');
    db = new Db(database.config, []);
    dead = new DeadDeliveries(db);
    await db.onModuleInit();
  });
  beforeEach(async () => {
    await database.sql(`set app.scope = 'system'`);
    await database.sql('truncate outbox.event cascade');
    await database.sql('truncate public.booking');
    subscribers = new Subscribers();
    useSubscribers(subscribers);
  });
  afterEach(async () => {
    for (const dispatcher of running.splice(0)) await dispatcher.stop();
  });
  afterAll(async () => {
    await db.onApplicationShutdown();
    await database.close();
  });

  const dispatch = (options: Partial<DispatcherOptions> = {}): Dispatcher => {
    const dispatcher = new Dispatcher(db, subscribers, { ...quick, ...options });
    dispatcher.start();
    running.push(dispatcher);
    return dispatcher;
  };
  const book = (subscriber: string) => async (event: Heard<unknown>, tx: Tx): Promise<void> => {
    await tx.sql('insert into public.booking values ($1, $2, $3, $4)', [event.id, subscriber, (event.payload as { n: number }).n, tx.accountId]);
  };
  const buy = (n: number): Promise<string> =>
    db.write(actor, (tx) => {
      tx.withoutAudit('test');
      return emit(tx, Bought, { n });
    });
  const bookings = (): Promise<{ n: number; subscriber: string; account_id: string }[]> => database.sql('select * from public.booking order by n');
  const deliveries = (): Promise<Record<string, unknown>[]> => db.systemRead('test', (tx) => tx.sql<Record<string, unknown>>('select * from outbox.delivery'));

  it('delivers once to each subscriber, in its account, right after the commit', async () => {
    subscribers.add(Bought, 'finance.book', book('finance.book'));
    subscribers.add(Bought, 'stock.note', book('stock.note'));
    dispatch({ pollMs: 60_000 });
    await sleep(100);
    const started = performance.now();
    await buy(1);
    await until(async () => (await bookings()).length === 2);
    expect(performance.now() - started).toBeLessThan(1000);
    expect((await bookings()).map((b) => b.subscriber).sort()).toEqual(['finance.book', 'stock.note']);
    expect((await bookings())[0]?.account_id).toBe(actor.accountId);
    expect((await deliveries()).every((d) => d.done_at !== null && d.attempts === 1)).toBe(true);
  });

  it('says nothing when the writer rolls back, and refuses a payload that breaks the contract', async () => {
    subscribers.add(Bought, 'finance.book', book('finance.book'));
    await db.write(actor, async (tx) => {
      await emit(tx, Bought, { n: 1 });
      throw new Error('no');
    }).catch(() => undefined);
    await expect(db.write(actor, (tx) => emit(tx, Bought, { n: 'x' as never }))).rejects.toThrow();
    expect(await deliveries()).toEqual([]);
  });

  it('rolls the effect back when the handler throws after it, and tries again', async () => {
    let calls = 0;
    subscribers.add(Bought, 'finance.book', async (event, tx) => {
      await book('finance.book')(event, tx);
      calls += 1;
      if (calls === 1) throw new Error('after the effect');
    });
    dispatch();
    await buy(7);
    await until(async () => (await deliveries())[0]?.done_at);
    expect(calls).toBe(2);
    expect(await bookings()).toHaveLength(1);
  });

  it('delivers once with several dispatchers and leases that run out', async () => {
    subscribers.add(Bought, 'finance.book', async (event, tx) => {
      await book('finance.book')(event, tx);
      await sleep(15);
    });
    for (let n = 0; n < 60; n += 1) await buy(n);
    for (let i = 0; i < 3; i += 1) dispatch({ leaseMs: 1 });
    await until(async () => (await deliveries()).every((d) => d.done_at));
    expect((await bookings()).map((b) => b.n)).toEqual(Array.from({ length: 60 }, (_, n) => n));
  });

  it('buries a poison event after its attempts without holding up others, and replays it', async () => {
    let cured = false;
    subscribers.add(Bought, 'finance.book', async (event, tx) => {
      if ((event.payload as { n: number }).n === 13 && !cured) throw new Error('cannot book 13');
      await book('finance.book')(event, tx);
    });
    dispatch();
    for (const n of [12, 13, 14]) await buy(n);
    const [poison] = await until(async () => {
      const rows = (await deliveries()).filter((d) => d.dead_at);
      return rows.length > 0 && rows;
    });
    expect(poison).toMatchObject({ attempts: 3, last_error: 'Error: cannot book 13' });
    expect((await bookings()).map((b) => b.n)).toEqual([12, 14]);
    cured = true;
    const id = String(poison?.id);
    await expect(dead.replay(systemActor(randomUUID(), 'stranger'), id)).rejects.toThrow('NOT_FOUND');
    await dead.replay(actor, id);
    await until(async () => (await bookings()).length === 3);
    await expect(dead.replay(actor, id)).rejects.toThrow('NOT_FOUND');
  });

  it('leaves deliveries of a subscriber it does not know to other versions, then buries them with a clear word', async () => {
    subscribers.add(Bought, 'gone.away', book('gone.away'));
    await buy(1);
    subscribers = new Subscribers();
    dispatch({ unknownGraceMs: 60_000 });
    await sleep(150);
    expect((await deliveries())[0]).toMatchObject({ attempts: 0, dead_at: null });
    dispatch({ unknownGraceMs: 0 });
    const row = await until(async () => (await deliveries()).find((d) => d.dead_at));
    expect(row.last_error).toBe('No subscriber named "gone.away" is part of the running version.');
  });

  it('fails a delivery whose version the subscriber does not hear', async () => {
    subscribers.add(Bought, 'finance.book', book('finance.book'));
    await buy(1);
    await database.sql(`update outbox.event set version = 9`);
    dispatch();
    const row = await until(async () => (await deliveries()).find((d) => d.dead_at));
    expect(row.last_error).toContain('does not hear version 9 of test.fuel_bought');
  });

  it('cuts off a handler that hangs, and what it does later reaches nothing', async () => {
    let calls = 0;
    let later: Promise<unknown> = Promise.resolve();
    subscribers.add(Bought, 'finance.book', async (event, tx) => {
      calls += 1;
      if (calls > 1) return book('finance.book')(event, tx);
      later = sleep(300).then(() => book('late')(event, tx));
      await later;
    });
    dispatch({ handlerTimeoutMs: 100 });
    await buy(1);
    await until(async () => (await deliveries())[0]?.done_at);
    await expect(later).rejects.toThrow();
    expect((await bookings()).map((b) => b.subscriber)).toEqual(['finance.book']);
  });

  it('gives back what it claimed when it stops', async () => {
    subscribers.add(Bought, 'finance.book', () => sleep(100));
    for (let n = 0; n < 20; n += 1) await buy(n);
    const dispatcher = dispatch({ concurrency: 2 });
    await sleep(60);
    await dispatcher.stop();
    const open = (await deliveries()).filter((d) => !d.done_at);
    expect(open.length).toBeGreaterThan(10);
    expect(open.every((d) => d.lease_until === null)).toBe(true);
  });

  it('prunes what reached everybody long ago, and nothing else', async () => {
    subscribers.add(Bought, 'finance.book', book('finance.book'));
    const [done, open] = [await buy(1), await buy(2)];
    await db.system('test', (tx) => tx.execute('update outbox.delivery set done_at = now() where event_id = $1', [done]));
    expect(await pruneOutbox(db, new Date(Date.now() + 31 * 86_400_000))).toBe(1);
    expect((await deliveries()).map((d) => d.event_id)).toEqual([open]);
  });

  it('finds @Hears methods, measures its lag and stops with the application', async () => {
    @Injectable()
    class Ledger {
      heard: number[] = [];
      @Hears(Bought, 'finance.book')
      async book(event: Heard<{ n: number }>): Promise<void> {
        this.heard.push(event.payload.n);
      }
    }
    @Module({ providers: [Ledger] })
    class Finance {}
    useConfig(database.config);
    const app = await Test.createTestingModule({ imports: [ConfigModule, DatabaseModule.forRoot([]), ObservabilityModule, OutboxModule.forRoot(quick), Finance] }).compile();
    await app.init();
    await buy(5);
    await until(async () => app.get(Ledger).heard.length === 1);
    expect(await app.get(Outbox).oldestDueMs()).toBe(0);
    await app.close();
    await buy(6);
    const later = new Db(database.config, []);
    await later.onModuleInit();
    expect((await deliveries()).filter((d) => !d.done_at)).toHaveLength(1);
    await later.onApplicationShutdown();
  });
});
