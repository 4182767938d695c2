import type { Sample } from '../../sample';
import { driverKey, troubleCodes } from '../known-params';

export interface IoValue {
  id: number;
  bytes: Buffer;
  /** Of variable length: text as a rule. */
  text?: true;
}

type Numeric = 'odometer_km' | 'voltage_v' | 'rpm' | 'fuel_level_l' | 'fuel_level_pct' | 'coolant_c' | 'engine_load_pct';

/** Ids that mean a field. The vehicle's own bus stands before the tracker's measure: of two ids for one field the first wins. */
const numeric: { id: number; field: Numeric; scale: number; signed?: true; min: number; max: number }[] = [
  { id: 87, field: 'odometer_km', scale: 0.001, min: 0.001, max: 4_300_000 },
  { id: 16, field: 'odometer_km', scale: 0.001, min: 0.001, max: 4_300_000 },
  { id: 66, field: 'voltage_v', scale: 0.001, min: 0, max: 100 },
  { id: 85, field: 'rpm', scale: 1, min: 0, max: 20_000 },
  { id: 36, field: 'rpm', scale: 1, min: 0, max: 20_000 },
  { id: 84, field: 'fuel_level_l', scale: 0.1, min: 0, max: 6500 },
  { id: 89, field: 'fuel_level_pct', scale: 1, min: 0, max: 100 },
  { id: 115, field: 'coolant_c', scale: 0.1, signed: true, min: -60, max: 250 },
  { id: 32, field: 'coolant_c', scale: 1, signed: true, min: -60, max: 250 },
  { id: 31, field: 'engine_load_pct', scale: 1, min: 0, max: 100 },
];

/** Ids worth a name of their own among the extras. */
const named = new Map<number, { name: string; scale: number }>([
  [199, { name: 'trip_km', scale: 0.001 }],
  [67, { name: 'battery_v', scale: 0.001 }],
  [83, { name: 'fuel_used_l', scale: 0.1 }],
  [30, { name: 'dtc_count', scale: 1 }],
]);

const byId = new Map(numeric.map((meaning, rank) => [meaning.id, { ...meaning, rank }]));
const inputBits = new Map([[1, 1], [2, 2], [3, 4], [4, 8]]);
const outputBits = new Map([[179, 1], [180, 2]]);
const [ignition, iButton, troubleCodeList, troubleCodeCount] = [239, 78, 281, 30];
const maxTextBytes = 1024;

/** Puts I/O values where they belong; what has no field becomes extra `io_<id>`. */
export function applyIo(sample: Sample, values: readonly IoValue[]): void {
  const ranks = new Map<Numeric, { rank: number; extra: [string, number] }>();
  for (const value of values) {
    const { id } = value;
    const known = byId.get(id);
    if (known && applyNumeric(sample, value, known, ranks)) continue;
    if (inputBits.has(id) && value.bytes.length === 1) sample.inputs = withBit(sample.inputs, inputBits.get(id) as number, value.bytes[0] !== 0);
    else if (outputBits.has(id) && value.bytes.length === 1) sample.outputs = withBit(sample.outputs, outputBits.get(id) as number, value.bytes[0] !== 0);
    else if (id === ignition && value.bytes.length === 1) sample.ignition = value.bytes[0] !== 0;
    else if (id === iButton && value.bytes.length === 8) applyKey(sample, value.bytes);
    else if (id === troubleCodeList && value.text) applyCodes(sample, value);
    else addExtra(sample, value);
  }
  // A device that counts no codes says that there are none; that is more than saying nothing.
  if (sample.dtcs === undefined && values.some(({ id, bytes }) => id === troubleCodeCount && bytes.every((byte) => byte === 0))) sample.dtcs = [];
}

/** False when the value is none the field can hold; then it stays an extra. */
function applyNumeric(sample: Sample, value: IoValue, known: (typeof numeric)[number] & { rank: number }, ranks: Map<Numeric, { rank: number; extra: [string, number] }>): boolean {
  const { field, scale, signed, min, max, rank } = known;
  if (value.text || value.bytes.length > 4) return false;
  const plain = signed ? value.bytes.readIntBE(0, value.bytes.length) : value.bytes.readUIntBE(0, value.bytes.length);
  const reading = scaled(plain, scale);
  if (reading < min || reading > max) return false;
  const before = ranks.get(field);
  const extra: [string, number] = [`io_${value.id}`, plain];
  if (before && before.rank <= rank) put(sample, ...extra);
  else {
    if (before) put(sample, ...before.extra);
    ranks.set(field, { rank, extra });
    sample[field] = reading;
  }
  return true;
}

function withBit(mask: number | undefined, bit: number, on: boolean): number {
  return on ? (mask ?? 0) | bit : (mask ?? 0) & ~bit;
}

function applyKey(sample: Sample, bytes: Buffer): void {
  const key = driverKey(bytes.toString('hex').toUpperCase());
  if (key !== undefined) sample.driver_key = key;
}

function applyCodes(sample: Sample, value: IoValue): void {
  const codes = troubleCodes(value.bytes.toString('latin1').replace(/\0+$/, ''));
  if (codes) sample.dtcs = codes;
  else addExtra(sample, value);
}

function addExtra(sample: Sample, value: IoValue): void {
  const { id, bytes } = value;
  const name = named.get(id);
  if (value.text) put(sample, `io_${id}`, printable(bytes));
  else if (bytes.length <= 4) put(sample, name?.name ?? `io_${id}`, scaled(bytes.readUIntBE(0, bytes.length), name?.scale ?? 1));
  else {
    const long = bytes.readBigUInt64BE();
    put(sample, `io_${id}`, long <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(long) : long.toString());
  }
}

/** As text when it is text, else in hex. */
function printable(bytes: Buffer): string {
  const part = bytes.subarray(0, maxTextBytes);
  return part.every((byte) => byte >= 0x20 && byte < 0x7f) ? part.toString('latin1') : part.toString('hex');
}

/** Without the crumbs of binary fractions: 397.6, not 397.6000000001. */
function scaled(value: number, scale: number): number {
  return scale === 1 ? value : Math.round(value * scale * 1e4) / 1e4;
}

function put(sample: Sample, name: string, value: string | number): void {
  sample.extras ??= {};
  sample.extras[name] = value;
}
