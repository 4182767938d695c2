import type { DeviceSample, Sample } from '../../sample';
import { addExtra, driverKey, troubleCodes, type ParamValue } from '../known-params';
import { isDeviceId } from '../wialon_ips/line';

export type ForwardFault = 'device' | 'time' | 'coordinate' | 'structure';
export type ForwardRead = DeviceSample | { fault: ForwardFault };

const kmhPerKnot = 1.852;
const maxExtras = 150;

type Take = (sample: Sample, value: unknown) => boolean;

const taken = (value: unknown, put: (number: number) => void, min: number, max: number): boolean => {
  if (typeof value !== 'number' || !(value >= min && value <= max)) return false;
  put(value);
  return true;
};

/** Traccar's attributes and the fields they mean, with its units: metres, milliseconds, volts, litres. */
const attributes: Record<string, Take> = {
  ignition: (s, v) => typeof v === 'boolean' && ((s.ignition = v), true),
  rpm: (s, v) => taken(v, (n) => (s.rpm = n), 0, 20_000),
  hours: (s, v) => taken(v, (n) => (s.engine_hours = n / 3_600_000), 1, 3.6e12),
  power: (s, v) => taken(v, (n) => (s.voltage_v = n), 0, 1000),
  fuel: (s, v) => taken(v, (n) => (s.fuel_level_l = n), 0, 10_000),
  fuelLevel: (s, v) => taken(v, (n) => (s.fuel_level_pct = n), 0, 100),
  fuelConsumption: (s, v) => taken(v, (n) => (s.fuel_rate_lph = n), 0, 2000),
  engineLoad: (s, v) => taken(v, (n) => (s.engine_load_pct = n), 0, 125),
  coolantTemp: (s, v) => taken(v, (n) => (s.coolant_c = n), -60, 250),
  sat: (s, v) => taken(v, (n) => (s.satellites = Math.trunc(n)), 0, 255),
  input: (s, v) => Number.isInteger(v) && taken(v, (n) => (s.inputs = n), 0, 0xffff_ffff),
  output: (s, v) => Number.isInteger(v) && taken(v, (n) => (s.outputs = n), 0, 0xffff_ffff),
  dtcs: (s, v) => typeof v === 'string' && (s.dtcs = troubleCodes(v)) !== undefined,
  driverUniqueId: (s, v) => (typeof v === 'string' || typeof v === 'number') && (s.driver_key = driverKey(v)) !== undefined,
  // The vehicle's own odometer stands before the tracker's; both stand before Traccar's sum, which stays an extra.
  obdOdometer: (s, v) => taken(v, (n) => (s.odometer_km = n / 1000), 1, 5e9),
  odometer: (s, v) => s.odometer_km === undefined && taken(v, (n) => (s.odometer_km = n / 1000), 1, 5e9),
  batteryLevel: (s, v) => taken(v, (n) => addExtra(s, 'battery_pct', n), 0, 100),
  battery: (s, v) => taken(v, (n) => addExtra(s, 'battery_v', n), 0, 1000),
};

/** What Traccar forwards for each position: `{position, device}`. Speed comes in knots. */
export function readTraccarForward(body: unknown): ForwardRead {
  const position = record(record(body)?.position);
  const device = record(record(body)?.device);
  if (!position || !device) return { fault: 'structure' };
  const deviceId = device.uniqueId;
  if (typeof deviceId !== 'string' || !isDeviceId(deviceId)) return { fault: 'device' };
  // While a fix is lost Traccar repeats the last fix time; the device's time still tells the messages apart.
  const at_ms = time(position.deviceTime) ?? time(position.fixTime);
  if (at_ms === undefined) return { fault: 'time' };
  const sample: Sample = { at_ms };
  if (!place(sample, position)) return { fault: 'coordinate' };
  applyAttributes(sample, record(position.attributes) ?? {});
  return { device_id: deviceId, sample };
}

function place(sample: Sample, position: Record<string, unknown>): boolean {
  const { latitude: lat, longitude: lon, altitude, speed, course } = position;
  if (typeof lat !== 'number' || typeof lon !== 'number' || !(Math.abs(lat) <= 90 && Math.abs(lon) <= 180)) return false;
  sample.lat = lat;
  sample.lon = lon;
  sample.valid = position.valid === true && position.outdated !== true;
  if (typeof altitude === 'number' && Number.isFinite(altitude)) sample.altitude_m = altitude;
  // An outdated position repeats the speed of the last fix: nobody measured it now.
  if (position.outdated === true) return true;
  taken(speed, (knots) => (sample.speed_kmh = knots * kmhPerKnot), 0, 1000);
  taken(course, (degrees) => (sample.heading_deg = degrees % 360), 0, 360);
  return true;
}

function applyAttributes(sample: Sample, given: Record<string, unknown>): void {
  for (const [name, take] of Object.entries(attributes)) {
    const value = own(given, name);
    if (value !== undefined && !take(sample, value)) keep(sample, name, value);
  }
  const others = Object.keys(given).filter((name) => !Object.hasOwn(attributes, name));
  for (const name of others.slice(0, maxExtras)) keep(sample, name, given[name]);
}

function keep(sample: Sample, name: string, value: unknown): void {
  const plain = typeof value === 'boolean' || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
  if (plain && value !== '') addExtra(sample, name, value as ParamValue);
}

function own(given: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(given, name) ? given[name] : undefined;
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

function time(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}
