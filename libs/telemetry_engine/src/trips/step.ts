import { jumpKmh, jumpMinM } from '../pipeline/limits';
import { placeOf, type Place, type Point } from './point';

export type StepKind = 'moving' | 'idle' | 'stopped' | 'no_data';

/** What happened between two neighbouring samples of a vehicle. */
export interface Step {
  ms: number;
  kind: StepKind;
  /** Mean speed; 0 when nobody can say. */
  kmh: number;
  distance_m: number;
  fuel_l: number | undefined;
  /** False when the two places cannot both be right. */
  plausible: boolean;
}

/** A receiver at rest drifts by a walking pace. */
export const movingAboveKmh = 3;
/** Places alone say that it moves only above this: they drift too. */
export const placedAboveKmh = 5;
/** A silence this long is no data. A parked tracker reports seldom, so it is given longer while it stays where it was. */
export const silentMs = 5 * 60_000;
export const parkedSilentMs = 60 * 60_000;

const metresPerDegree = 111_195.08;
const radians = Math.PI / 180;

/** Metres between near places. */
export function flatDistanceM(a: Place, b: Place): number {
  let lon = b.lon - a.lon;
  if (lon > 180) lon -= 360;
  else if (lon < -180) lon += 360;
  const x = lon * Math.cos(((a.lat + b.lat) / 2) * radians);
  const y = b.lat - a.lat;
  return metresPerDegree * Math.sqrt(x * x + y * y);
}

/** Judges one pair of samples by itself, so that the order in which they arrived cannot matter. Trips and rollups both go by this. */
export function stepOf(p: Point, c: Point): Step {
  const ms = c.at_ms - p.at_ms;
  const from = placeOf(p);
  const to = placeOf(c);
  const apart = from && to ? flatDistanceM(from, to) : undefined;
  const plausible = apart === undefined || apart <= jumpMinM || (apart * 3600) / ms <= jumpKmh;
  const kmh = meanSpeed(p, c, plausible ? apart : undefined, ms);
  const ignition = p.ignition ?? c.ignition;
  const parked = kmh <= movingAboveKmh && ignition !== true && (apart === undefined || apart <= jumpMinM);
  if (ms > (parked ? parkedSilentMs : silentMs)) return { ms, kind: 'no_data', kmh: 0, distance_m: 0, fuel_l: undefined, plausible };
  const moving = kmh > movingAboveKmh;
  const distance_m = !moving ? 0 : apart !== undefined && plausible ? apart : (kmh * ms) / 3600;
  const rate = meanOf(p.fuel_rate_lph, c.fuel_rate_lph);
  return { ms, kind: moving ? 'moving' : ignition === true ? 'idle' : 'stopped', kmh, distance_m, fuel_l: rate === undefined ? undefined : (rate * ms) / 3_600_000, plausible };
}

function meanSpeed(p: Point, c: Point, apart: number | undefined, ms: number): number {
  const said = meanOf(p.speed_kmh, c.speed_kmh);
  if (said !== undefined) return said;
  const placed = apart === undefined ? 0 : (apart * 3600) / ms;
  return placed > placedAboveKmh ? placed : 0;
}

const meanOf = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined ? b : b === undefined ? a : (a + b) / 2);

/** A speed that nothing on wheels reaches so fast is the receiver's fault. */
export function isSpike(p: Point | undefined, c: Point): boolean {
  if (!p || p.speed_kmh === undefined || c.speed_kmh === undefined) return false;
  const seconds = (c.at_ms - p.at_ms) / 1000;
  return seconds <= 30 && c.speed_kmh - p.speed_kmh > Math.max(60, 40 * seconds);
}
