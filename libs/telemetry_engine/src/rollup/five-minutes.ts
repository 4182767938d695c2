import { bucketMs } from '../pipeline/limits';
import type { Point } from '../trips/point';
import { isSpike, parkedSilentMs, stepOf } from '../trips/step';
import { bandCount, bandOf } from './figures';

/** What the samples of five minutes add up to. */
export interface Bucket {
  at_ms: number;
  /** Something in it may differ from what was written before. */
  touched: boolean;
  distance_m: number;
  moving_ms: number;
  idle_ms: number;
  stopped_ms: number;
  fuel_ml: number | undefined;
  samples: number;
  speed_max_kmh: number | undefined;
  /** Milliseconds driven in each band of speed. */
  bands: number[];
}

const bucketAt = (at_ms: number): Bucket => ({
  at_ms,
  touched: false,
  distance_m: 0,
  moving_ms: 0,
  idle_ms: 0,
  stopped_ms: 0,
  fuel_ml: undefined,
  samples: 0,
  speed_max_kmh: undefined,
  bands: new Array<number>(bandCount).fill(0),
});

const startOfBucket = (ms: number): number => Math.floor(ms / bucketMs) * bucketMs;

export const isEmpty = (b: Bucket): boolean => b.samples === 0 && b.moving_ms + b.idle_ms + b.stopped_ms === 0;

/**
 * Takes the samples of a vehicle in order. Each pair of neighbours is judged by itself and counts in a bucket for the part of
 * it that lies inside; a pair that reaches into a changed time touches every bucket it lies in.
 */
export class FiveMinutes {
  private readonly buckets: Bucket[] = [];
  private last: Point | undefined;
  /** Of the changed times, the first that is not behind us. */
  private next = 0;

  constructor(
    /** The beginning of a bucket: what lies before it was read to know the neighbour, and is not counted. */
    private readonly fromMs: number,
    /** In order, and apart from each other. */
    private readonly changed: readonly { from_ms: number; to_ms: number }[],
  ) {}

  take(c: Point): void {
    const p = this.last;
    const touched = this.reaches(p?.at_ms ?? c.at_ms, c.at_ms);
    if (p) this.share(p, c, touched);
    if (c.at_ms >= this.fromMs) this.count(p, c, touched);
    this.last = c;
  }

  /** What must be written; those without anything must go. */
  get touched(): Bucket[] {
    return this.buckets.filter((bucket) => bucket.touched);
  }

  /** Nothing that follows can change a touched bucket. */
  get isDone(): boolean {
    return this.next >= this.changed.length && this.buckets.at(-1)?.touched === false;
  }

  private reaches(fromMs: number, toMs: number): boolean {
    while ((this.changed[this.next]?.to_ms ?? Infinity) <= fromMs) this.next += 1;
    return (this.changed[this.next]?.from_ms ?? Infinity) <= toMs;
  }

  /** Buckets come in order; one that is left behind untouched is of no interest any more. */
  private bucketOf(ms: number, touched: boolean): Bucket {
    const at = startOfBucket(ms);
    let bucket = this.buckets.at(-1);
    if (bucket?.at_ms !== at) {
      if (bucket?.touched === false) this.buckets.pop();
      this.buckets.push((bucket = bucketAt(at)));
    }
    if (touched) bucket.touched = true;
    return bucket;
  }

  private count(p: Point | undefined, c: Point, touched: boolean): void {
    const own = this.bucketOf(c.at_ms, touched);
    own.samples += 1;
    if (c.speed_kmh !== undefined && !isSpike(p, c)) own.speed_max_kmh = Math.max(own.speed_max_kmh ?? 0, c.speed_kmh);
  }

  private share(p: Point, c: Point, touched: boolean): void {
    const step = stepOf(p, c);
    if (step.kind === 'no_data') return this.silence(p, c, touched);
    for (let from = Math.max(p.at_ms, this.fromMs); from < c.at_ms; ) {
      const bucket = this.bucketOf(from, touched);
      const to = Math.min(c.at_ms, bucket.at_ms + bucketMs);
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

  /** What was one long step before a sample came between them may have been written: as long as a parked vehicle may be silent. */
  private silence(p: Point, c: Point, touched: boolean): void {
    if (!touched) return;
    if (p.at_ms >= this.fromMs) this.bucketOf(p.at_ms, true);
    if (c.at_ms - p.at_ms > parkedSilentMs) return;
    for (let at = Math.max(p.at_ms, this.fromMs); at < c.at_ms; at = startOfBucket(at) + bucketMs) this.bucketOf(at, true);
  }
}
