import { lastChangedSince, type LastRow } from '../read/last-list';
import { silentFrom, stateOf } from '../read/state';

export type Changed = Awaited<ReturnType<typeof lastChangedSince>>[number];

/** A vehicle on the live map. */
export interface LiveVehicle {
  row: LastRow;
  flushed_ms: number;
  /** The tick of this process that noticed its last change. */
  changed_tick: number;
}

/** Writers commit out of order by at most this much; what is read twice is recognized. */
export const overlapMs = 3000;

/**
 * The live map of one account: what the table says, brought up to date by what was written since. A vehicle changes when
 * it is heard, and when silence turns its state.
 */
export class LiveAccount {
  readonly vehicles = new Map<number, LiveVehicle>();
  tick = 0;
  /** The newest write that is known, by the database's clock: what a viewer resumes from. */
  read_ms = 0;

  get since(): Date {
    return new Date(Math.max(0, this.read_ms - overlapMs));
  }

  advance(rows: readonly Changed[], nowMs: number): void {
    this.tick += 1;
    for (const row of rows) {
      const flushed_ms = row.flushed_at.getTime();
      this.read_ms = Math.max(this.read_ms, flushed_ms);
      if (this.vehicles.get(row.vehicle_no)?.flushed_ms === flushed_ms) continue;
      this.vehicles.set(row.vehicle_no, { row: { ...row, state: stateOf(row, nowMs) }, flushed_ms, changed_tick: this.tick });
    }
    for (const vehicle of this.vehicles.values()) {
      const state = stateOf(vehicle.row, nowMs);
      if (state === vehicle.row.state) continue;
      vehicle.row.state = state;
      vehicle.changed_tick = this.tick;
    }
  }
}

/** What a viewer must be told that has seen everything up to a moment: written since, or fallen silent since. */
export const changedAfter = ({ row, flushed_ms }: LiveVehicle, resumeMs: number): boolean =>
  flushed_ms > resumeMs - overlapMs || (row.state === 'no_data' && silentFrom(row) > resumeMs - overlapMs);
