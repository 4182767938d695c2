import { Injectable } from '@nestjs/common';
import { Db, type Tx } from '@fleet/platform/database';
import { numberArray } from '../store/copy-out';
import { dateOf, dayOf } from '../store/days';
import { takeDirtyBuckets, type DirtyBucket } from '../store/dirty-buckets';
import { replaceRuns } from './five-minute-store';
import { runsOf } from './five-minutes';
import { replaceDays, replaceHours } from './rollup-sql';

export type Grain = 5 | 60 | 1440;

/** A lane is worked off by one process at a time; there are more of them than processes. */
export const lanes = 16;
const lockClass = 730_119_502;
/** Marks taken with one lock on dirty_bucket: writers of samples wait meanwhile. */
const takeMax = 20_000;
const batchOf: Record<Grain, number> = { 5: 20_000, 60: 5000, 1440: 5000 };
const replace: Record<60 | 1440, string> = { 60: replaceHours, 1440: replaceDays };

interface Note {
  vehicle_no: number;
  at_ms: number;
}

const busyLanes = `select lane from generate_series(0, $2::int - 1) lane where exists (select from telemetry_engine.rollup_work w where w.grain = $1 and w.lane = lane.lane and w.at < $3)`;

// By their place in the table: the lane is ours, and joining the list with itself would read it over and over.
const takeNotes = `
  delete from telemetry_engine.rollup_work where ctid = any(array(
      select ctid from telemetry_engine.rollup_work where grain = $1 and lane = $2 and at < $4 order by at, vehicle_no limit $3))
  returning vehicle_no, date_part('epoch', at) * 1000 as at_ms`;

/** Later than anything that is noted. */
const always = new Date(Date.UTC(9999, 0, 1));

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

  /** Works off one batch of a lane, of what began before a moment. Answers how many notes it took; undefined when somebody else is at this lane. */
  async batch(grain: Grain, lane: number, before = always): Promise<number | undefined> {
    return this.db.system('telemetry_engine.rollup', async (tx) => {
      const locked = await tx.one<{ mine: boolean }>('select pg_try_advisory_xact_lock($1, $2) as mine', [lockClass + grain, lane]);
      if (!locked?.mine) return undefined;
      const taken = await tx.sql<Note>(takeNotes, [grain, lane, batchOf[grain], before]);
      if (taken.length > 0) await this.recompute(tx, grain, unique(taken));
      return taken.length;
    });
  }

  /** Everything that is due at this grain, lane by lane. */
  async work(grain: Grain, signal?: AbortSignal, before = always): Promise<number> {
    let done = 0;
    const busy = await this.db.systemRead('telemetry_engine.rollup', (tx) => tx.sql<{ lane: number }>(busyLanes, [grain, lanes, before]));
    for (const { lane } of busy) {
      for (let taken: number | undefined = 1; taken && !signal?.aborted; ) {
        taken = await this.batch(grain, lane, before);
        done += taken ?? 0;
      }
    }
    return done;
  }

  private async recompute(tx: Tx, grain: Grain, notes: readonly Note[]): Promise<void> {
    if (grain !== 5) {
      const params = [numberArray(notes.map((n) => n.vehicle_no)), numberArray(notes.map((n) => n.at_ms / 1000))];
      return void (await tx.sql(replace[grain], grain === 60 ? [...params, lanes] : params));
    }
    await this.ensureDays(tx, notes);
    const own = new Set(notes.map(keyOf));
    const further = (await replaceRuns(tx, runsOf(notes), lanes)).filter((b) => !own.has(keyOf({ vehicle_no: b.vehicle_no, at_ms: b.bucket_at.getTime() })));
    if (further.length > 0) await noteRollups(tx, further);
  }

  private async ensureDays(tx: Tx, notes: readonly Note[]): Promise<void> {
    const days = [...new Set(notes.map((n) => dayOf(n.at_ms)))].filter((day) => !this.ensured.has(day));
    for (const day of days) await tx.sql('select telemetry_engine.ensure_rollup_days($1, $1)', [dateOf(day)]);
    tx.afterCommit(() => days.forEach((day) => this.ensured.add(day)));
  }
}

const keyOf = ({ vehicle_no, at_ms }: Note): string => `${vehicle_no} ${at_ms}`;

/** Each once, by vehicle and time. */
function unique(notes: Note[]): Note[] {
  notes.sort((a, b) => a.vehicle_no - b.vehicle_no || a.at_ms - b.at_ms);
  return notes.filter((n, i) => n.vehicle_no !== notes[i - 1]?.vehicle_no || n.at_ms !== notes[i - 1]?.at_ms);
}

async function note(tx: Tx, buckets: readonly DirtyBucket[]): Promise<void> {
  await noteRollups(tx, buckets);
  await tx.sql('insert into telemetry_engine.motion_work (vehicle_no, bucket_at) select v, to_timestamp(s) from unnest($1::int[], $2::float8[]) b(v, s)', columnsOf(buckets));
}

/** Notes five-minute buckets to be computed anew. */
export async function noteRollups(tx: Tx, buckets: readonly DirtyBucket[]): Promise<void> {
  await tx.sql('insert into telemetry_engine.rollup_work (grain, lane, at, vehicle_no) select 5, v % $3::int, to_timestamp(s), v from unnest($1::int[], $2::float8[]) b(v, s)', [...columnsOf(buckets), lanes]);
}

const columnsOf = (buckets: readonly DirtyBucket[]): string[] => [numberArray(buckets.map((b) => b.vehicle_no)), numberArray(buckets.map((b) => b.bucket_at.getTime() / 1000))];
