import type { Sample } from '../../sample';
import { namedValues } from '../known-params';

/** What a retranslating server sends for one sample, for whoever plays one. Whole seconds, speed and course are integers. */
export function encodeRetranslator(deviceId: string, sample: Sample): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(Math.floor(sample.at_ms / 1000), 0);
  const { sos, ...extras } = sample.extras ?? {};
  head.writeUInt32BE((sample.lat === undefined ? 0 : 1) | (sample.inputs === undefined ? 0 : 2) | (sample.outputs === undefined ? 0 : 4) | (sos === true ? 0x10 : 0), 4);
  const blocks: Buffer[] = [];
  if (sample.lat !== undefined && sample.lon !== undefined) blocks.push(block('posinfo', 2, place(sample, sample.lat, sample.lon), true));
  if (sample.inputs !== undefined) blocks.push(block('avl_inputs', 3, int32(sample.inputs), true));
  if (sample.outputs !== undefined) blocks.push(block('avl_outputs', 3, int32(sample.outputs), true));
  if (sample.driver_key !== undefined) blocks.push(block('avl_driver', 1, Buffer.from(`${sample.driver_key}\0`), true));
  for (const [name, value] of [...namedValues(sample), ...Object.entries(extras)]) blocks.push(valueBlock(name, value));
  const body = Buffer.concat([Buffer.from(`${deviceId}\0`, 'latin1'), head, ...blocks]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length);
  return Buffer.concat([size, body]);
}

function valueBlock(name: string, value: string | number | boolean): Buffer {
  if (typeof value !== 'number') return block(name, 1, Buffer.from(`${value}\0`));
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) return block(name, 3, int32(value));
  const bytes = Buffer.alloc(8);
  if (Number.isSafeInteger(value)) {
    bytes.writeBigInt64BE(BigInt(value));
    return block(name, 5, bytes);
  }
  bytes.writeDoubleLE(value);
  return block(name, 4, bytes);
}

function block(name: string, datatype: number, value: Buffer, hidden = false): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x0bbb, 0);
  const title = Buffer.from(`${name}\0`);
  head.writeUInt32BE(2 + title.length + value.length, 2);
  head.writeUInt8(hidden ? 1 : 0, 6);
  head.writeUInt8(datatype, 7);
  return Buffer.concat([head, title, value]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
}

function place(sample: Sample, lat: number, lon: number): Buffer {
  const bytes = Buffer.alloc(29);
  bytes.writeDoubleLE(lon, 0);
  bytes.writeDoubleLE(lat, 8);
  bytes.writeDoubleLE(sample.altitude_m ?? 0, 16);
  bytes.writeUInt16BE(Math.round(sample.speed_kmh ?? 0), 24);
  bytes.writeUInt16BE(Math.round(sample.heading_deg ?? 0), 26);
  bytes.writeUInt8(sample.satellites ?? 0, 28);
  return bytes;
}
