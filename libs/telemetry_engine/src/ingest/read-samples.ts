import { dtcsMax, dtcTextMax, driverKeyMax } from '../pipeline/limits';
import { extrasFit } from '../pipeline/bounds';
import type { Incoming } from '../pipeline/pipeline';
import type { Sample } from '../sample';

/** What is wrong with an item of an upload before anybody looks at its meaning. */
export const readFaults = ['malformed_json', 'not_an_object', 'unknown_field', 'wrong_type', 'at_missing', 'at_invalid', 'device_missing', 'device_invalid', 'extras_too_large'] as const;
export type ReadFault = (typeof readFaults)[number];

export interface Rejection {
  index: number;
  code: string;
  detail: string;
}

export class ReadError {
  constructor(
    readonly code: ReadFault,
    readonly detail: string,
  ) {}
}

const deviceShape = /^[\w.:-]{3,64}$/;
const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const isoShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

/** Every name an item may have. */
const known = new Set([
  'device_id', 'vehicle_id', 'at', 'lat', 'lon', 'speed_kmh', 'heading_deg', 'altitude_m', 'satellites', 'valid', 'ignition', 'fuel_rate_lph', 'fuel_level_l', 'fuel_level_pct',
  'odometer_km', 'engine_hours', 'rpm', 'engine_load_pct', 'coolant_c', 'voltage_v', 'inputs', 'outputs', 'dtcs', 'driver_key', 'extras',
]);

const numbers = ['lat', 'lon', 'speed_kmh', 'heading_deg', 'altitude_m', 'satellites', 'fuel_rate_lph', 'fuel_level_l', 'fuel_level_pct', 'odometer_km', 'engine_hours', 'rpm',
  'engine_load_pct', 'coolant_c', 'voltage_v', 'inputs', 'outputs'] as const;
const truths = ['valid', 'ignition'] as const;

type Said = Partial<Record<keyof Sample | 'at' | 'device_id' | 'vehicle_id', unknown>>;

/**
 * One item of an upload, checked by hand: a described class costs a hundred microseconds an item, this costs one. The item
 * itself becomes the sample, for copying it would double the garbage. null means "not said", as in many JSON writers.
 */
export function readItem(item: unknown): Incoming | ReadError {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return new ReadError('not_an_object', 'An item is a JSON object.');
  const said = item as Said;
  for (const key in said) {
    if (!known.has(key)) return new ReadError('unknown_field', `${key.slice(0, 64)} is not a known field; other facts go into extras.`);
    if (said[key as keyof Said] === null) return readItem(withoutNulls(said));
  }
  const { device_id, vehicle_id } = said;
  if (device_id !== undefined && (typeof device_id !== 'string' || !deviceShape.test(device_id))) return new ReadError('device_invalid', 'device_id is an IMEI or the name a device reports.');
  if (vehicle_id !== undefined && (typeof vehicle_id !== 'string' || !uuidShape.test(vehicle_id))) return new ReadError('device_invalid', 'vehicle_id is the id of a vehicle.');
  if (device_id === undefined && vehicle_id === undefined) return new ReadError('device_missing', 'Say device_id or vehicle_id.');
  const at_ms = timeOf(said.at);
  if (typeof at_ms !== 'number') return at_ms;
  if (!isTyped(said)) return faultOf(said);
  said.at_ms = at_ms;
  const sample = said as unknown as Sample;
  return device_id === undefined ? { vehicle_id: (vehicle_id as string).toLowerCase(), sample } : { device_id, sample };
}

const isNumber = (value: unknown): boolean => value === undefined || typeof value === 'number';
const isTruth = (value: unknown): boolean => value === undefined || typeof value === 'boolean';

/** Written out: this runs for every sample, and a loop over names costs five times as much. */
function isTyped(said: Said): boolean {
  return (
    isNumber(said.lat) && isNumber(said.lon) && isNumber(said.speed_kmh) && isNumber(said.heading_deg) && isNumber(said.altitude_m) && isNumber(said.satellites) &&
    isNumber(said.fuel_rate_lph) && isNumber(said.fuel_level_l) && isNumber(said.fuel_level_pct) && isNumber(said.odometer_km) && isNumber(said.engine_hours) &&
    isNumber(said.rpm) && isNumber(said.engine_load_pct) && isNumber(said.coolant_c) && isNumber(said.voltage_v) && isNumber(said.inputs) && isNumber(said.outputs) &&
    isTruth(said.valid) && isTruth(said.ignition) && textFault(said) === undefined
  );
}

function faultOf(said: Said): ReadError {
  const number = numbers.find((field) => !isNumber(said[field]));
  if (number) return wrongType(number, 'a number');
  const truth = truths.find((field) => !isTruth(said[field]));
  return truth ? wrongType(truth, 'true or false') : (textFault(said) as ReadError);
}

function textFault({ driver_key, dtcs, extras }: Said): ReadError | undefined {
  if (driver_key !== undefined && (typeof driver_key !== 'string' || driver_key.length > driverKeyMax)) return wrongType('driver_key', `a text of up to ${driverKeyMax} characters`);
  if (dtcs !== undefined && !isDtcs(dtcs)) return wrongType('dtcs', `a list of up to ${dtcsMax} codes`);
  return extras === undefined ? undefined : extrasFault(extras);
}

const isDtcs = (value: unknown): boolean => Array.isArray(value) && value.length <= dtcsMax && value.every((v) => typeof v === 'string' && v.length <= dtcTextMax);

function extrasFault(value: unknown): ReadError | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrongType('extras', 'an object');
  const extras = value as NonNullable<Sample['extras']>;
  for (const key in extras) {
    const kind = typeof extras[key];
    if (kind !== 'string' && kind !== 'number' && kind !== 'boolean') return wrongType(`extras.${key.slice(0, 64)}`, 'a text, a number, true or false');
  }
  return extrasFit(extras) ? undefined : new ReadError('extras_too_large', 'extras holds up to 64 facts, names of up to 64 and texts of up to 256 characters.');
}

const withoutNulls = (said: Said): Said => Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
const wrongType = (field: string, what: string): ReadError => new ReadError('wrong_type', `${field} must be ${what}.`);

/** Epoch milliseconds or ISO 8601 with its offset. */
function timeOf(at: unknown): number | ReadError {
  if (typeof at === 'number') return Number.isFinite(at) ? Math.round(at) : new ReadError('at_invalid', 'at is no time.');
  if (at === undefined || at === null) return new ReadError('at_missing', 'Say at: the time the device measured, ISO 8601 or epoch milliseconds.');
  if (typeof at !== 'string' || !isoShape.test(at)) return new ReadError('at_invalid', 'at must be ISO 8601 with its offset, like 2026-01-31T08:00:00Z, or epoch milliseconds.');
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? new ReadError('at_invalid', 'at names a moment that does not exist.') : ms;
}
