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

/**
 * One item of an upload, checked by hand: a described class costs a hundred microseconds an item, this costs one.
 * null means "not said", as in many JSON writers.
 */
export function readItem(item: unknown): Incoming | ReadError {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return new ReadError('not_an_object', 'An item is a JSON object.');
  const said = item as Record<string, unknown>;
  const at_ms = timeOf(said.at);
  if (typeof at_ms !== 'number') return at_ms;
  const sample: Sample = { at_ms };
  let device_id: string | undefined;
  let vehicle_id: string | undefined;
  for (const key in said) {
    const value = said[key];
    if (value === null || value === undefined || key === 'at') continue;
    switch (key) {
      case 'device_id':
        if (typeof value !== 'string' || !deviceShape.test(value)) return new ReadError('device_invalid', 'device_id is an IMEI or the name a device reports.');
        device_id = value;
        break;
      case 'vehicle_id':
        if (typeof value !== 'string' || !uuidShape.test(value)) return new ReadError('device_invalid', 'vehicle_id is the id of a vehicle.');
        vehicle_id = value.toLowerCase();
        break;
      default: {
        const fault = setField(sample, key, value);
        if (fault) return fault;
      }
    }
  }
  if (device_id === undefined && vehicle_id === undefined) return new ReadError('device_missing', 'Say device_id or vehicle_id.');
  return device_id === undefined ? { vehicle_id: vehicle_id as string, sample } : { device_id, sample };
}

function setField(sample: Sample, key: string, value: {}): ReadError | undefined {
  switch (key) {
    case 'lat':
    case 'lon':
    case 'speed_kmh':
    case 'heading_deg':
    case 'altitude_m':
    case 'satellites':
    case 'fuel_rate_lph':
    case 'fuel_level_l':
    case 'fuel_level_pct':
    case 'odometer_km':
    case 'engine_hours':
    case 'rpm':
    case 'engine_load_pct':
    case 'coolant_c':
    case 'voltage_v':
    case 'inputs':
    case 'outputs':
      if (typeof value !== 'number' || !Number.isFinite(value)) return wrongType(key, 'a number');
      sample[key] = value;
      return undefined;
    case 'valid':
    case 'ignition':
      if (typeof value !== 'boolean') return wrongType(key, 'true or false');
      sample[key] = value;
      return undefined;
    case 'driver_key':
      if (typeof value !== 'string' || value.length > driverKeyMax) return wrongType(key, `a text of up to ${driverKeyMax} characters`);
      sample.driver_key = value;
      return undefined;
    case 'dtcs':
      if (!isDtcs(value)) return wrongType(key, `a list of up to ${dtcsMax} codes`);
      sample.dtcs = value;
      return undefined;
    case 'extras':
      return setExtras(sample, value);
    default:
      return new ReadError('unknown_field', `${key.slice(0, 64)} is not a known field; other facts go into extras.`);
  }
}

const wrongType = (field: string, what: string): ReadError => new ReadError('wrong_type', `${field} must be ${what}.`);
const isDtcs = (value: unknown): value is string[] => Array.isArray(value) && value.length <= dtcsMax && value.every((v) => typeof v === 'string' && v.length <= dtcTextMax);

function setExtras(sample: Sample, value: {}): ReadError | undefined {
  if (typeof value !== 'object' || Array.isArray(value)) return wrongType('extras', 'an object');
  const extras = value as NonNullable<Sample['extras']>;
  for (const key in extras) {
    const kind = typeof extras[key];
    if (kind !== 'string' && kind !== 'number' && kind !== 'boolean') return wrongType(`extras.${key.slice(0, 64)}`, 'a text, a number, true or false');
  }
  if (!extrasFit(extras)) return new ReadError('extras_too_large', 'extras holds up to 64 facts, names of up to 64 and texts of up to 256 characters.');
  sample.extras = extras;
  return undefined;
}

/** Epoch milliseconds or ISO 8601 with its offset. */
function timeOf(at: unknown): number | ReadError {
  if (typeof at === 'number') return Number.isFinite(at) ? Math.round(at) : new ReadError('at_invalid', 'at is no time.');
  if (at === undefined || at === null) return new ReadError('at_missing', 'Say at: the time the device measured, ISO 8601 or epoch milliseconds.');
  if (typeof at !== 'string' || !isoShape.test(at)) return new ReadError('at_invalid', 'at must be ISO 8601 with its offset, like 2026-01-31T08:00:00Z, or epoch milliseconds.');
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? new ReadError('at_invalid', 'at names a moment that does not exist.') : ms;
}
