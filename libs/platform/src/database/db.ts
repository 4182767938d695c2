import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
import { trace } from '@opentelemetry/api';
import { CONFIG, type Config } from '../config';
import { systemActor, type Actor } from './actor';
import { createDataSource } from './data-source';
import { ENTITIES, type EntityList } from './entities';
import { request } from './request';
import { ReadTx, Tx } from './tx';

const bindSql = `select set_config('app.account_id', $1, false), set_config('app.scope', $2, false)`;
const nobody = '00000000-0000-0000-0000-000000000000';
const retryable = new Set(['40001', '40P01']);
const tracer = trace.getTracer('fleet.database');

interface Ambient {
  tx: Tx;
}

/**
 * The door to PostgreSQL. `read` and `write` bind a connection to the actor's account before anything runs on it, so
 * row-level security refuses other accounts even where a query forgets to.
 */
@Injectable()
export class Db implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger('database');
  private readonly source: DataSource;
  private readonly boundTo = new WeakMap<PoolClient, string>();
  private readonly ambient = new AsyncLocalStorage<Ambient>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(ENTITIES) entities: EntityList,
  ) {
    this.source = createDataSource(config, entities, (error) => this.log.warn(`a pooled connection broke: ${error.message}`));
  }

  async onModuleInit(): Promise<void> {
    await this.source.initialize();
    // A connection that breaks in the moment it is handed out has no other listener yet, and would end the process.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
    await this.refuseDangerousRole();
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }

  /** Reads inside the actor's account. Statements see the latest commit each; use `write` when they must agree. */
  async read<T>(actor: Actor, work: (tx: ReadTx) => Promise<T>): Promise<T> {
    const joined = this.ambient.getStore();
    if (joined) return work(this.joinable(joined.tx, actor));
    return this.withClient(actor, 'account', work);
  }

  /** Reads on a connection of its own even inside a unit of work: what is committed, not what the unit is about to do. */
  async readApart<T>(actor: Actor, work: (tx: ReadTx) => Promise<T>): Promise<T> {
    return this.withClient(actor, 'account', work);
  }

  /** One unit of work in the actor's account. Inside another unit of work it takes part in that one. */
  async write<T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
    const joined = this.ambient.getStore();
    if (joined) return work(this.joinable(joined.tx, actor));
    return this.transact(actor, 'account', work);
  }

  /**
   * Work that belongs to no single account: signing in, dispatching, sealing. Only tables with a system door
   * answer it; tenant data stays invisible.
   */
  async system<T>(task: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transact(systemActor(nobody, task), 'system', async (tx) => {
      tx.withoutAudit('system scope records what it does itself');
      return work(tx);
    });
  }

  /** One request of several statements in system scope: PostgreSQL makes them one transaction, and nobody waits in between. */
  async systemRequest(task: string, text: string, copies: readonly Buffer[] = []): Promise<void> {
    return this.withClient(systemActor(nobody, task), 'system', (tx) => request(tx.connection, text, copies), 'db.request');
  }

  async systemRead<T>(task: string, work: (tx: ReadTx) => Promise<T>): Promise<T> {
    return this.withClient(systemActor(nobody, task), 'system', work);
  }

  get entityMetadatas(): DataSource['entityMetadatas'] {
    return this.source.entityMetadatas;
  }

  get pool(): Pool {
    return (this.source.driver as PostgresDriver).master as Pool;
  }

  private joinable(tx: Tx, actor: Actor): Tx {
    if (tx.actor.accountId !== actor.accountId) throw new Error('A unit of work cannot change its account half-way.');
    return tx;
  }

  private async transact<T>(actor: Actor, scope: 'account' | 'system', work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.transactOnce(actor, scope, work);
      } catch (error) {
        if (attempt >= 3 || !retryable.has((error as { code?: string }).code ?? '')) throw error;
      }
    }
  }

  private async transactOnce<T>(actor: Actor, scope: 'account' | 'system', work: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.source.createQueryRunner();
    let tx: Tx | undefined;
    try {
      const client = (await runner.connect()) as PoolClient;
      await this.bind(client, actor.accountId, scope);
      await runner.startTransaction();
      const unit = (tx = new Tx(actor, client, runner.manager));
      let result: T;
      try {
        result = await this.ambient.run({ tx: unit }, () => work(unit));
        if (!unit.isAccountedFor) throw new Error('This write recorded nothing in the audit log; call record(tx, …) or tx.withoutAudit(…).');
        await runner.commitTransaction();
      } catch (error) {
        if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
        throw error;
      }
      await this.runHooks(unit);
      return result;
    } finally {
      tx?.end();
      await runner.release().catch(() => undefined);
    }
  }

  private async runHooks(tx: Tx): Promise<void> {
    for (const hook of tx.takeAfterCommits()) {
      try {
        await this.ambient.exit(() => hook());
      } catch (error) {
        this.log.error({ err: error }, 'an after-commit hook failed');
      }
    }
  }

  private async withClient<T>(actor: Actor, scope: 'account' | 'system', work: (tx: ReadTx) => Promise<T>, spanName = 'db.read'): Promise<T> {
    const client = await this.pool.connect();
    const tx = new ReadTx(actor, client);
    const span = tracer.startSpan(spanName);
    try {
      await this.bind(client, actor.accountId, scope);
      return await work(tx);
    } finally {
      tx.end();
      span.end();
      // The pool takes back no connection that broke meanwhile.
      client.release();
    }
  }

  /** Binding is checked at every checkout and sent only when the connection served someone else before. */
  private async bind(client: PoolClient, accountId: string, scope: 'account' | 'system'): Promise<void> {
    const wanted = `${scope}:${accountId}`;
    if (this.boundTo.get(client) === wanted) return;
    this.boundTo.delete(client);
    await client.query(bindSql, [scope === 'account' ? accountId : '', scope]);
    this.boundTo.set(client, wanted);
  }

  private async refuseDangerousRole(): Promise<void> {
    const { rows } = await this.pool.query<{ role: string; dangerous: boolean; owns: number }>(
      `select current_user as role, r.rolsuper or r.rolbypassrls as dangerous,
              (select count(*)::int from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relowner = r.oid and n.nspname !~ '^(pg_|information_schema)') as owns
         from pg_roles r where r.rolname = current_user`,
    );
    const role = rows[0];
    if (!role?.dangerous && role?.owns === 0) return;
    throw new Error(`The server must not run as database role "${role?.role}": it ${role?.dangerous ? 'can bypass row-level security' : 'owns tables'}. Set DATABASE_APP_URL to a role that owns nothing.`);
  }
}
