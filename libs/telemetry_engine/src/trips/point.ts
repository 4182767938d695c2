import type { Fields } from '../store/copy-out';

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

/** What `stepPoint` takes out of a row: all that two neighbouring samples are judged by. */
export const stepColumns = 'at, lat_x1e7, lon_x1e7, speed_kmh_x100, flags, fuel_rate_lph_x100';
/** What `pointOf` takes out of a row, everything the rules look at. */
export const pointColumns = `${stepColumns}, heading_deg_x10, satellites, dtcs`;

/** Written out: this runs for every sample. */
export function stepPoint(row: Fields): Point {
  const point: Point = { at_ms: row.time() };
  const lat = row.int4();
  const lon = row.int4();
  const speed = row.int2();
  const flags = row.int2() ?? 0;
  const fuelRate = row.int2();
  if (lat !== undefined && lon !== undefined && (flags & 12) !== 4) {
    point.lat = lat / 1e7;
    point.lon = lon / 1e7;
  }
  if (speed !== undefined) point.speed_kmh = speed / 100;
  if (flags & 1) point.ignition = (flags & 2) !== 0;
  if (fuelRate !== undefined) point.fuel_rate_lph = fuelRate / 100;
  return point;
}

export function pointOf(row: Fields): Point {
  const point = stepPoint(row);
  const heading = row.int2();
  const satellites = row.int2();
  const dtcs = row.json();
  if (heading !== undefined) point.heading_deg = heading / 10;
  if (satellites !== undefined) point.satellites = satellites;
  if (dtcs !== undefined) point.dtcs = dtcs as string[];
  return point;
}
