import { FenceIndex } from '../../libs/telemetry_engine/src/geofences/fence-index';
import type { Fence } from '../../libs/telemetry_engine/src/geofences/shape';
import { bucketMs } from '../../libs/telemetry_engine/src/pipeline/limits';
import { bucketOf, revived, type MotionWorld } from '../../libs/telemetry_engine/src/detect/motion';
import { reconcile, type Kept } from '../../libs/telemetry_engine/src/detect/reconcile';
import { defaultRules, type MotionRules } from '../../libs/telemetry_engine/src/detect/rules';
import { goesOn, VehicleRun, type Checkpoint } from '../../libs/telemetry_engine/src/detect/vehicle-run';
import type { Sample } from '../../libs/telemetry_engine/src/sample';
import type { Point } from '../../libs/telemetry_engine/src/trips/point';

export const worldWith = (rules: Partial<MotionRules> = {}, fences: Fence[] = []): MotionWorld => ({ rules: { ...defaultRules, ...rules }, fences: { index: new FenceIndex(fences), park_id: null } });

/** One vehicle's samples, what was found in them and how far they were read: the tables, without a database. */
export class MotionMemory {
  private readonly samples = new Map<number, Point>();
  private sorted: Point[] | undefined;
  private readonly checkpoints = new Map<number, Checkpoint>();
  private head: string | undefined;
  private dirty: number[] = [];
  private serial = 0;
  rows: Kept[] = [];
  /** How many samples were looked at: reading everything again each time would be right, and useless. */
  read = 0;

  constructor(readonly world: MotionWorld) {}

  upload(samples: readonly Sample[]): void {
    for (const sample of samples) {
      if (this.samples.has(sample.at_ms)) continue;
      this.samples.set(sample.at_ms, pointOfSample(sample));
      this.sorted = undefined;
      this.dirty.push(Math.floor(sample.at_ms / bucketMs) * bucketMs);
    }
  }

  /** Reads on, as of a moment on the house's clock. */
  settle(nowMs: number): void {
    const from = Math.min(...this.dirty);
    const to = Math.max(...this.dirty) + bucketMs;
    const some = this.dirty.length > 0;
    this.dirty = [];
    const head = this.head === undefined ? undefined : revived(this.head);
    const bucketStart = head?.last ? bucketOf(head.last.at_ms) * bucketMs : -Infinity;
    const on = !some || head === undefined || (from >= bucketStart && goesOn(head, this.after(bucketStart - 1), nowMs));
    const start = on ? undefined : [...this.checkpoints.values()].filter((c) => c.at_ms < from).sort((a, b) => b.slot_ms - a.slot_ms)[0];
    const later = new Map([...this.checkpoints].filter(([slot]) => slot > (start?.slot_ms ?? -Infinity)));
    const run = on ? new VehicleRun(this.head, this.world) : new VehicleRun(start?.state, this.world, later, to);
    const points = this.after(on ? (head?.last?.at_ms ?? -Infinity) : (start?.at_ms ?? -Infinity));
    for (const point of points) {
      this.read += 1;
      if (!run.take([point])) break;
    }
    const result = run.finish(nowMs);
    this.keep(result);
    // Its newest state was not looked at; as in the house, the clock wakes it for what silence has ended.
    if (!result.head) this.settle(nowMs);
  }

  private keep(result: ReturnType<VehicleRun['finish']>): void {
    const inWindow = (row: Kept): boolean => row.decided_ms > result.after_ms && row.decided_ms <= (result.until_ms ?? Infinity);
    const { insert, update, withdraw } = reconcile(this.rows.filter(inWindow), result.found);
    this.rows = this.rows.filter((row) => !withdraw.includes(row));
    for (const { kept, found, anew } of update) Object.assign(kept, { ...found, revision: kept.revision + Number(anew), body: anew ? found.body : kept.body });
    for (const found of insert) this.rows.push({ ...found, id: String((this.serial += 1)), revision: 1, told_revision: 1 });
    for (const checkpoint of result.checkpoints) this.checkpoints.set(checkpoint.slot_ms, checkpoint);
    if (result.head) this.head = result.head.state;
  }

  private after(ms: number): Point[] {
    this.sorted ??= [...this.samples.values()].sort((a, b) => a.at_ms - b.at_ms);
    return this.sorted.filter((p) => p.at_ms > ms);
  }

  /** What is there, without what the way to it left behind: ids and revisions. While something goes on, its evidence may differ. */
  get content(): object[] {
    return this.rows
      .map(({ kind, subject, from_ms, to_ms, decided_ms, body }) => ({ kind, subject, from_ms, to_ms, decided_ms, body: to_ms === undefined ? { ...body, evidence: null } : body }))
      .sort((a, b) => a.from_ms - b.from_ms || (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0) || (a.subject < b.subject ? -1 : 1));
  }

  of(kind: string): Kept[] {
    return this.rows.filter((row) => row.kind === kind).sort((a, b) => a.from_ms - b.from_ms);
  }
}

export function pointOfSample({ at_ms, lat, lon, valid, speed_kmh, heading_deg, ignition, satellites, fuel_rate_lph, dtcs }: Sample): Point {
  const placed = lat !== undefined && lon !== undefined && valid !== false;
  const said = { speed_kmh, heading_deg, ignition, satellites, fuel_rate_lph, dtcs, ...(placed ? { lat, lon } : {}) };
  return { at_ms, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) };
}
