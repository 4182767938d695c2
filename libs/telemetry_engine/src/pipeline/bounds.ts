import type { Sample } from '../sample';
import { driverKeyMax, dtcsMax, dtcTextMax, extraKeyMax, extrasMax, extraTextMax } from './limits';

export type NumberField = Exclude<{ [K in keyof Sample]-?: Sample[K] extends number | undefined ? K : never }[keyof Sample], 'at_ms' | 'lat' | 'lon'>;

/** What a value can be; devices say 32767 or -1 for "unknown". Every bound fits the column that stores it. */
export const numberBounds: Record<NumberField, readonly [min: number, max: number]> = {
  speed_kmh: [0, 320],
  heading_deg: [0, 360],
  altitude_m: [-500, 9000],
  satellites: [0, 100],
  fuel_rate_lph: [0, 320],
  fuel_level_l: [0, 6_500],
  fuel_level_pct: [0, 110],
  odometer_km: [0, 20_000_000],
  engine_hours: [0, 1_000_000],
  rpm: [0, 20_000],
  engine_load_pct: [0, 150],
  coolant_c: [-60, 250],
  voltage_v: [0, 320],
  inputs: [0, 2_147_483_647],
  outputs: [0, 2_147_483_647],
};
const bounded = Object.entries(numberBounds) as [NumberField, readonly [number, number]][];

const fits = (value: number, [min, max]: readonly [number, number]): boolean => value >= min && value <= max;

function allFit(s: Sample): boolean {
  // Written out: this runs for every sample, and a loop over names costs ten times as much.
  return (
    (s.speed_kmh === undefined || fits(s.speed_kmh, numberBounds.speed_kmh)) &&
    (s.heading_deg === undefined || fits(s.heading_deg, numberBounds.heading_deg)) &&
    (s.altitude_m === undefined || fits(s.altitude_m, numberBounds.altitude_m)) &&
    (s.satellites === undefined || fits(s.satellites, numberBounds.satellites)) &&
    (s.fuel_rate_lph === undefined || fits(s.fuel_rate_lph, numberBounds.fuel_rate_lph)) &&
    (s.fuel_level_l === undefined || fits(s.fuel_level_l, numberBounds.fuel_level_l)) &&
    (s.fuel_level_pct === undefined || fits(s.fuel_level_pct, numberBounds.fuel_level_pct)) &&
    (s.odometer_km === undefined || fits(s.odometer_km, numberBounds.odometer_km)) &&
    (s.engine_hours === undefined || fits(s.engine_hours, numberBounds.engine_hours)) &&
    (s.rpm === undefined || fits(s.rpm, numberBounds.rpm)) &&
    (s.engine_load_pct === undefined || fits(s.engine_load_pct, numberBounds.engine_load_pct)) &&
    (s.coolant_c === undefined || fits(s.coolant_c, numberBounds.coolant_c)) &&
    (s.voltage_v === undefined || fits(s.voltage_v, numberBounds.voltage_v)) &&
    (s.inputs === undefined || fits(s.inputs, numberBounds.inputs)) &&
    (s.outputs === undefined || fits(s.outputs, numberBounds.outputs))
  );
}

/** The sample without what cannot be, or undefined when all of it can. */
export function withoutImplausible(s: Sample): Sample | undefined {
  const texts = textsFit(s);
  if (texts && allFit(s)) return undefined;
  const kept: Sample = { ...s };
  for (const [field, range] of bounded) {
    const value = kept[field];
    if (value !== undefined && !fits(value, range)) delete kept[field];
  }
  if (!texts) trimTexts(kept);
  return kept;
}

function textsFit(s: Sample): boolean {
  return (
    (s.driver_key === undefined || storable(s.driver_key, driverKeyMax)) &&
    (s.dtcs === undefined || (s.dtcs.length <= dtcsMax && s.dtcs.every((d) => storable(d, dtcTextMax)))) &&
    (s.extras === undefined || extrasFit(s.extras))
  );
}

/** PostgreSQL's text and jsonb take neither NUL nor half a surrogate pair. */
const unstorable = /\0|\p{Surrogate}/u;
const storable = (text: string, max: number): boolean => text.length <= max && !unstorable.test(text);

export function extrasFit(extras: NonNullable<Sample['extras']>): boolean {
  let count = 0;
  for (const key in extras) {
    const value = extras[key];
    count += 1;
    if (count > extrasMax || !storable(key, extraKeyMax)) return false;
    if (typeof value === 'string' ? !storable(value, extraTextMax) : typeof value === 'number' ? !Number.isFinite(value) : typeof value !== 'boolean') return false;
  }
  return true;
}

function trimTexts(kept: Sample): void {
  if (kept.driver_key !== undefined && !storable(kept.driver_key, driverKeyMax)) delete kept.driver_key;
  if (kept.dtcs) kept.dtcs = kept.dtcs.filter((d) => storable(d, dtcTextMax)).slice(0, dtcsMax);
  if (kept.extras) kept.extras = Object.fromEntries(Object.entries(kept.extras).filter(([k, v]) => extrasFit({ [k]: v })).slice(0, extrasMax));
}
