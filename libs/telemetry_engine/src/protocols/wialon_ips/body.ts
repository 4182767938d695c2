import type { Sample } from '../../sample';
import { addExtra, applyParams, decimal, driverKey, type ParamValue } from '../known-params';
import type { BodyFault } from './frames';

type Shape = 'SD' | 'D' | 'any';
const maxParams = 500;
const maxAdcs = 64;

/** Times for messages that carry none: the server's, each later than the one before, or two of one packet would be one sample. */
export class ServerTimes {
  private last = -Infinity;
  receivedAtMs = 0;

  next(): number {
    return (this.last = Math.max(this.receivedAtMs, this.last + 1));
  }
}

/** The text of one SD or D body, without a check sum. */
export function readBody(text: string, shape: Shape, times: ServerTimes): Sample | BodyFault {
  const fields = text.split(';');
  const short = fields.length === 10 || (fields.length === 11 && fields[10] === '');
  if (short ? shape === 'D' : shape === 'SD' || fields.length < 15) return 'structure';
  const at = (index: number): string => fields[index] as string;

  const at_ms = readTime(at(0), at(1), times);
  if (at_ms === undefined) return 'time';
  const sample: Sample = { at_ms };
  if (!readPlace(sample, at(2), at(3), at(4), at(5))) return 'coordinate';
  if (!readMotion(sample, at(6), at(7), at(8))) return 'motion';
  const satellites = optional(at(9));
  if (satellites === null || (satellites !== undefined && (satellites < 0 || satellites > 255))) return 'satellites';
  if (satellites !== undefined) sample.satellites = Math.trunc(satellites);
  // No satellite in sight: the place is the last one known.
  if (sample.satellites === 0 && sample.lat !== undefined) sample.valid = false;
  if (short) return sample;
  return readRest(sample, fields);
}

function readRest(sample: Sample, fields: string[]): Sample | BodyFault {
  const at = (index: number): string => fields[index] as string;
  const hdop = optional(at(10));
  if (hdop === null || (hdop !== undefined && hdop < 0)) return 'satellites';
  if (hdop !== undefined) addExtra(sample, 'hdop', hdop);
  const inputs = readMask(at(11));
  const outputs = readMask(at(12));
  if (inputs === null || outputs === null) return 'io';
  if (inputs !== undefined) sample.inputs = inputs;
  if (outputs !== undefined) sample.outputs = outputs;
  if (!readAdcs(sample, at(13))) return 'adc';
  const key = driverKey(at(14));
  if (key !== undefined) sample.driver_key = key;
  // Texts in parameters may hold semicolons.
  const params = readParams(fields.length === 16 ? at(15) : fields.slice(15).join(';').replace(/;$/, ''));
  if (params === undefined) return 'params';
  applyParams(sample, params);
  return sample;
}

const absent = (text: string): boolean => text === '' || text === 'NA' || text === 'na';

/** A number, undefined when not said, null when it is none. Some devices write decimals with a comma. */
function optional(text: string): number | undefined | null {
  const trimmed = text.trim();
  return absent(trimmed) ? undefined : (decimal(trimmed) ?? decimal(trimmed.replace(',', '.')) ?? null);
}

const timeForm = /^(\d\d)(\d\d)(\d\d)(\.\d{1,9})?$/;

function readTime(date: string, time: string, times: ServerTimes): number | undefined {
  if (absent(date) && absent(time)) return times.next();
  const day = timeForm.exec(date);
  const clock = timeForm.exec(time);
  if (!day || !clock || day[4] !== undefined) return undefined;
  const [dd, month, year] = [Number(day[1]), Number(day[2]), 2000 + Number(day[3])];
  const [hour, minute, second] = [Number(clock[1]), Number(clock[2]), Number(clock[3])];
  if (month < 1 || month > 12 || dd < 1 || (dd > 28 && dd > new Date(Date.UTC(year, month, 0)).getUTCDate())) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return Date.UTC(year, month - 1, dd, hour, minute, second) + Math.floor(Number(clock[4] ?? 0) * 1000);
}

function readPlace(sample: Sample, lat: string, north: string, lon: string, east: string): boolean {
  if (absent(lat) && absent(lon)) return true;
  const latDeg = readAngle(lat, north, 'N', 'S', 90);
  const lonDeg = readAngle(lon, east, 'E', 'W', 180);
  if (latDeg === undefined || lonDeg === undefined) return false;
  sample.lat = latDeg;
  sample.lon = lonDeg;
  return true;
}

const angleForm = /^\d{1,5}(\.\d{0,15})?$/;

/** Degrees and minutes in one number. Read by value: some devices write longitudes with two digits of degrees. */
function readAngle(text: string, side: string, plus: string, minus: string, max: number): number | undefined {
  if (!angleForm.test(text)) return undefined;
  const sign = side.toUpperCase() === plus ? 1 : side.toUpperCase() === minus ? -1 : 0;
  const value = Number(text);
  const degrees = Math.floor(value / 100);
  const minutes = value - degrees * 100;
  const angle = degrees + minutes / 60;
  // Sixty minutes or more is a device that writes decimal degrees or is broken: no place can be trusted from it.
  if (sign === 0 || minutes >= 60 || angle > max) return undefined;
  return (sign * Math.round(angle * 1e7)) / 1e7 + 0;
}

function readMotion(sample: Sample, speedText: string, courseText: string, heightText: string): boolean {
  const speed = optional(speedText);
  const course = optional(courseText);
  const height = optional(heightText);
  if (speed === null || course === null || height === null) return false;
  if (speed !== undefined && speed < 0) return false;
  if (course !== undefined && (course < 0 || course > 360)) return false;
  if (speed !== undefined) sample.speed_kmh = speed;
  if (course !== undefined) sample.heading_deg = course % 360;
  if (height !== undefined) sample.altitude_m = height;
  return true;
}

function readMask(text: string): number | undefined | null {
  const mask = optional(text);
  return mask === null || mask === undefined || (Number.isInteger(mask) && mask >= 0 && mask <= 0xffff_ffff) ? mask : null;
}

function readAdcs(sample: Sample, text: string): boolean {
  if (absent(text.trim())) return true;
  const adcs = text.split(',');
  if (adcs.length > maxAdcs) return false;
  for (let i = 0; i < adcs.length; i++) {
    const value = optional(adcs[i] as string);
    if (value === null) return false;
    if (value !== undefined) addExtra(sample, `adc${i + 1}`, value);
  }
  return true;
}

function readParams(text: string): [string, ParamValue][] | undefined {
  const params: [string, ParamValue][] = [];
  if (absent(text.trim())) return params;
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const first = part.indexOf(':');
    const second = part.indexOf(':', first + 1);
    const name = part.slice(0, Math.max(first, 0)).trim();
    if (name === '' || second < 0 || params.length >= maxParams) return undefined;
    const value = readValue(part.slice(first + 1, second).trim(), part.slice(second + 1).trim());
    if (value === null) return undefined;
    if (value !== undefined) params.push([name, value]);
  }
  return params;
}

/** Undefined for an empty value, null for a type that does not exist. */
function readValue(type: string, text: string): ParamValue | undefined | null {
  if (type !== '1' && type !== '2' && type !== '3') return null;
  if (absent(text)) return undefined;
  if (type === '3') return text === 'true' ? true : text === 'false' ? false : text;
  const number = decimal(text);
  // A count beyond what a double holds exactly, or a word where a number was announced, stays as it was written.
  return number === undefined || (type === '1' && !Number.isSafeInteger(Math.trunc(number))) ? text : number;
}
