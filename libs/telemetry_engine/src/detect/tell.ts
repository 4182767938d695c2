import { DetectionWithdrawn, TripFinished, TripWithdrawn, VehicleDetection } from '@fleet/contracts';
import type { Tx } from '@fleet/platform/database';
import { emit } from '@fleet/platform/outbox';
import type { Place } from '../trips/point';
import type { DetectionKind, Found } from './found';
import { markTold, type MovedVehicle, type Written } from './motion-store';
import type { Kept } from './reconcile';

const iso = (ms: number): string => new Date(ms).toISOString();

/** News of finished trips and of detections, in the transaction that stores them. A trip that goes on is no news yet. */
export async function tellWritten(tx: Tx, written: readonly Written[]): Promise<void> {
  const told = { stretch: [] as string[], detection: [] as string[] };
  for (const { vehicle, id, revision, found, news } of written) {
    if (!news || found.kind === 'stop') continue;
    const who = { vehicle_id: vehicle.id, vehicle_no: vehicle.vehicle_no };
    if (found.kind !== 'trip') {
      await emit(tx, VehicleDetection, { detection_id: id, revision, ...who, park_id: vehicle.park_id, plate: vehicle.plate, ...detectionOf(found) });
      told.detection.push(id);
    } else if (found.to_ms !== undefined) {
      await emit(tx, TripFinished, { trip_id: id, revision, ...who, ...tripOf(found, found.to_ms) });
      told.stretch.push(id);
    }
  }
  for (const table of ['stretch', 'detection'] as const) if (told[table].length > 0) await markTold(tx, table, told[table]);
}

/** Only what was told is taken back. */
export async function tellWithdrawn(tx: Tx, vehicle: MovedVehicle, withdrawn: readonly Kept[]): Promise<void> {
  const who = { vehicle_id: vehicle.id, vehicle_no: vehicle.vehicle_no };
  for (const { id, kind, revision, told_revision } of withdrawn) {
    if (told_revision === null) continue;
    if (kind === 'trip') await emit(tx, TripWithdrawn, { trip_id: id, revision: revision + 1, ...who });
    else await emit(tx, DetectionWithdrawn, { detection_id: id, revision: revision + 1, ...who });
  }
}

interface TripBody {
  from_place: Place;
  to_place: Place;
  distance_km: number;
  moving_s: number;
  idle_s: number;
  max_speed_kmh: number;
  fuel_l: number | null;
}

function tripOf(found: Found, toMs: number) {
  const { from_place, to_place, distance_km, moving_s, idle_s, max_speed_kmh, fuel_l } = found.body as unknown as TripBody;
  return { from_at: iso(found.from_ms), to_at: iso(toMs), from_place, to_place, distance_km, moving_s, idle_s, max_speed_kmh, fuel_l };
}

interface Body {
  place: Place | null;
  value: number | null;
  limit: number | null;
  unit: string | null;
  details: Record<string, string | number | boolean | null>;
}

function detectionOf({ kind, from_ms, to_ms, body }: Found) {
  const { place, value, limit, unit, details } = body as unknown as Body;
  return { kind: kind as DetectionKind, at: iso(from_ms), to_at: to_ms === undefined ? null : iso(to_ms), place, value, limit, unit, details };
}
