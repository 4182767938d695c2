import { bucketMs } from '../pipeline/limits';
import { bucketOf, type MotionState, type MotionWorld } from '../detect/motion';
import { goesOn, VehicleRun, type Checkpoint, type RunResult } from '../detect/vehicle-run';
import { FiveMinutes, type Bucket } from '../rollup/five-minutes';
import type { Point } from '../trips/point';
import type { Span } from './work-list';

/** What one reading of a vehicle's samples tells: the motion found in them, and the five minutes to be written. */
export interface Derived {
  motion: RunResult;
  buckets: Bucket[];
}

/** Until how late the newest five minutes may stay unwritten while samples keep coming: they would be written with each of them. */
const openMs = 60_000;

const startOfBucket = (ms: number): number => bucketOf(ms) * bucketMs;

/** The usual way: on from the newest sample, as long as it turns out that nothing came late among those before it. */
export class ReadingOn {
  /** The first sample that is wanted, beside the one before: the five minutes of the newest are counted, and written, whole. */
  readonly from_ms: number;
  /** What lies beyond is not noted yet. */
  readonly to_ms: number;
  private readonly run: VehicleRun;
  private readonly buckets: FiveMinutes;
  private readonly lastMs: number | undefined;
  private readonly again: Point[] = [];
  private goes: boolean | undefined;

  constructor(
    private readonly head: MotionState | undefined,
    world: MotionWorld,
    spans: readonly Span[],
    private readonly nowMs: number,
  ) {
    this.lastMs = head?.last?.at_ms;
    this.from_ms = this.lastMs === undefined ? 0 : startOfBucket(this.lastMs);
    this.run = new VehicleRun(head, world);
    // Without anything new it was woken by the clock, and its last five minutes may be unwritten.
    const changed = spans.length > 0 ? spans : [{ from_ms: this.from_ms, to_ms: this.from_ms + bucketMs }];
    this.to_ms = changed.at(-1)?.to_ms ?? 0;
    this.buckets = new FiveMinutes(this.from_ms, changed);
  }

  take(c: Point): void {
    this.buckets.take(c);
    if (c.at_ms < this.from_ms) return;
    if (this.lastMs !== undefined && c.at_ms <= this.lastMs) this.again.push(c);
    else if (this.goesOn) this.run.takeOne(c);
  }

  /** Asked before the state has moved. */
  get goesOn(): boolean {
    return (this.goes ??= this.lastMs === undefined || goesOn(this.head as MotionState, this.again, this.nowMs));
  }

  finish(all: boolean): Derived {
    const motion = this.run.finish(this.nowMs);
    const buckets = this.buckets.touched;
    const { head } = motion;
    const newest = buckets.at(-1);
    if (!head || !newest || all || this.lastMs === undefined || newest.at_ms + bucketMs <= this.nowMs || minuteOf(head.at_ms) !== minuteOf(this.lastMs)) return { motion, buckets };
    // Looked at again when they are over, should nothing more come.
    return { motion: { ...motion, head: wakenAt(head, newest.at_ms + bucketMs) }, buckets: buckets.slice(0, -1) };
  }
}

/** Something came late: from the newest state that cannot know it, until nothing differs any more. */
export class ReadingAgain {
  readonly from_ms: number;
  private readonly run: VehicleRun;
  private readonly buckets: FiveMinutes;
  private readonly afterMs: number;
  private met = false;

  constructor(
    start: Checkpoint | undefined,
    later: ReadonlyMap<number, Checkpoint>,
    world: MotionWorld,
    spans: readonly Span[],
    /** Of the sample before the late ones: its step towards them is another now. */
    beforeMs: number | undefined,
  ) {
    const [first, last] = [spans[0] as Span, spans.at(-1) as Span];
    const countedMs = beforeMs === undefined ? first.from_ms : startOfBucket(beforeMs);
    this.afterMs = start?.at_ms ?? -1;
    this.from_ms = Math.min(this.afterMs + 1, countedMs);
    this.run = new VehicleRun(start?.state, world, later, last.to_ms);
    this.buckets = new FiveMinutes(countedMs, spans);
  }

  /** False once the rest need not be read. */
  take(c: Point): boolean {
    this.buckets.take(c);
    if (!this.met && c.at_ms > this.afterMs) this.met = !this.run.takeOne(c);
    return !this.met || !this.buckets.isDone;
  }

  finish(nowMs: number): Derived {
    const motion = this.run.finish(nowMs);
    // The newest five minutes may have waited to be written, and the note of it went with the old state.
    const head = motion.head && wakenAt(motion.head, startOfBucket(motion.head.at_ms) + bucketMs);
    return { motion: { ...motion, head }, buckets: this.buckets.touched };
  }
}

const minuteOf = (ms: number): number => Math.floor(ms / openMs);

function wakenAt(head: NonNullable<RunResult['head']>, ms: number): NonNullable<RunResult['head']> {
  return { ...head, closes_ms: Math.min(head.closes_ms ?? Infinity, ms) };
}
