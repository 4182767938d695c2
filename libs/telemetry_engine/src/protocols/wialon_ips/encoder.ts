import { deflateSync } from 'node:zlib';
import type { Sample } from '../../sample';
import { crc16Arc } from '../crc16';
import { namedValues } from '../known-params';
import type { IpsVersion } from './frames';

/** What a device sends, for whoever plays one. Version 2.0 signs every packet. */
export const ipsEncode = {
  login: (version: IpsVersion, deviceId: string, password?: string): Buffer =>
    version === '1.1' ? packet('L', `${deviceId};${password ?? 'NA'}`) : signed('L', `2.0;${deviceId};${password ?? 'NA'};`),
  short: (version: IpsVersion, sample: Sample): Buffer => (version === '1.1' ? packet('SD', shortBody(sample)) : signed('SD', `${shortBody(sample)};`)),
  data: (version: IpsVersion, sample: Sample): Buffer => (version === '1.1' ? packet('D', dataBody(sample)) : signed('D', `${dataBody(sample)};`)),
  blackBox: (version: IpsVersion, samples: readonly Sample[]): Buffer => {
    const bodies = samples.map(dataBody).join('|');
    return version === '1.1' ? packet('B', bodies) : signed('B', `${bodies}|`);
  },
  ping: (): Buffer => packet('P', ''),
  message: (version: IpsVersion, text: string): Buffer => (version === '1.1' ? packet('M', text) : signed('M', `${text};`)),
  /** The form for UDP: the identity before the packet. */
  datagram: (version: IpsVersion, deviceId: string, message: Buffer): Buffer =>
    Buffer.concat([Buffer.from(version === '1.1' ? deviceId : `2.0;${deviceId}`), message]),
  compress: (message: Buffer): Buffer => {
    const packed = deflateSync(message);
    const head = Buffer.from([0xff, 0, 0]);
    head.writeUInt16LE(packed.length, 1);
    return Buffer.concat([head, packed]);
  },
};

/** A command to the device: its maker's text, as it is. Line ends or control characters in it would be a second command. */
export function encodeIpsCommand(text: string): Buffer {
  if (text === '' || text.length > 1000 || /[\x00-\x1f\x7f]/.test(text)) throw new RangeError('A command is one line of at most 1000 characters.');
  return Buffer.from(`${text}\r\n`, 'utf8');
}

function packet(type: string, content: string): Buffer {
  return Buffer.from(`#${type}#${content}\r\n`, 'utf8');
}

function signed(type: string, content: string): Buffer {
  return packet(type, content + crc16Arc(Buffer.from(content, 'utf8')).toString(16).toUpperCase());
}

const two = (n: number): string => String(n).padStart(2, '0');
const said = (value: number | undefined): string => (value === undefined ? 'NA' : String(value));

function shortBody(sample: Sample): string {
  const at = new Date(sample.at_ms);
  const date = two(at.getUTCDate()) + two(at.getUTCMonth() + 1) + two(at.getUTCFullYear() % 100);
  const time = two(at.getUTCHours()) + two(at.getUTCMinutes()) + two(at.getUTCSeconds());
  const placed = sample.lat !== undefined && sample.lon !== undefined;
  const place = placed ? `${angle(sample.lat as number, 2, 'N', 'S')};${angle(sample.lon as number, 3, 'E', 'W')}` : 'NA;NA;NA;NA';
  return `${date};${time};${place};${said(sample.speed_kmh)};${said(sample.heading_deg)};${said(sample.altitude_m)};${said(sample.satellites)}`;
}

function dataBody(sample: Sample): string {
  const { hdop, ...extras } = sample.extras ?? {};
  const params = [...namedValues(sample), ...Object.entries(extras)].map(([name, value]) => param(name, value)).join(',');
  return `${shortBody(sample)};${said(hdop as number | undefined)};${said(sample.inputs)};${said(sample.outputs)};;${sample.driver_key ?? 'NA'};${params || 'NA'}`;
}

function param(name: string, value: string | number | boolean): string {
  const type = typeof value !== 'number' ? 3 : Number.isSafeInteger(value) ? 1 : 2;
  return `${name}:${type}:${value}`;
}

/** Degrees and minutes, rounded as one number so that 59.9999999 minutes do not become 60. */
function angle(degrees: number, digits: number, plus: string, minus: string): string {
  const millionths = Math.round(Math.abs(degrees) * 60e6);
  const whole = Math.floor(millionths / 60e6);
  const minutes = (millionths - whole * 60e6) / 1e6;
  return `${String(whole).padStart(digits, '0')}${minutes.toFixed(6).padStart(9, '0')};${degrees < 0 ? minus : plus}`;
}
