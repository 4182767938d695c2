import type { DeviceSample, Sample } from '../../sample';
import { addExtra, applyParams, decimal, type ParamValue } from '../known-params';
import { isDeviceId } from '../wialon_ips/line';

export type OsmandFault = 'device' | 'time' | 'coordinate' | 'motion' | 'structure';
export type OsmandRead = DeviceSample | { fault: OsmandFault };

/** Query parameters as a web server hands them over. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

const kmhPerKnot = 1.852;
const kmhPerMetreSecond = 3.6;
const maxExtras = 100;
const own = new Set(['id', 'deviceid', 'timestamp', 'lat', 'lon', 'location', 'valid', 'speed', 'bearing', 'heading', 'altitude', 'odometer', 'driveruniqueid', 'batt', 'hours']);

/** The OsmAnd query form: speed in knots, odometer in metres, hours in milliseconds. Every other key becomes an extra. */
export function readOsmandQuery(query: Query, receivedAtMs: number): OsmandRead {
  const said = new Map<string, string>();
  for (const [key, value] of Object.entries(query)) {
    const text = Array.isArray(value) ? (value as readonly string[]).at(-1) : (value as string | undefined);
    if (typeof text === 'string' && text !== '') said.set(key.toLowerCase(), text);
  }
  const device_id = said.get('id') ?? said.get('deviceid');
  if (!isDeviceId(device_id)) return { fault: 'device' };
  const at_ms = readTimestamp(said.get('timestamp'), receivedAtMs);
  if (at_ms === undefined) return { fault: 'time' };
  const sample: Sample = { at_ms };
  const [lat, lon] = said.has('location') ? (said.get('location') as string).split(',') : [said.get('lat'), said.get('lon')];
  if (!place(sample, number(lat), number(lon), lat !== undefined || lon !== undefined)) return { fault: 'coordinate' };
  const speed = number(said.get('speed'));
  const heading = number(said.get('bearing') ?? said.get('heading'));
  const altitude = number(said.get('altitude'));
  if (speed === null || heading === null || altitude === null) return { fault: 'motion' };
  motion(sample, speed, heading, altitude, kmhPerKnot);
  const odometer = number(said.get('odometer'));
  if (odometer) sample.odometer_km = odometer / 1000;
  const hours = number(said.get('hours'));
  if (hours) sample.engine_hours = hours / 3_600_000;
  if (said.has('driveruniqueid')) sample.driver_key = (said.get('driveruniqueid') as string).slice(0, 64);
  if (/^(false|0)$/i.test(said.get('valid') ?? '')) sample.valid = false;
  if (said.has('batt')) addExtra(sample, 'bat', said.get('batt') as string);
  applyParams(sample, [...said].filter(([key]) => !own.has(key)).slice(0, maxExtras).map(([key, text]) => [key, worded(text)] as const));
  return { device_id, sample };
}

/** The JSON form of the Traccar client: speed in m/s, -1 where the phone does not know. */
export function readOsmandJson(body: unknown, receivedAtMs: number): OsmandRead {
  const { location, device_id } = record(body) ?? {};
  const said = record(location);
  const coords = record(said?.coords);
  if (!said || !coords) return { fault: 'structure' };
  const deviceId = typeof device_id === 'number' ? String(device_id) : device_id;
  if (typeof deviceId !== 'string' || !isDeviceId(deviceId)) return { fault: 'device' };
  const stamp = said.timestamp;
  const at_ms = readTimestamp(typeof stamp === 'number' ? String(stamp) : typeof stamp === 'string' ? stamp : undefined, receivedAtMs);
  if (at_ms === undefined) return { fault: 'time' };
  const sample: Sample = { at_ms };
  if (!place(sample, finite(coords.latitude), finite(coords.longitude), true)) return { fault: 'coordinate' };
  motion(sample, finite(coords.speed), finite(coords.heading), finite(coords.altitude), kmhPerMetreSecond);
  const battery = record(said.battery);
  const level = finite(battery?.level);
  const extras: [string, unknown][] = [
    ['accuracy', coords.accuracy],
    ['motion', said.is_moving],
    // A phone's own count, from whenever it was installed: not the vehicle's.
    ['phone_odometer_m', said.odometer],
    ['event', said.event],
    ['battery_pct', level !== undefined && level >= 0 ? Math.round(level * 100) : undefined],
    ['charge', battery?.is_charging],
    ['activity', record(said.activity)?.type],
    ...Object.entries(record(said.extras) ?? {}).slice(0, maxExtras),
  ];
  for (const [name, value] of extras) if (isValue(value) && value !== '') addExtra(sample, name, value);
  return { device_id: deviceId, sample };
}

const latestMs = 8.64e15;

/** Seconds, milliseconds, ISO 8601 or `yyyy-MM-dd HH:mm:ss` in UTC; the server's time when nothing is said. */
function readTimestamp(text: string | undefined, receivedAtMs: number): number | undefined {
  if (text === undefined || text === '') return receivedAtMs;
  const count = decimal(text);
  // Milliseconds since about 1973 have more digits than seconds until the year 5138.
  if (count !== undefined) return within(Math.round(count < 1e11 ? count * 1000 : count));
  const day = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  return day ? within(Date.parse(text.replace(' ', 'T') + (day[3] ? '' : 'Z'))) : undefined;
}

const within = (ms: number): number | undefined => (ms >= 0 && ms <= latestMs ? ms : undefined);

/** Undefined when not said, null when said and no number. */
function number(text: string | undefined): number | undefined | null {
  return text === undefined || text === '' ? undefined : (decimal(text.trim()) ?? null);
}

function place(sample: Sample, lat: number | undefined | null, lon: number | undefined | null, said: boolean): boolean {
  if (!said) return true;
  if (lat == null || lon == null || Math.abs(lat) > 90 || Math.abs(lon) > 180) return false;
  sample.lat = lat;
  sample.lon = lon;
  return true;
}

function motion(sample: Sample, speed: number | undefined, heading: number | undefined, altitude: number | undefined, kmhPerUnit: number): void {
  if (speed !== undefined && speed >= 0) sample.speed_kmh = speed * kmhPerUnit;
  if (heading !== undefined && heading >= 0 && heading <= 360) sample.heading_deg = heading % 360;
  if (altitude !== undefined) sample.altitude_m = altitude;
}

function worded(text: string): ParamValue {
  return text === 'true' ? true : text === 'false' ? false : (decimal(text) ?? text.slice(0, 1024));
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function isValue(value: unknown): value is ParamValue {
  return typeof value === 'string' || typeof value === 'boolean' || finite(value) !== undefined;
}
