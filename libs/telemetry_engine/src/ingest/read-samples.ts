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

/** Thrown inside this file only: nearly every item is right, and checking a result after each field would cost more. */
class Wrong extends Error {
  constructor(readonly fault: ReadError) {
    super(fault.detail);
  }
}

/**
 * One item of an upload, checked by hand: a described class costs a hundred microseconds an item, this costs one.
 * null means "not said", as in many JSON writers.
 */
export function readItem(item: unknown): Incoming | ReadError {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return new ReadError('not_an_object', 'An item is a JSON object.');
  const said = item as Record<string, unknown>;
  for (const key in said) if (!known.has(key)) return new ReadError('unknown_field', `${key.slice(0, 64)} is not a known field; other facts go into extras.`);
  const { device_id, vehicle_id } = said;
  if (device_id !== undefined && device_id !== null && (typeof device_id !== 'string' || !deviceShape.test(device_id))) return new ReadError('device_invalid', 'device_id is an IMEI or the name a device reports.');
  if (vehicle_id !== undefined && vehicle_id !== null && (typeof vehicle_id !== 'string' || !uuidShape.test(vehicle_id))) return new ReadError('device_invalid', 'vehicle_id is the id of a vehicle.');
  const at_ms = timeOf(said.at);
  if (typeof at_ms !== 'number') return at_ms;
  try {
    const sample = fieldsOf(said, at_ms);
    if (typeof device_id === 'string') return { device_id, sample };
    return typeof vehicle_id === 'string' ? { vehicle_id: vehicle_id.toLowerCase(), sample } : new ReadError('device_missing', 'Say device_id or vehicle_id.');
  } catch (error) {
    if (error instanceof Wrong) return error.fault;
    throw error;
  }
}

/** Always the same fields in the same order: one shape of object all the way keeps the code behind it fast. */
function fieldsOf(said: Record<string, unknown>, at_ms: number): Sample {
  return {
    at_ms,
    lat: number(said.lat, 'lat'),
    lon: number(said.lon, 'lon'),
    speed_kmh: number(said.speed_kmh, 'speed_kmh'),
    heading_deg: number(said.heading_deg, 'heading_deg'),
    altitude_m: number(said.altitude_m, 'altitude_m'),
    satellites: number(said.satellites, 'satellites'),
    valid: truth(said.valid, 'valid'),
    ignition: truth(said.ignition, 'ignition'),
    fuel_rate_lph: number(said.fuel_rate_lph, 'fuel_rate_lph'),
    fuel_level_l: number(said.fuel_level_l, 'fuel_level_l'),
    fuel_level_pct: number(said.fuel_level_pct, 'fuel_level_pct'),
    odometer_km: number(said.odometer_km, 'odometer_km'),
    engine_hours: number(said.engine_hours, 'engine_hours'),
    rpm: number(said.rpm, 'rpm'),
    engine_load_pct: number(said.engine_load_pct, 'engine_load_pct'),
    coolant_c: number(said.coolant_c, 'coolant_c'),
    voltage_v: number(said.voltage_v, 'voltage_v'),
    inputs: number(said.inputs, 'inputs'),
    outputs: number(said.outputs, 'outputs'),
    driver_key: driverKey(said.driver_key),
    dtcs: dtcs(said.dtcs),
    extras: extrasOf(said.extras),
  };
}

function number(value: unknown, field: string): number | undefined {
  if (typeof value === 'number') return value;
  if (value === undefined || value === null) return undefined;
  throw wrongType(field, 'a number');
}

function truth(value: unknown, field: string): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === undefined || value === null) return undefined;
  throw wrongType(field, 'true or false');
}

function driverKey(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value.length > driverKeyMax) throw wrongType('driver_key', `a text of up to ${driverKeyMax} characters`);
  return value;
}

function dtcs(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length > dtcsMax || !value.every((v) => typeof v === 'string' && v.length <= dtcTextMax)) throw wrongType('dtcs', `a list of up to ${dtcsMax} codes`);
  return value as string[];
}

function extrasOf(value: unknown): Sample['extras'] {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw wrongType('extras', 'an object');
  const extras = value as NonNullable<Sample['extras']>;
  for (const key in extras) {
    const kind = typeof extras[key];
    if (kind !== 'string' && kind !== 'number' && kind !== 'boolean') throw wrongType(`extras.${key.slice(0, 64)}`, 'a text, a number, true or false');
  }
  if (!extrasFit(extras)) throw new Wrong(new ReadError('extras_too_large', 'extras holds up to 64 facts, names of up to 64 and texts of up to 256 characters.'));
  return extras;
}

const wrongType = (field: string, what: string): Wrong => new Wrong(new ReadError('wrong_type', `${field} must be ${what}.`));

/** Epoch milliseconds or ISO 8601 with its offset. */
function timeOf(at: unknown): number | ReadError {
  if (typeof at === 'number') return Number.isFinite(at) ? Math.round(at) : new ReadError('at_invalid', 'at is no time.');
  if (at === undefined || at === null) return new ReadError('at_missing', 'Say at: the time the device measured, ISO 8601 or epoch milliseconds.');
  if (typeof at !== 'string' || !isoShape.test(at)) return new ReadError('at_invalid', 'at must be ISO 8601 with its offset, like 2026-01-31T08:00:00Z, or epoch milliseconds.');
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? new ReadError('at_invalid', 'at names a moment that does not exist.') : ms;
}
