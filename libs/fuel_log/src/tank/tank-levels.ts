import { Injectable } from '@nestjs/common';
import { statement, type ReadTx } from '@fleet/platform/database';
import { TelemetryLookup, type MarkedReading } from '@fleet/telemetry_engine';
import { calibrated, type CalibrationPoint, type Level } from '../rules/tank';
import type { LevelSource } from './tank.dto';

export interface Sensor {
  source: LevelSource;
  extra_name: string | null;
  points: CalibrationPoint[];
  min_change_l: number;
}

export interface Place {
  at: Date;
  lat: number;
  lon: number;
}

const sensorOf = statement<Sensor>('select source, extra_name, points, min_change_l::float8 as min_change_l from fuel_log.tank_sensor where vehicle_id = $1');
export const minChangeLitres = 5;
/** A day of one vehicle at one sample a second is more than anybody looks at here. */
const samplesMax = 50_000;

/** What telemetry heard of a tank, in litres. */
@Injectable()
export class TankLevels {
  constructor(private readonly telemetry: TelemetryLookup) {}

  sensor(tx: ReadTx, vehicleId: string): Promise<Sensor | undefined> {
    return tx.one(sensorOf, [vehicleId]);
  }

  async between(tx: ReadTx, vehicle: { vehicle_no: number; tank_capacity_l: number | null }, sensor: Sensor | undefined, from: Date, to: Date): Promise<{ levels: Level[]; places: Place[] }> {
    const levels: Level[] = [];
    const places: Place[] = [];
    for await (const page of this.telemetry.between(tx, vehicle.vehicle_no, from, to)) {
      for (const sample of page) {
        const litres = litresOf(sample, sensor, vehicle.tank_capacity_l);
        if (litres !== undefined) levels.push({ at: sample.at, litres, speed_kmh: sample.speed_kmh });
        if (sample.lat !== null && sample.lon !== null && sample.marks.length === 0) places.push({ at: sample.at, lat: sample.lat, lon: sample.lon });
      }
      if (levels.length > samplesMax) break;
    }
    return { levels, places };
  }
}

/** Without a sensor described, litres as the device says them, or its percentage of a known tank. */
function litresOf(sample: MarkedReading, sensor: Sensor | undefined, capacity: number | null): number | undefined {
  const { fuel_level_l, fuel_level_pct, extras } = sample;
  const byShare = fuel_level_pct === null || capacity === null ? undefined : (fuel_level_pct / 100) * capacity;
  if (!sensor) return fuel_level_l ?? byShare;
  const raw = sensor.source === 'level_l' ? fuel_level_l : sensor.source === 'level_pct' ? fuel_level_pct : extras?.[sensor.extra_name ?? ''];
  if (typeof raw !== 'number') return undefined;
  if (sensor.points.length > 0) return calibrated(raw, sensor.points);
  return sensor.source === 'level_l' ? raw : sensor.source === 'level_pct' ? byShare : undefined;
}
