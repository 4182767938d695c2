import type { Sample } from '../../sample';
import { applyIo, type IoValue } from './avl-ids';

type Codec = 8 | 0x8e | 16;

const fixedBytes = 24;
/** The last moment a Date can hold. A broken clock is the validator's affair, but must not break arithmetic. */
const lastMs = 8.64e15;

class Overrun extends Error {}

/** Reads forward and refuses to read past the end. */
class Reader {
  at = 0;

  constructor(private readonly bytes: Buffer) {}

  take(length: number): Buffer {
    if (length > this.bytes.length - this.at) throw new Overrun();
    return this.bytes.subarray(this.at, (this.at += length));
  }

  u8(): number {
    return this.take(1)[0] as number;
  }

  u16(): number {
    return this.take(2).readUInt16BE();
  }

  get done(): boolean {
    return this.at === this.bytes.length;
  }
}

/** All records of a packet, or undefined when they do not fill it exactly. */
export function readRecords(bytes: Buffer, codec: Codec, count: number): Sample[] | undefined {
  const reader = new Reader(bytes);
  const samples: Sample[] = [];
  try {
    for (let i = 0; i < count; i++) {
      samples.push(readRecord(reader, codec));
    }
  } catch (error) {
    if (error instanceof Overrun) return undefined;
    throw error;
  }
  return reader.done ? samples : undefined;
}

function readRecord(reader: Reader, codec: Codec): Sample {
  const fixed = reader.take(fixedBytes);
  const sample: Sample = { at_ms: Math.min(Number(fixed.readBigUInt64BE()), lastMs) };
  const [lon, lat] = [fixed.readInt32BE(9) / 1e7, fixed.readInt32BE(13) / 1e7];
  const satellites = fixed.readUInt8(21);
  const angle = fixed.readUInt16BE(19);
  sample.satellites = satellites;
  // A device that never had a fix sends zeros. A place off the globe is left out alone: without an answer to its
  // packet the device would repeat it for ever.
  const onGlobe = Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  if (onGlobe && (lat !== 0 || lon !== 0)) Object.assign(sample, { lat, lon, altitude_m: fixed.readInt16BE(17) });
  if (satellites > 0 && onGlobe) {
    sample.speed_kmh = fixed.readUInt16BE(22);
    if (angle <= 360) sample.heading_deg = angle % 360;
  } else {
    // Without a fix the place is the last known one and speed and angle are zeros nobody measured.
    sample.valid = false;
  }
  const priority = fixed.readUInt8(8);
  const event = codec === 8 ? reader.u8() : reader.u16();
  if (codec === 16) reader.u8();
  applyIo(sample, readIo(reader, codec));
  if (priority > 0) extra(sample, 'priority', priority);
  if (event > 0) extra(sample, 'event_io', event);
  return sample;
}

function extra(sample: Sample, name: string, value: number): void {
  sample.extras ??= {};
  sample.extras[name] = value;
}

/** Groups of values of 1, 2, 4 and 8 bytes; codec 8E adds one whose values carry their length. */
function readIo(reader: Reader, codec: Codec): IoValue[] {
  const wideCounts = codec === 0x8e;
  const wideIds = codec !== 8;
  const values: IoValue[] = [];
  // The announced total is not needed, and some firmware counts it wrongly.
  if (wideCounts) reader.u16();
  else reader.u8();
  for (const size of [1, 2, 4, 8]) {
    const count = wideCounts ? reader.u16() : reader.u8();
    for (let i = 0; i < count; i++) values.push({ id: wideIds ? reader.u16() : reader.u8(), bytes: reader.take(size) });
  }
  if (!wideCounts) return values;
  const count = reader.u16();
  for (let i = 0; i < count; i++) {
    const id = reader.u16();
    values.push({ id, bytes: reader.take(reader.u16()), text: true });
  }
  return values;
}
