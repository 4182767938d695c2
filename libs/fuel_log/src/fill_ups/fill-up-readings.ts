import { Injectable } from '@nestjs/common';
import type { Tx } from '@fleet/platform/database';
import { invalid, Refusal } from '@fleet/platform/http';
import { OdometerService } from '@fleet/transport_registry';
import { isWild, judge, jumpKm, type Known } from '../rules/odometer';
import { kmPer, type DistanceUnit } from '../rules/units';
import type { Warning } from './fill-up.entity';

export interface Reading {
  odometer_reading: number;
  distance_unit: DistanceUnit;
  at: Date;
}

/** What became of a reading: whether it counts, its row in the vehicle's series, and what somebody should look at. */
export interface Judged {
  counts: boolean;
  reading_id: string | null;
  warnings: Warning[];
  jump_km: number | null | undefined;
  before: Known | undefined;
}

/** Readings at the pump go into the one series of the vehicle, which the registry keeps. */
@Injectable()
export class FillUpReadings {
  constructor(private readonly odometer: OdometerService) {}

  /** What the vehicle showed before this moment; its series waits for us. */
  async before(tx: Tx, vehicleId: string, at: Date): Promise<Known | undefined> {
    return (await this.odometer.around(tx, vehicleId, at)).before;
  }

  async enter(tx: Tx, vehicleId: string, reading: Reading, ref: string): Promise<Judged> {
    const km = reading.odometer_reading * kmPer[reading.distance_unit];
    const warnings: Warning[] = [];
    let { before, after } = await this.around(tx, vehicleId, reading.at);
    if (after && judge(km, { before, after }) === 'first_was_earlier') {
      await this.odometer.void(tx, vehicleId, after.id, 'A fill-up before it shows more: it was read earlier than it was written down.');
      warnings.push({ code: 'FUEL_FIRST_READING_CORRECTED', detail: `The vehicle was onboarded with ${after.odometer_km} km, which an earlier fill-up has passed. The reading at the pump counts.` });
      ({ before, after } = await this.around(tx, vehicleId, reading.at));
    }
    const verdict = judge(km, { before, after });
    if (verdict === 'rollback' && before) throw rollback('less than the previous recorded reading', km, before, 'before');
    if (verdict !== 'fits' && after) throw rollback('more than a later recorded reading', km, after, 'after');
    const at = { odometer_km: km, at: reading.at };
    const jump = jumpKm(at, before);
    const wild = isWild(at, before);
    if (jump !== undefined) warnings.push({ code: 'FUEL_ODOMETER_JUMP', detail: `${jump} km since ${before?.at.toISOString()} is more than a vehicle drives in that time.${wild ? ' The reading does not count until somebody has looked at it.' : ''}` });
    const kept = wild ? null : await this.append(tx, vehicleId, km, reading.at, ref, warnings);
    return { counts: !wild, reading_id: kept, warnings, jump_km: jump ?? null, before };
  }

  /** Somebody looked and says the reading is right, however far the vehicle went. */
  async believe(tx: Tx, vehicleId: string, reading: Reading, ref: string): Promise<string | null> {
    const km = reading.odometer_reading * kmPer[reading.distance_unit];
    const { after } = await this.around(tx, vehicleId, reading.at);
    if (after && judge(km, { after }) !== 'fits') throw rollback('more than a later recorded reading', km, after, 'after');
    return this.append(tx, vehicleId, km, reading.at, ref, []);
  }

  async withdraw(tx: Tx, vehicleId: string, readingId: string | null, reason: string): Promise<void> {
    if (!readingId) return;
    try {
      await this.odometer.void(tx, vehicleId, readingId, reason);
    } catch (error) {
      // Somebody voided it in the registry before us.
      if (!(error instanceof Refusal) || error.kind !== 'not_found') throw error;
    }
  }

  private around(tx: Tx, vehicleId: string, at: Date): ReturnType<OdometerService['around']> {
    return this.odometer.around(tx, vehicleId, at);
  }

  /** People's readings were judged above; what still objects is a device, and of two dashboards nobody knows yet which is right. */
  private async append(tx: Tx, vehicleId: string, km: number, at: Date, ref: string, warnings: Warning[]): Promise<string | null> {
    try {
      return (await this.odometer.append(tx, vehicleId, { odometer_km: Math.round(km * 10) / 10, at, source: 'fuel', source_ref: ref, jump_is_asked_about: true })).id;
    } catch (error) {
      if (!(error instanceof Refusal) || !error.code.startsWith('ODOMETER_')) throw error;
      warnings.push({ code: 'FUEL_ODOMETER_DISAGREES', detail: `The reading does not fit what the vehicle's device reported. ${error.detail}` });
      return null;
    }
  }
}

function rollback(what: string, km: number, known: Known, side: 'before' | 'after'): Refusal {
  return invalid('FUEL_ODOMETER_ROLLBACK', `Odometer reading cannot be ${what}: ${known.odometer_km} km on ${known.at.toISOString()}. Check the dashboard and the date.`, {
    facts: { odometer_km: Math.round(km * 10) / 10, [side]: { odometer_km: known.odometer_km, at: known.at, source: known.source } },
    errors: [{ field: 'odometer_reading', code: 'FUEL_ODOMETER_ROLLBACK', detail: `${known.odometer_km} km was read on ${known.at.toISOString()}` }],
  });
}
