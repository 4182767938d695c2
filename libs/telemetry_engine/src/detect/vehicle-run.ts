import { dayMs, keepMs } from '../pipeline/limits';
import type { Point } from '../trips/point';
import type { Found } from './found';
import { advance, bucketOf, frozen, newState, outlook, revived, type MotionState, type MotionWorld } from './motion';

/** A state from which the samples can be read on, kept at the first sample of each slot. */
export interface Checkpoint {
  slot_ms: number;
  /** The last sample that is in the state. */
  at_ms: number;
  state: string;
}

export const slotMs = dayMs / 6;
const slotOf = (ms: number): number => Math.floor(ms / slotMs) * slotMs;

export interface RunResult {
  found: Found[];
  /** What was settled after this moment is replaced by `found`; earlier things stand. */
  after_ms: number;
  /** Up to this moment; undefined when the run read to the end. */
  until_ms: number | undefined;
  checkpoints: Checkpoint[];
  /** The new state; undefined when the run met the old one again. */
  head: { at_ms: number; state: string; closes_ms: number | undefined } | undefined;
}

/**
 * One reading of a vehicle's samples from a known state on. When late samples made it start in the past, it ends as soon as
 * it remembers exactly what was remembered there before: from then on nothing can come out differently.
 */
export class VehicleRun {
  private readonly state: MotionState;
  private readonly afterMs: number;
  private readonly found: Found[] = [];
  private readonly checkpoints: Checkpoint[] = [];
  private untilMs: number | undefined;

  constructor(
    /** As it was kept, or that read: it is gone on with, so it belongs to this run. */
    start: string | MotionState | undefined,
    private readonly world: MotionWorld,
    /** States met here before, by slot, and up to where they are out of date. */
    private readonly known: ReadonlyMap<number, Checkpoint> = new Map(),
    private readonly staleToMs = Infinity,
  ) {
    this.state = start === undefined ? newState() : typeof start === 'string' ? revived(start) : start;
    this.afterMs = this.state.last?.at_ms ?? -Infinity;
  }

  /** False once the rest need not be read. */
  take(points: readonly Point[]): boolean {
    for (const c of points) if (!this.takeOne(c)) return false;
    return true;
  }

  takeOne(c: Point): boolean {
    if (this.untilMs !== undefined) return false;
    const { last } = this.state;
    if (last && slotOf(last.at_ms) !== slotOf(c.at_ms) && this.meets(slotOf(c.at_ms), last.at_ms, c.at_ms)) return false;
    advance(this.state, c, this.world, this.found);
    return true;
  }

  private meets(slot: number, lastMs: number, atMs: number): boolean {
    const checkpoint = { slot_ms: slot, at_ms: lastMs, state: frozen(this.state) };
    const before = this.known.get(slot);
    if (before?.state === checkpoint.state && atMs >= this.staleToMs) {
      this.untilMs = lastMs;
      return true;
    }
    if (before?.state !== checkpoint.state) this.checkpoints.push(checkpoint);
    return false;
  }

  finish(nowMs: number): RunResult {
    const result = { after_ms: this.afterMs, checkpoints: this.checkpoints };
    if (this.untilMs !== undefined) return { ...result, found: this.found, until_ms: this.untilMs, head: undefined };
    const open = outlook(this.state, nowMs, this.world);
    // Unlike a checkpoint it is held against nothing, so the order of its keys does not matter.
    const head = { at_ms: this.state.last?.at_ms ?? 0, state: JSON.stringify(this.state), closes_ms: open.closes_ms };
    return { ...result, found: [...this.found, ...open.found], until_ms: undefined, head };
  }
}

/**
 * Whether the samples after a head can simply be read on. `fromBucket` are its samples from the beginning of the five minutes
 * of its last one: one more of them than it has seen came late.
 */
export function goesOn(head: MotionState, fromBucket: readonly Point[], nowMs: number): boolean {
  const last = head.last;
  // Its samples may be dropped by now; nothing that old is let in any more.
  if (last && last.at_ms < nowMs - keepMs) return true;
  return last !== undefined && fromBucket.filter((p) => p.at_ms <= last.at_ms && bucketOf(p.at_ms) === bucketOf(last.at_ms)).length === head.in_bucket;
}
