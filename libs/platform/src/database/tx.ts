import type { EntityManager } from 'typeorm';
import type { PoolClient } from 'pg';
import { createHash } from 'node:crypto';
import type { Actor } from './actor';
import { askPrepared } from './prepared-query';
import { request } from './request';

/** A statement worth preparing: parsed and planned once per connection. Declare it as a module constant. */
export interface Statement<Row> {
  readonly name: string;
  readonly text: string;
  readonly row?: Row;
}

export function statement<Row>(text: string): Statement<Row> {
  return { name: createHash('sha1').update(text).digest('base64url'), text };
}

/** Reading inside one account. Rows come back as PostgreSQL has them; row-level security has already filtered. */
export class ReadTx {
  private over = false;

  constructor(
    readonly actor: Actor,
    private readonly lent: PoolClient,
  ) {}

  /** The connection serves somebody else after this; whoever kept the handle learns it instead of writing there. */
  end(): void {
    this.over = true;
  }

  protected get client(): PoolClient {
    if (this.over) throw new Error('This unit of work is over; its connection belongs to somebody else now.');
    return this.lent;
  }

  get accountId(): string {
    return this.actor.accountId;
  }

  async sql<Row extends object>(query: string | Statement<Row>, params: unknown[] = []): Promise<Row[]> {
    if (typeof query !== 'string') return (await askPrepared(this.client, query, params)) as Row[];
    return (await this.client.query(query, params)).rows as Row[];
  }

  async one<Row extends object>(query: string | Statement<Row>, params: unknown[] = []): Promise<Row | undefined> {
    return (await this.sql<Row>(query, params))[0];
  }

  /** The pg client itself, for cursors. It must not outlive the transaction. */
  get connection(): PoolClient {
    return this.client;
  }
}

/** One unit of work: a transaction, its audit rows and its outbox events, together or not at all. */
export class Tx extends ReadTx {
  private readonly afterCommits: (() => void | Promise<void>)[] = [];
  private accounted = false;

  constructor(
    actor: Actor,
    client: PoolClient,
    readonly em: EntityManager,
  ) {
    super(actor, client);
  }

  /** How many rows the statement touched; for updates and deletes. */
  async execute(text: string, params: unknown[] = []): Promise<number> {
    return (await this.client.query(text, params)).rowCount ?? 0;
  }

  /** Several statements at once, sent with the rows of every `copy … from stdin` among them. */
  request(text: string, copies: readonly Buffer[] = []): Promise<void> {
    return request(this.client, text, copies);
  }

  /** Runs once the transaction is durable; never when it rolls back. */
  afterCommit(hook: () => void | Promise<void>): void {
    this.afterCommits.push(hook);
  }

  /** Set by `record()` of platform/audit. A write that nobody recorded does not commit. */
  markAudited(): void {
    this.accounted = true;
  }

  /** For writes that are no business act: sessions, counters, derived rows. Say why. */
  withoutAudit(_because: string): void {
    this.accounted = true;
  }

  /**
   * Runs statements that reach what belongs to no single account, as system scope does, yet commit with this unit of work.
   * Say why. Nothing else may run on the transaction meanwhile.
   */
  async beyondAccount<T>(_because: string, work: () => Promise<T>): Promise<T> {
    await this.client.query(`select set_config('app.scope', 'system', true)`);
    const result = await work();
    await this.client.query(`select set_config('app.scope', 'account', true)`);
    return result;
  }

  get isAccountedFor(): boolean {
    return this.accounted;
  }

  takeAfterCommits(): (() => void | Promise<void>)[] {
    return this.afterCommits.splice(0);
  }
}
