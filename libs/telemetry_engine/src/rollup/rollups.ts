import { Injectable } from '@nestjs/common';
import { Db, type Tx } from '@fleet/platform/database';
import { bucketMs } from '../pipeline/limits';
import { dateOf, dayOf } from '../store/days';
import { takeDirtyBuckets, type DirtyBucket } from '../store/dirty-buckets';
import { replaceDays, replaceFiveMinutes, replaceHours } from './rollup-sql';

export type Grain = 5 | 60 | 1440;

/** A lane is worked off by one process at a time; there are more of them than processes. */
export const lanes = 16;
const lockClass = 730_119_502;
/** Marks taken with one lock on dirty_bucket: writers of samples wait meanwhile. */
const takeMax = 20_000;
const batchOf: Record<Grain, number> = { 5: 2000, 60: 2000, 1440: 2000 };
const replace: Record<60 | 1440, string> = { 60: replaceHours, 1440: replaceDays };

interface Spread {
  vehicle_no: number;
  from_at: Date;
  to_at: Date;
}

const inLane = `select vehicle_no, at from telemetry_engine.rollup_work where grain = $1 and lane = $2 order by at, vehicle_no limit $3`;

const busyLanes = `select lane from generate_series(0, $2::int - 1) lane where exists (select from telemetry_engine.rollup_work w where w.grain = $1 and w.lane = lane.lane)`;

/**
 * Computes rollups anew from samples and replaces what stood there. Taking a note off the list and replacing the rows is one
 * transaction, so a crash leaves the note; a lane's lock keeps an older picture from overwriting a newer one.
 */
@Injectable()
export class Rollups {
  private readonly ensured = new Set<number>();

  constructor(private readonly db: Db) {}

  /** Notes down what samples have touched. Short: nobody stores samples while the marks are taken away. */
  async collect(): Promise<number> {
    for (let total = 0; ; ) {
      const taken = await this.db.system('telemetry_engine.collect_dirty', async (tx) => {
        const buckets = await takeDirtyBuckets(tx, takeMax);
        if (buckets.length > 0) await note(tx, buckets);
        return buckets.length;
      });
      total += taken;
      if (taken < takeMax) return total;
    }
  }

  /** Works off one batch of a lane. Answers how many notes it took; undefined when somebody else is at this lane. */
  async batch(grain: Grain, lane: number): Promise<number | undefined> {
    return this.db.system('telemetry_engine.rollup', async (tx) => {
      const locked = await tx.one<{ mine: boolean }>('select pg_try_advisory_xact_lock($1, $2) as mine', [lockClass + grain, lane]);
      if (!locked?.mine) return undefined;
      const taken = await tx.sql<{ vehicle_no: number; at: Date }>(
        `delete from telemetry_engine.rollup_work d using (select distinct vehicle_no, at from (${inLane}) l) t
          where d.grain = $1 and d.lane = $2 and d.at = t.at and d.vehicle_no = t.vehicle_no returning d.vehicle_no, d.at`,
        [grain, lane, batchOf[grain]],
      );
      if (taken.length === 0) return 0;
      const unique = new Map(taken.map((b) => [`${b.vehicle_no} ${b.at.getTime()}`, b]));
      await this.recompute(tx, grain, [...unique.values()]);
      return taken.length;
    });
  }

  /** Everything that is due at this grain, lane by lane. */
  async work(grain: Grain, signal?: AbortSignal): Promise<number> {
    let done = 0;
    const busy = await this.db.systemRead('telemetry_engine.rollup', (tx) => tx.sql<{ lane: number }>(busyLanes, [grain, lanes]));
    for (const { lane } of busy) {
      for (let taken: number | undefined = 1; taken && !signal?.aborted; ) {
        taken = await this.batch(grain, lane);
        done += taken ?? 0;
      }
    }
    return done;
  }

  private async recompute(tx: Tx, grain: Grain, buckets: readonly { vehicle_no: number; at: Date }[]): Promise<void> {
    const params = [buckets.map((b) => b.vehicle_no), buckets.map((b) => b.at), lanes];
    if (grain !== 5) return void (await tx.sql(replace[grain], grain === 60 ? params : params.slice(0, 2)));
    await this.ensureDays(tx, buckets);
    const spread = await tx.sql(replaceFiveMinutes, params);
    const own = new Set(buckets.map((b) => `${b.vehicle_no} ${b.at.getTime()}`));
    const further = spread.flatMap(bucketsBetween).filter((b) => !own.has(`${b.vehicle_no} ${b.bucket_at.getTime()}`));
    if (further.length > 0) await noteRollups(tx, further);
  }

  private async ensureDays(tx: Tx, buckets: readonly { at: Date }[]): Promise<void> {
    const days = [...new Set(buckets.map((b) => dayOf(b.at.getTime())))].filter((day) => !this.ensured.has(day));
    for (const day of days) await tx.sql('select telemetry_engine.ensure_rollup_days($1, $1)', [dateOf(day)]);
    tx.afterCommit(() => days.forEach((day) => this.ensured.add(day)));
  }
}

async function note(tx: Tx, buckets: readonly DirtyBucket[]): Promise<void> {
  await noteRollups(tx, buckets);
  await tx.sql('insert into telemetry_engine.motion_work (vehicle_no, bucket_at) select * from unnest($1::int[], $2::timestamptz[])', [buckets.map((b) => b.vehicle_no), buckets.map((b) => b.bucket_at)]);
}

/** Notes five-minute buckets to be computed anew. */
export async function noteRollups(tx: Tx, buckets: readonly DirtyBucket[]): Promise<void> {
  await tx.sql('insert into telemetry_engine.rollup_work (grain, lane, at, vehicle_no) select 5, v % $3::int, at, v from unnest($1::int[], $2::timestamptz[]) b(v, at)', [
    buckets.map((b) => b.vehicle_no),
    buckets.map((b) => b.bucket_at),
    lanes,
  ]);
}

function bucketsBetween({ vehicle_no, from_at, to_at }: Spread): DirtyBucket[] {
  const found: DirtyBucket[] = [];
  for (let at = from_at.getTime(); at <= to_at.getTime(); at += bucketMs) found.push({ vehicle_no, bucket_at: new Date(at) });
  return found;
}
