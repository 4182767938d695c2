import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type Config } from '../config';
import { Db, statement, type Tx } from '../database';
import { batchColumns, canonicalBatch, canonicalEntry, chainHash, entryColumns, genesis, nowColumn, type EntryText, type SignedBatch } from './canonical';
import { appendCheckpoints, checkpointFile, checkpointOf, newestCheckpoints, type Checkpoint } from './checkpoints';
import { AuditSigningKey } from './signing-key';

const lockId = 7_301_195_022;
const roundMs = 2000;
const roundEntries = 5000;

interface Head {
  account_id: string;
  batch_no: string | null;
  last_position: string | null;
  hash: Buffer | null;
}

const takeLock = statement<{ got: boolean; now: string }>(`select pg_try_advisory_xact_lock($1) as got, ${nowColumn}`);
const readPending = statement<EntryText>(
  `select ${entryColumns} from (select entry_id from audit.unsealed order by entry_id limit ${roundEntries}) u
     join audit.entry e on e.id = u.entry_id order by u.entry_id`,
);
const readHeads = statement<Head>(
  `select a.account_id::text, b.batch_no::text, b.last_position::text, b.hash from unnest($1::uuid[]) as a(account_id)
     left join lateral (select * from audit.batch b where b.account_id = a.account_id order by b.batch_no desc limit 1) b on true`,
);
const addSeals = statement<object>(
  `insert into audit.seal (account_id, position, batch_no, entry_id, hash)
   select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[])`,
);
const addBatch = statement<object>(
  `insert into audit.batch (account_id, batch_no, first_position, last_position, count, previous_hash, hash, sealed_at, signature)
   values ($1, $2, $3, $4, $5, $6, $7, $8::timestamptz, $9)`,
);
const clearPending = statement<object>(`delete from audit.unsealed where entry_id = any($1::bigint[])`);

interface SealRows {
  accounts: string[];
  positions: number[];
  batches: string[];
  entries: string[];
  hashes: Buffer[];
}

/**
 * Chains committed entries a moment after they were written, so that writers never wait on each other. An entry whose
 * transaction ends late simply lands in a later batch.
 */
@Injectable()
export class AuditSealer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('audit');
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<unknown> = Promise.resolve();
  private readonly file: string;

  constructor(
    private readonly db: Db,
    private readonly key: AuditSigningKey,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.file = checkpointFile(config.FLEET_DATA_DIR);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.FLEET_ROLES.includes('worker')) return;
    await this.completeCheckpoints();
    this.timer = setInterval(() => void this.sealAll().catch((error: Error) => this.log.error(`sealing failed, trying again: ${error.message}`)), roundMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (!this.timer) return;
    clearInterval(this.timer);
    await this.sealAll().catch((error: Error) => this.log.warn(`the last entries stay unsealed until the next start: ${error.message}`));
  }

  /** Seals everything committed so far, unless another replica is at it. Answers how many entries. */
  sealAll(): Promise<number> {
    const work = this.round.then(async () => {
      for (let total = 0; ; ) {
        const sealed = await this.sealRound();
        total += sealed;
        if (sealed < roundEntries) return total;
      }
    });
    this.round = work.catch(() => undefined);
    return work;
  }

  /** A process may die between commit and line; the newest batch of each account is written then at the next start. */
  async completeCheckpoints(): Promise<number> {
    const written = await newestCheckpoints(this.file);
    const heads = await this.db.systemRead('audit.complete_checkpoints', (tx) =>
      tx.sql<SignedBatch>(`select distinct on (account_id) ${batchColumns} from audit.batch b order by account_id, b.batch_no desc`),
    );
    const missing = heads.filter((h) => Number(h.batch_no) > Number(written.get(h.account_id)?.batch_no ?? 0));
    await appendCheckpoints(this.file, missing.map(checkpointOf));
    return missing.length;
  }

  private async sealRound(): Promise<number> {
    const { sealed, lines } = await this.db.system('audit.seal', (tx) => this.seal(tx));
    await appendCheckpoints(this.file, lines);
    return sealed;
  }

  private async seal(tx: Tx): Promise<{ sealed: number; lines: Checkpoint[] }> {
    const lock = await tx.one(takeLock, [lockId]);
    const pending = lock?.got ? await tx.sql(readPending) : [];
    if (pending.length === 0) return { sealed: 0, lines: [] };
    const byAccount = groupByAccount(pending);
    const heads = await tx.sql(readHeads, [[...byAccount.keys()]]);
    const rows: SealRows = { accounts: [], positions: [], batches: [], entries: [], hashes: [] };
    const lines: Checkpoint[] = [];
    for (const head of heads) {
      lines.push(await this.sealAccount(tx, head, byAccount.get(head.account_id) ?? [], lock?.now ?? '', rows));
    }
    await tx.sql(addSeals, [rows.accounts, rows.positions, rows.batches, rows.entries, rows.hashes]);
    await tx.sql(clearPending, [rows.entries]);
    return { sealed: pending.length, lines };
  }

  private async sealAccount(tx: Tx, head: Head, entries: EntryText[], sealedAt: string, rows: SealRows): Promise<Checkpoint> {
    const before = Number(head.last_position ?? 0);
    const batch = {
      account_id: head.account_id,
      batch_no: String(Number(head.batch_no ?? 0) + 1),
      first_position: String(before + 1),
      last_position: String(before + entries.length),
      count: entries.length,
      previous_hash: head.hash ?? genesis,
      hash: head.hash ?? genesis,
      sealed_at: sealedAt,
    };
    entries.forEach((entry, index) => {
      batch.hash = chainHash(batch.hash, canonicalEntry(entry));
      rows.accounts.push(batch.account_id);
      rows.positions.push(before + index + 1);
      rows.batches.push(batch.batch_no);
      rows.entries.push(entry.id);
      rows.hashes.push(batch.hash);
    });
    const signature = await this.key.sign(canonicalBatch(batch));
    const { account_id, batch_no, first_position, last_position, count, previous_hash, hash, sealed_at } = batch;
    await tx.sql(addBatch, [account_id, batch_no, first_position, last_position, count, previous_hash, hash, sealed_at, signature]);
    return checkpointOf({ ...batch, signature });
  }
}

function groupByAccount(entries: EntryText[]): Map<string, EntryText[]> {
  const groups = new Map<string, EntryText[]>();
  for (const entry of entries) {
    const group = groups.get(entry.account_id);
    if (group) group.push(entry);
    else groups.set(entry.account_id, [entry]);
  }
  return groups;
}
