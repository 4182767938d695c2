import type { Db } from '@fleet/platform/database';
import { keepDays } from '../pipeline/limits';

const dayMs = 86_400_000;
const chunk = 5000;

/** Deletes in chunks, so that nobody waits long; each is a transaction of its own. */
export async function pruneDerived(db: Db, now: Date, days: number, signal: AbortSignal): Promise<number> {
  const before = new Date(now.getTime() - days * dayMs);
  const run = <T>(work: Parameters<Db['system']>[1]): Promise<T> => db.system('telemetry_engine.prune_derived', work) as Promise<T>;
  let gone = await run<number>(async (tx) => (await tx.one<{ n: number }>('select telemetry_engine.drop_rollup_days($1) as n', [days]))?.n ?? 0);
  for (const [table, column] of [['rollup_hour', 'at'], ['rollup_day', 'to_at'], ['stretch', 'from_at'], ['detection', 'from_at']] as const) {
    for (let more = chunk; more === chunk && !signal.aborted; gone += more) {
      more = await run<number>((tx) => tx.execute(`delete from telemetry_engine.${table} where ctid = any(array(select ctid from telemetry_engine.${table} where ${column} < $1 limit ${chunk}))`, [before]));
    }
  }
  // The newest state older than all samples stays: a late sample is read on from there.
  const oldest = new Date(now.getTime() - (keepDays + 2) * dayMs);
  return (
    gone +
    (await run<number>((tx) =>
      tx.execute(
        `delete from telemetry_engine.motion_checkpoint c where c.slot_at < $1
            and exists (select from telemetry_engine.motion_checkpoint n where n.vehicle_no = c.vehicle_no and n.slot_at > c.slot_at and n.slot_at < $1)`,
        [oldest],
      ),
    ))
  );
}
