import type { Sample } from '../../sample';
import { crc16Arc } from '../crc16';

/** What goes both ways: the device's packets for whoever plays one, the server's answers and commands. */
export const teltonikaEncode = {
  login: (imei: string): Buffer => Buffer.concat([uint(imei.length, 2), Buffer.from(imei, 'latin1')]),
  loginAnswer: (admitted: boolean): Buffer => Buffer.from([admitted ? 1 : 0]),
  /** How many records were taken. */
  ack: (count: number): Buffer => uint(count, 4),
  avl: (codec: 8 | 0x8e, samples: readonly Sample[]): Buffer =>
    packet(Buffer.concat([Buffer.from([codec, samples.length]), ...samples.map((sample) => record(codec, sample)), Buffer.from([samples.length])])),
  command: (text: string): Buffer => packet(textData(5, text)),
  answer: (text: string): Buffer => packet(textData(6, text)),
};

/** A command by codec 12. The text is the maker's; control characters have no place in it. */
export function encodeTeltonikaCommand(text: string): Buffer {
  if (!/^[\x20-\x7e]{1,500}$/.test(text)) throw new RangeError('A command is 1 to 500 printable ASCII characters.');
  return teltonikaEncode.command(text);
}

function uint(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
}

function packet(data: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(4), uint(data.length, 4), data, uint(crc16Arc(data), 4)]);
}

function textData(type: 5 | 6, text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([Buffer.from([0x0c, 1, type]), uint(bytes.length, 4), bytes, Buffer.from([1])]);
}

function record(codec: 8 | 0x8e, sample: Sample): Buffer {
  const fixed = Buffer.alloc(24);
  fixed.writeBigUInt64BE(BigInt(sample.at_ms), 0);
  fixed.writeUInt8(Number(sample.extras?.priority ?? 0), 8);
  fixed.writeInt32BE(Math.round((sample.lon ?? 0) * 1e7), 9);
  fixed.writeInt32BE(Math.round((sample.lat ?? 0) * 1e7), 13);
  fixed.writeInt16BE(Math.round(sample.altitude_m ?? 0), 17);
  fixed.writeUInt16BE(Math.round(sample.heading_deg ?? 0), 19);
  fixed.writeUInt8(sample.valid === false ? 0 : (sample.satellites ?? 8), 21);
  fixed.writeUInt16BE(Math.round(sample.speed_kmh ?? 0), 22);
  const groups = ioOf(codec, sample);
  const wide = codec === 0x8e ? 2 : 1;
  const total = [...groups.values()].reduce((sum, group) => sum + group.length, 0);
  const parts = [fixed, uint(Number(sample.extras?.event_io ?? 0), wide), uint(total, wide)];
  for (const size of [1, 2, 4, 8]) {
    const group = groups.get(size) ?? [];
    parts.push(uint(group.length, wide));
    for (const [id, bytes] of group) parts.push(uint(id, wide), bytes);
  }
  if (codec === 0x8e) {
    const texts = groups.get(0) ?? [];
    parts.push(uint(texts.length, 2));
    for (const [id, bytes] of texts) parts.push(uint(id, 2), uint(bytes.length, 2), bytes);
  }
  return Buffer.concat(parts);
}

/** Values by their size in bytes; 0 stands for variable length, which only codec 8E knows. */
function ioOf(codec: 8 | 0x8e, sample: Sample): Map<number, [number, Buffer][]> {
  const groups = new Map<number, [number, Buffer][]>();
  const add = (id: number, size: number, value: number | undefined): void => {
    if (value === undefined) return;
    const bytes = Buffer.alloc(size);
    if (value < 0) bytes.writeIntBE(Math.round(value), 0, size);
    else bytes.writeUIntBE(Math.round(value), 0, size);
    groups.set(size, [...(groups.get(size) ?? []), [id, bytes]]);
  };
  const times = (value: number | undefined, factor: number): number | undefined => (value === undefined ? undefined : value * factor);
  const bit = (mask: number | undefined, number: number): number | undefined => (mask === undefined ? undefined : (mask >> number) & 1);
  add(239, 1, sample.ignition === undefined ? undefined : Number(sample.ignition));
  for (let input = 0; input < 4; input++) add(input + 1, 1, bit(sample.inputs, input));
  add(179, 1, bit(sample.outputs, 0));
  add(180, 1, bit(sample.outputs, 1));
  add(89, 1, sample.fuel_level_pct);
  add(31, 1, sample.engine_load_pct);
  add(66, 2, times(sample.voltage_v, 1000));
  add(85, 2, sample.rpm);
  add(84, 2, times(sample.fuel_level_l, 10));
  add(115, 2, times(sample.coolant_c, 10));
  add(87, 4, times(sample.odometer_km, 1000));
  if (sample.driver_key !== undefined && /^[0-9A-F]{16}$/.test(sample.driver_key)) groups.set(8, [[78, Buffer.from(sample.driver_key, 'hex')]]);
  if (codec === 0x8e && sample.dtcs?.length) groups.set(0, [[281, Buffer.from(sample.dtcs.join(','))]]);
  return groups;
}
