import type { Fields } from '../store/copy-out';

/** A stored sample, as far as trips and detections look at it. Plain data: it is kept in what the rules remember. */
export interface Point {
  at_ms: number;
  /** Only where the device trusts its fix. */
  lat?: number | undefined;
  lon?: number | undefined;
  speed_kmh?: number | undefined;
  heading_deg?: number | undefined;
  ignition?: boolean | undefined;
  satellites?: number | undefined;
  fuel_rate_lph?: number | undefined;
  dtcs?: string[] | undefined;
}

export interface Place {
  lat: number;
  lon: number;
}

export const placeOf = ({ lat, lon }: Point): Place | undefined => (lat === undefined || lon === undefined ? undefined : { lat, lon });

/** What `pointOf` takes out of a row. */
export const pointColumns = 'at, lat_x1e7, lon_x1e7, speed_kmh_x100, flags, fuel_rate_lph_x100, heading_deg_x10, satellites, dtcs';

/** Written out, and always of the same fields in the same order: this runs for every sample. */
export function pointOf(row: Fields): Point {
  const at_ms = row.time();
  const lat = row.int4();
  const lon = row.int4();
  const speed = row.int2();
  const flags = row.int2() ?? 0;
  const fuelRate = row.int2();
  const heading = row.int2();
  const satellites = row.int2();
  const dtcs = row.json() as string[] | undefined;
  const placed = lat !== undefined && lon !== undefined && (flags & 12) !== 4;
  return {
    at_ms,
    lat: placed ? lat / 1e7 : undefined,
    lon: placed ? lon / 1e7 : undefined,
    speed_kmh: speed === undefined ? undefined : speed / 100,
    heading_deg: heading === undefined ? undefined : heading / 10,
    ignition: flags & 1 ? (flags & 2) !== 0 : undefined,
    satellites,
    fuel_rate_lph: fuelRate === undefined ? undefined : fuelRate / 100,
    dtcs,
  };
}
