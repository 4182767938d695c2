import { fetchPage } from '../../api/lists';
import type { MapMark } from './track-map';
import type { Detection, Stop, Trip } from './words';

/** Something of a span that people jump to. */
export type Happening = { at: string; id: string } & ({ kind: 'trip'; trip: Trip } | { kind: 'stop'; stop: Stop } | { kind: 'detection'; detection: Detection });

/** No day has more; a page of a list is never cut in silence. */
const most = 500;

export interface Happenings {
  trips: Trip[];
  stops: Stop[];
  detections: Detection[];
}

interface Asked {
  vehicleId: string;
  span: { from: string; to: string };
  mayTrips: boolean;
  mayDetections: boolean;
}

/** What the server found in a span of a vehicle, as far as the reader may see it. */
export async function readHappenings({ vehicleId, span, mayTrips, mayDetections }: Asked): Promise<Happenings> {
  const path = { vehicle_id: vehicleId };
  const [trips, stops, detections] = await Promise.all([
    mayTrips ? fetchPage('/api/v1/telemetry/{vehicle_id}/trips', { path, query: span, limit: most }, null) : undefined,
    mayTrips ? fetchPage('/api/v1/telemetry/{vehicle_id}/stops', { path, query: span, limit: most }, null) : undefined,
    mayDetections ? fetchPage('/api/v1/telemetry/detections', { query: { ...span, vehicle_id: vehicleId, sort: 'at' }, limit: most }, null) : undefined,
  ]);
  return { trips: trips?.items ?? [], stops: stops?.items ?? [], detections: detections?.items ?? [] };
}

/** In the order of time. */
export function inOrder({ trips, stops, detections }: Happenings): Happening[] {
  const all: Happening[] = [
    ...trips.map((trip): Happening => ({ at: trip.from_at, id: trip.id, kind: 'trip', trip })),
    ...stops.map((stop): Happening => ({ at: stop.from_at, id: stop.id, kind: 'stop', stop })),
    ...detections.map((detection): Happening => ({ at: detection.at, id: detection.id, kind: 'detection', detection })),
  ];
  return all.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

export function marksOf(happenings: readonly Happening[]): MapMark[] {
  return happenings.flatMap((one): MapMark[] => {
    if (one.kind === 'stop') return [{ id: one.id, mark: 'stop', ...one.stop.place }];
    return one.kind === 'detection' && one.detection.place ? [{ id: one.id, mark: 'event', ...one.detection.place }] : [];
  });
}
