import { bucketMs } from '../pipeline/limits';
import type { Point } from '../trips/point';
import { isSpike, stepOf } from '../trips/step';
import { bandCount, bandOf } from './figures';

/** What the samples of five minutes add up to. */
export interface Bucket {
  at_ms: number;
  distance_m: number;
  moving_ms: number;
  idle_ms: number;
  stopped_ms: number;
  fuel_ml: number | undefined;
  samples: number;
  speed_max_kmh: number | undefined;
  /** Milliseconds driven in each band of speed. */
  bands: number[];
  /** Of the first and the last sample inside, from the beginning of the bucket. */
  first_ms: number | undefined;
  last_ms: number | undefined;
}

const bucketAt = (at_ms: number): Bucket => ({
  at_ms,
  distance_m: 0,
  moving_ms: 0,
  idle_ms: 0,
  stopped_ms: 0,
  fuel_ml: undefined,
  samples: 0,
  speed_max_kmh: undefined,
  bands: new Array<number>(bandCount).fill(0),
  first_ms: undefined,
  last_ms: undefined,
});

export const isEmpty = (b: Bucket): boolean => b.samples === 0 && b.moving_ms + b.idle_ms + b.stopped_ms === 0;

/** Neighbouring buckets of one vehicle that are computed together. */
export interface Run {
  vehicle_no: number;
  from_ms: number;
  to_ms: number;
}

/**
 * Takes the samples of a run in order, with the last one before it and the first one after. Each pair of neighbours is judged by
 * itself and counts in a bucket for the part of it that lies inside.
 */
export class RunOfBuckets {
  readonly buckets: Bucket[];
  account_no: number | undefined;
  before_ms: number | undefined;
  after_ms: number | undefined;
  private last: Point | undefined;

  constructor(readonly run: Run) {
    this.buckets = Array.from({ length: (run.to_ms - run.from_ms) / bucketMs }, (_, i) => bucketAt(run.from_ms + i * bucketMs));
  }

  take(c: Point, accountNo: number): void {
    const p = this.last;
    this.last = c;
    this.account_no ??= accountNo;
    if (c.at_ms < this.run.from_ms) this.before_ms = c.at_ms;
    else if (c.at_ms >= this.run.to_ms) this.after_ms = c.at_ms;
    else this.count(p, c);
    if (p) this.share(p, c);
  }

  private bucketOf(ms: number): Bucket {
    return this.buckets[Math.floor((ms - this.run.from_ms) / bucketMs)] as Bucket;
  }

  private count(p: Point | undefined, c: Point): void {
    const own = this.bucketOf(c.at_ms);
    own.samples += 1;
    own.last_ms = c.at_ms - own.at_ms;
    own.first_ms ??= own.last_ms;
    if (c.speed_kmh !== undefined && !isSpike(p, c)) own.speed_max_kmh = Math.max(own.speed_max_kmh ?? 0, c.speed_kmh);
  }

  private share(p: Point, c: Point): void {
    const step = stepOf(p, c);
    if (step.kind === 'no_data') return;
    const end = Math.min(c.at_ms, this.run.to_ms);
    for (let from = Math.max(p.at_ms, this.run.from_ms); from < end; ) {
      const bucket = this.bucketOf(from);
      const to = Math.min(end, bucket.at_ms + bucketMs);
      const share = (to - from) / step.ms;
      if (step.kind === 'moving') {
        bucket.moving_ms += to - from;
        bucket.distance_m += step.distance_m * share;
        const band = bandOf(step.kmh);
        bucket.bands[band] = (bucket.bands[band] as number) + to - from;
      } else if (step.kind === 'idle') bucket.idle_ms += to - from;
      else bucket.stopped_ms += to - from;
      if (step.fuel_l !== undefined) bucket.fuel_ml = (bucket.fuel_ml ?? 0) + step.fuel_l * 1000 * share;
      from = to;
    }
  }
}

/** Buckets sorted by vehicle and time, joined to runs of neighbours. */
export function runsOf(buckets: readonly { vehicle_no: number; at_ms: number }[]): Run[] {
  const runs: Run[] = [];
  for (const { vehicle_no, at_ms } of buckets) {
    const run = runs.at(-1);
    if (run?.vehicle_no === vehicle_no && at_ms < run.to_ms) continue;
    if (run?.vehicle_no === vehicle_no && run.to_ms === at_ms) run.to_ms += bucketMs;
    else runs.push({ vehicle_no, from_ms: at_ms, to_ms: at_ms + bucketMs });
  }
  return runs;
}
