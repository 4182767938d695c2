import { Injectable } from '@nestjs/common';
import { Db } from '@fleet/platform/database';
import { numberArray } from '../store/copy-out';
import { replaceDays, replaceHours } from './rollup-sql';

export type Grain = 60 | 1440;

/** A lane is worked off by one process at a time; there are more of them than processes. */
export const lanes = 16;
const lockClass = 730_119_502;
const batchMax = 5000;
const replace: Record<Grain, string> = { 60: replaceHours, 1440: replaceDays };

interface Note {
  vehicle_no: number;
  at_s: number;
}

const busyLanes = `select lane from generate_series(0, $2::int - 1) lane where exists (select from telemetry_engine.rollup_work w where w.grain = $1 and w.lane = lane.lane)`;

// By their place in the table: the lane is ours, and joining the list with itself would read it over and over.
const takeNotes = `
  delete from telemetry_engine.rollup_work where ctid = any(array(
      select ctid from telemetry_engine.rollup_work where grain = $1 and lane = $2 order by at, vehicle_no limit $3))
  returning vehicle_no, date_part('epoch', at) as at_s`;

/**
 * Computes hours and days anew from rows of five minutes, and replaces what stood there. Taking a note off the list and
 * replacing the rows is one transaction, so a crash leaves the note; a lane's lock keeps an older picture from overwriting a newer one.
 */
@Injectable()
export class Rollups {
  constructor(private readonly db: Db) {}

  /** Works off one batch of a lane. Answers how many notes it took; undefined when somebody else is at this lane. */
  async batch(grain: Grain, lane: number): Promise<number | undefined> {
    return this.db.system('telemetry_engine.rollup', async (tx) => {
      const locked = await tx.one<{ mine: boolean }>('select pg_try_advisory_xact_lock($1, $2) as mine', [lockClass + grain, lane]);
      if (!locked?.mine) return undefined;
      const taken = await tx.sql<Note>(takeNotes, [grain, lane, batchMax]);
      const params = [numberArray(taken.map((n) => n.vehicle_no)), numberArray(taken.map((n) => n.at_s))];
      if (taken.length > 0) await tx.sql(replace[grain], grain === 60 ? [...params, lanes] : params);
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
}
