import { Inject, Injectable, Logger } from '@nestjs/common';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Clock } from '../clock';
import { CONFIG, type Config } from '../config';
import { Db, type Tx } from '../database';
import { rule } from '../http/refusal';
import { SubjectKeys } from './subject-keys';

interface ErasureRow {
  subject_id: string;
  account_id: string | null;
  at: string;
  by: string;
  reason: string;
}

export interface ReplayReport {
  /** Erasures the restored database did not know of. */
  ledgerRowsAdded: number;
  /** Keys the restore had brought back. */
  keysDestroyed: number;
}

const columns = `subject_id, account_id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, by, reason`;

/**
 * Destroys the key of a person. The ledger row stays in the database and as a line of `erasures.log` beside it, because a
 * restored backup knows neither the erasure nor the lost key: `replay` makes it forget again.
 */
@Injectable()
export class Erasure {
  private readonly log = new Logger('crypto');

  constructor(
    private readonly db: Db,
    private readonly keys: SubjectKeys,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Everything sealed for the subject is unreadable from the commit on. The caller records the act in the audit log. */
  async erase(tx: Tx, subjectId: string, reason: string): Promise<void> {
    const id = subjectId.toLowerCase();
    const key = await tx.one<{ account_id: string | null }>('select account_id from crypto.subject_key where subject_id = $1', [id]);
    const destroyed = await tx.execute('delete from crypto.subject_key where subject_id = $1', [id]);
    if (key && destroyed === 0) throw rule('SUBJECT_SHARED', 'This person belongs to several accounts; only the house can erase them.');
    const owner = key ? key.account_id : await this.accountOf(tx);
    const row = await tx.one<ErasureRow>(
      `insert into crypto.erasure (subject_id, account_id, at, by, reason) values ($1, $2, $3, $4, $5) on conflict (subject_id, account_id) do nothing returning ${columns}`,
      [id, owner, this.clock.now(), tx.actor.id, reason],
    );
    tx.afterCommit(async () => {
      this.keys.forget(id);
      if (row) await this.append([row]);
    });
  }

  /** After a restore: brings the ledger up to the log beside the database and destroys every key the backup brought back. */
  async replay(): Promise<ReplayReport> {
    const lines = await this.logged();
    return this.db.system('crypto.replay_erasures', async (tx) => {
      const ledgerRowsAdded = await tx.execute(
        `insert into crypto.erasure (subject_id, account_id, at, by, reason)
         select r.* from jsonb_to_recordset($1::jsonb) as r(subject_id uuid, account_id uuid, at timestamptz, by text, reason text)
         on conflict (subject_id, account_id) do nothing`,
        [JSON.stringify(lines)],
      );
      const destroyed = await tx.sql<{ subject_id: string }>(
        // Only the owner's erasure counts: an account that guesses a foreign id must not destroy anything later.
        `delete from crypto.subject_key k using crypto.erasure e
          where e.subject_id = k.subject_id and e.account_id is not distinct from k.account_id returning k.subject_id`,
      );
      for (const { subject_id } of destroyed) this.keys.forget(subject_id);
      return { ledgerRowsAdded, keysDestroyed: destroyed.length };
    });
  }

  /** Writes ledger rows the log misses: a process may die between commit and line. Answers how many. */
  async completeLog(): Promise<number> {
    const nameOf = (row: ErasureRow): string => `${row.subject_id} ${row.account_id}`;
    const known = new Set((await this.logged()).map(nameOf));
    const rows = await this.db.systemRead('crypto.complete_erasure_log', (tx) => tx.sql<ErasureRow>(`select ${columns} from crypto.erasure order by at`));
    const missing = rows.filter((row) => !known.has(nameOf(row)));
    if (missing.length > 0) await this.append(missing);
    return missing.length;
  }

  private async accountOf(tx: Tx): Promise<string | null> {
    return (await tx.one<{ id: string | null }>(`select nullif(current_setting('app.account_id', true), '')::uuid as id`))?.id ?? null;
  }

  private get file(): string {
    return join(this.config.FLEET_DATA_DIR, 'erasures.log');
  }

  private async append(rows: ErasureRow[]): Promise<void> {
    await mkdir(this.config.FLEET_DATA_DIR, { recursive: true });
    await appendFile(this.file, rows.map((row) => JSON.stringify(row) + '\n').join(''), { mode: 0o600 });
  }

  private async logged(): Promise<ErasureRow[]> {
    const text = await readFile(this.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return text.split('\n').flatMap((line) => {
      if (line === '') return [];
      try {
        return [JSON.parse(line) as ErasureRow];
      } catch {
        this.log.warn('erasures.log has a line that cannot be read; it was left out');
        return [];
      }
    });
  }
}
