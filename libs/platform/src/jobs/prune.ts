import type { Db } from '../database';

const batchRows = 2000;

/** Dead runs stay until a person replays or 90 days have passed; the newest run of a task always stays for the status page. */
export async function pruneRuns(db: Db, now: Date, signal?: AbortSignal): Promise<number> {
  for (let total = 0; ; ) {
    const gone = await db.system('jobs.prune', (tx) =>
      tx.execute(
        `delete from jobs.run where id in (
           select r.id from jobs.run r
            where r.finished_at < $1::timestamptz - case when r.slot_at is not null and r.state <> 'dead' then interval '7 days' else interval '90 days' end
              and exists (select from jobs.run newer where newer.task = r.task and newer.queued_at > r.queued_at) limit ${batchRows})`,
        [now],
      ),
    );
    total += gone;
    if (gone < batchRows || signal?.aborted) return total;
  }
}
