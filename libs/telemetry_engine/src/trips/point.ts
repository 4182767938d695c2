/** A stored sample, as far as trips and detections look at it. Plain data: it is kept in what the rules remember. */
export interface Point {
  at_ms: number;
  /** Only where the device trusts its fix. */
  lat?: number;
  lon?: number;
  speed_kmh?: number;
  heading_deg?: number;
  ignition?: boolean;
  satellites?: number;
  fuel_rate_lph?: number;
  dtcs?: string[];
}

export interface Place {
  lat: number;
  lon: number;
}

export const placeOf = ({ lat, lon }: Point): Place | undefined => (lat === undefined || lon === undefined ? undefined : { lat, lon });

/** A row of the sample table, scaled as it is stored. */
export interface PointRow {
  vehicle_no: number;
  at_ms: number;
  lat: number | null;
  lon: number | null;
  speed: number | null;
  heading: number | null;
  flags: number;
  satellites: number | null;
  fuel_rate: number | null;
  dtcs: string[] | null;
}

/** Written out: this runs for every sample. */
export function pointOf(row: PointRow): Point {
  const point: Point = { at_ms: row.at_ms };
  if (row.lat !== null && row.lon !== null && (row.flags & 12) !== 4) {
    point.lat = row.lat / 1e7;
    point.lon = row.lon / 1e7;
  }
  if (row.speed !== null) point.speed_kmh = row.speed / 100;
  if (row.heading !== null) point.heading_deg = row.heading / 10;
  if (row.flags & 1) point.ignition = (row.flags & 2) !== 0;
  if (row.satellites !== null) point.satellites = row.satellites;
  if (row.fuel_rate !== null) point.fuel_rate_lph = row.fuel_rate / 100;
  if (row.dtcs !== null) point.dtcs = row.dtcs;
  return point;
}
