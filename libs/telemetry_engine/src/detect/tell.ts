import { DetectionWithdrawn, TripFinished, TripWithdrawn, VehicleDetection } from '@fleet/contracts';
import type { Tx } from '@fleet/platform/database';
import { emitAll } from '@fleet/platform/outbox';
import type { Place } from '../trips/point';
import type { DetectionKind, Found } from './found';
import type { MovedVehicle, Written } from './motion-store';
import type { Kept } from './reconcile';

const iso = (ms: number): string => new Date(ms).toISOString();

/** News of finished trips and of detections, in the transaction that stores them. */
export async function tellWritten(tx: Tx, written: readonly Written[]): Promise<void> {
  const news = written.filter((one) => one.news);
  const detections = news.filter(({ found }) => found.kind !== 'trip');
  const trips = news.filter(({ found }) => found.kind === 'trip');
  await emitAll(tx, VehicleDetection, detections.map(({ vehicle, id, revision, found }) => ({ detection_id: id, revision, ...whoOf(vehicle), park_id: vehicle.park_id, plate: vehicle.plate, ...detectionOf(found) })));
  await emitAll(tx, TripFinished, trips.map(({ vehicle, id, revision, found }) => ({ trip_id: id, revision, ...whoOf(vehicle), ...tripOf(found, found.to_ms as number) })));
}

/** Only what was told is taken back. */
export async function tellWithdrawn(tx: Tx, withdrawn: readonly { vehicle: MovedVehicle; kept: Kept }[]): Promise<void> {
  const told = withdrawn.filter(({ kept }) => kept.told_revision !== null);
  const trips = told.filter(({ kept }) => kept.kind === 'trip');
  const detections = told.filter(({ kept }) => kept.kind !== 'trip');
  await emitAll(tx, TripWithdrawn, trips.map(({ vehicle, kept }) => ({ trip_id: kept.id, revision: kept.revision + 1, ...whoOf(vehicle) })));
  await emitAll(tx, DetectionWithdrawn, detections.map(({ vehicle, kept }) => ({ detection_id: kept.id, revision: kept.revision + 1, ...whoOf(vehicle) })));
}

const whoOf = ({ id, vehicle_no }: MovedVehicle) => ({ vehicle_id: id, vehicle_no });

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
