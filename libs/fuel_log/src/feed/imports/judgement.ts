import { Injectable } from '@nestjs/common';
import { Db, type Actor, type Tx } from '@fleet/platform/database';
import { workOff } from '@fleet/platform/jobs';

const platesAtOnce = 250;
/** No two of them share a vehicle. */
const lanes = 2;

/** Compares what came with its neighbours, once all of it is there: repeated messages, readings out of line, fills somebody entered already. */
@Injectable()
export class Judgement {
  constructor(private readonly db: Db) {}

  /** `touched` are the plates of all that was stored since the last import that reached its end, if they are known. Answers how many of this run's records wait for a person. */
  async settle(actor: Actor, runStartedAt: Date, touched: ReadonlySet<string> | undefined, signal?: AbortSignal): Promise<number> {
    const plates = touched ? [...touched].sort() : await this.allPlates(actor);
    const chunks = Array.from({ length: Math.ceil(plates.length / platesAtOnce) }, (_, i) => plates.slice(i * platesAtOnce, (i + 1) * platesAtOnce));
    await workOff(chunks, lanes, async (chunk) => {
      signal?.throwIfAborted();
      await this.db.write(actor, async (tx) => {
        tx.withoutAudit('derived from recorded imports');
        await judge(tx, chunk);
      });
    });
    return this.db.write(actor, async (tx) => {
      tx.withoutAudit('derived from recorded imports');
      await tx.sql('update fuel.ingest_state set judge_from = null where account_id = $1', [actor.accountId]);
      const row = await tx.one<{ waiting: number }>(`select count(*)::int as waiting from fuel.records where account_id = $1 and review_id is not null and state = 'waiting' and deleted_at is null and fill_up_id is null and imported_at = $2`, [actor.accountId, runStartedAt]);
      return row?.waiting ?? 0;
    });
  }

  /** After a crash nobody knows what it left uncompared. */
  private async allPlates(actor: Actor): Promise<string[]> {
    const rows = await this.db.read(actor, (tx) => tx.sql<{ plate: string }>('select distinct plate_norm as plate from fuel.records where account_id = $1 and plate_norm is not null order by 1', [actor.accountId]));
    return rows.map((row) => row.plate);
  }
}

export async function judge(tx: Tx, plates: readonly (string | null)[]): Promise<void> {
  const known = [...new Set(plates.filter((p) => p !== null))];
  if (known.length === 0) return;
  await tx.sql(`set local statement_timeout = '10min'`);
  await tx.sql('select fuel.judge($1, $2)', [tx.accountId, known]);
  await tx.sql('select fuel.link_entries($1, $2)', [tx.accountId, known]);
  // A message about somebody who was forgotten may come late.
  await tx.sql('select fuel.forget_names($1, null, $2)', [tx.accountId, known]);
}
