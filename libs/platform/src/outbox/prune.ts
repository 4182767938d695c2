import type { Db } from '../database';

const keptDays = 30;
const batchRows = 2000;

/** Forgets events that reached everybody long ago. Their done rows are the inbox, so both go together. */
export async function pruneOutbox(db: Db, now: Date, signal?: AbortSignal): Promise<number> {
  for (let total = 0; ; ) {
    const gone = await db.system('outbox.prune', (tx) =>
      tx.execute(
        `delete from outbox.event where id in (
           select e.id from outbox.event e
            where e.emitted_at < $1::timestamptz - ${keptDays} * interval '1 day'
              and not exists (select from outbox.delivery d where d.event_id = e.id and d.done_at is null)
            order by e.emitted_at limit ${batchRows})`,
        [now],
      ),
    );
    total += gone;
    if (gone < batchRows || signal?.aborted) return total;
  }
}
