import { statement, type ReadTx } from '@fleet/platform/database';
import type { KnownVehicle } from '@fleet/transport_registry';
import type { FenceIndex } from '../geofences/fence-index';
import { lastOf } from './last-list';
import { stateOf } from './state';
import type { VehicleNowView } from './telemetry.dto';

const goingOn = statement<{ from_at: Date }>('select from_at from telemetry_engine.stretch where vehicle_no = $1 and to_at is null order by from_at desc limit 1');

export async function nowOf(tx: ReadTx, vehicle: KnownVehicle, fences: FenceIndex, now: Date): Promise<VehicleNowView> {
  const [row] = await lastOf(tx, [vehicle.vehicle_no]);
  const state = row && stateOf(row, now.getTime());
  // A stretch stays open while nothing more is heard; what a silent vehicle does, nobody knows.
  const stretch = state && state !== 'no_data' ? await tx.one(goingOn, [vehicle.vehicle_no]) : undefined;
  const around = row?.lat == null || row.lon == null ? [] : fences.around({ lat: row.lat, lon: row.lon }, vehicle.park_id);
  const geofences = around.filter((fence) => fence.park_id === null || !tx.actor.parkIds || tx.actor.parkIds.includes(fence.park_id));
  return {
    vehicle_id: vehicle.id,
    last: row && state ? { ...row, state } : null,
    since_at: stretch?.from_at ?? null,
    geofences: geofences.map(({ id, name }) => ({ id, name })),
  };
}
