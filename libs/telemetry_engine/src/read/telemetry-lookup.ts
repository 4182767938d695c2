import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import type { ReadTx } from '@fleet/platform/database';
import { lastOf, type LastRow } from './last-list';
import { newestReadings, readingsBetween, type MarkedReading } from './readings';
import { stateOf } from './state';

/**
 * The read door of telemetry. It answers inside the caller's account; whether the caller may see a vehicle, the registry's
 * door has said before.
 */
@Injectable()
export class TelemetryLookup {
  constructor(private readonly clock: Clock) {}

  /** The newest samples of a vehicle, newest first. */
  recent(tx: ReadTx, vehicleNo: number, count: number): Promise<MarkedReading[]> {
    return newestReadings(tx, vehicleNo, count);
  }

  /** Every sample of a span in order, in pages. */
  between(tx: ReadTx, vehicleNo: number, from: Date, to: Date): AsyncGenerator<MarkedReading[]> {
    return readingsBetween(tx, vehicleNo, from, to);
  }

  /** The last word of vehicles and what they are doing now, about a second behind the samples. */
  async last(tx: ReadTx, vehicleNos: readonly number[]): Promise<Map<number, LastRow>> {
    const now = this.clock.now().getTime();
    return new Map((await lastOf(tx, vehicleNos)).map((row) => [row.vehicle_no, { ...row, state: stateOf(row, now) }]));
  }
}
