import { Injectable } from '@nestjs/common';
import { Db } from '@fleet/platform/database';
import type { RoutedVehicle } from '../store/sample-row';
import { Gathering } from './gathering';
import { Trail } from './trail';

interface Remembered {
  vehicle_no: number;
  at: Date;
  position_at: Date | null;
  lat: number | null;
  lon: number | null;
  odometer_km: number | null;
  speed_kmh: number | null;
}

/** More vehicles than one process serves; beyond it the oldest are looked up again. */
const trailsMax = 200_000;

/** What each vehicle said last, in memory; a vehicle not heard since the start is looked up once. */
@Injectable()
export class Trails {
  private readonly byVehicle = new Map<number, Trail>();
  private readonly read = new Gathering<number>((vehicleNos) => this.load(vehicleNos));

  constructor(private readonly db: Db) {}

  /** Answers a promise only when something must be looked up: the usual batch goes on at once. */
  prepare(vehicles: readonly (RoutedVehicle | string)[]): Promise<void> | undefined {
    let missing: Set<number> | undefined;
    for (const vehicle of vehicles) {
      if (typeof vehicle !== 'string' && !this.byVehicle.has(vehicle.vehicle_no)) (missing ??= new Set()).add(vehicle.vehicle_no);
    }
    return missing && this.read.want(missing);
  }

  of(vehicleNo: number): Trail {
    let trail = this.byVehicle.get(vehicleNo);
    if (!trail) this.byVehicle.set(vehicleNo, (trail = new Trail()));
    return trail;
  }

  /** A vehicle without a past. */
  none(): Trail {
    return new Trail();
  }

  private async load(vehicleNos: number[]): Promise<void> {
    const rows = await this.db.systemRead('telemetry_engine.trails', (tx) =>
      tx.sql<Remembered>('select vehicle_no, at, position_at, lat, lon, odometer_km, speed_kmh from telemetry_engine.last_position where vehicle_no = any($1::int[])', [vehicleNos]),
    );
    if (this.byVehicle.size + vehicleNos.length > trailsMax) {
      for (const no of [...this.byVehicle.keys()].slice(0, trailsMax / 4)) this.byVehicle.delete(no);
    }
    for (const no of vehicleNos) this.of(no);
    for (const row of rows) {
      this.of(row.vehicle_no).recall({
        at_ms: row.at.getTime(),
        ...(row.lat !== null && row.lon !== null ? { lat: row.lat, lon: row.lon } : {}),
        ...(row.position_at ? { position_at_ms: row.position_at.getTime() } : {}),
        ...(row.odometer_km !== null ? { odometer_km: row.odometer_km } : {}),
        ...(row.speed_kmh !== null ? { speed_kmh: row.speed_kmh } : {}),
      });
    }
  }
}
