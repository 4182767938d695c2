import type { Sample } from '../../sample';
import { addExtra, applyParams, type ParamValue } from '../known-params';
import { isDeviceId } from '../wialon_ips/line';
import type { RetranslatorFrame } from './decoder';

type PacketFault = 'structure';

const blockMark = 0x0bbb;
const alarmFlag = 0x10;
const maxBlocks = 1000;
const maxTextBytes = 4096;
const datatype = { text: 1, binary: 2, int: 3, double: 4, long: 5 } as const;

/** The packet behind its size: uid, time, flags, blocks. Every length is checked before it is believed. */
export function readPacket(packet: Buffer): RetranslatorFrame | PacketFault {
  const uidEnd = packet.subarray(0, 65).indexOf(0);
  if (uidEnd < 1 || packet.length < uidEnd + 9) return 'structure';
  const deviceId = packet.toString('latin1', 0, uidEnd);
  if (!isDeviceId(deviceId)) return 'structure';
  const sample: Sample = { at_ms: packet.readUInt32BE(uidEnd + 1) * 1000 };
  const flags = packet.readUInt32BE(uidEnd + 5);
  const params: [string, ParamValue][] = [];
  let at = uidEnd + 9;
  for (let count = 0; at < packet.length; count++) {
    if (count === maxBlocks || packet.length - at < 6 || packet.readUInt16BE(at) !== blockMark) return 'structure';
    const size = packet.readUInt32BE(at + 2);
    if (size > packet.length - at - 6) return 'structure';
    const fault = readBlock(sample, params, packet.subarray(at + 6, at + 6 + size));
    if (fault) return fault;
    at += 6 + size;
  }
  if ((flags & alarmFlag) !== 0) addExtra(sample, 'sos', true);
  applyParams(sample, params);
  return { deviceId, sample };
}

function readBlock(sample: Sample, params: [string, ParamValue][], block: Buffer): PacketFault | undefined {
  const nameEnd = block.indexOf(0, 2);
  if (nameEnd < 3 || nameEnd > 130) return 'structure';
  const name = block.toString('utf8', 2, nameEnd);
  const value = block.subarray(nameEnd + 1);
  switch (block[1]) {
    case datatype.text:
      params.push([name, readText(value)]);
      return undefined;
    case datatype.binary:
      // Pictures and other binary values are no readings; the place is the only one read.
      return name === 'posinfo' ? readPlace(sample, value) : undefined;
    case datatype.int:
      if (value.length !== 4) return 'structure';
      params.push([name, isMask(name) ? value.readUInt32BE() : value.readInt32BE()]);
      return undefined;
    case datatype.double:
      if (value.length !== 8) return 'structure';
      // A sensor without a value sends NaN.
      if (Number.isFinite(value.readDoubleLE())) params.push([name, value.readDoubleLE()]);
      return undefined;
    case datatype.long:
      if (value.length !== 8) return 'structure';
      params.push([name, readLong(value)]);
      return undefined;
    default:
      return 'structure';
  }
}

const isMask = (name: string): boolean => name === 'avl_inputs' || name === 'avl_outputs';

function readText(value: Buffer): ParamValue {
  const end = value.indexOf(0);
  const text = value.toString('utf8', 0, Math.min(end < 0 ? value.length : end, maxTextBytes));
  return text === 'true' ? true : text === 'false' ? false : text;
}

/** As a number where a double holds it exactly, else in digits. */
function readLong(value: Buffer): ParamValue {
  const long = value.readBigInt64BE();
  return Number.isSafeInteger(Number(long)) ? Number(long) : long.toString();
}

function readPlace(sample: Sample, value: Buffer): PacketFault | undefined {
  if (value.length !== 29) return 'structure';
  const [lon, lat, altitude] = [value.readDoubleLE(0), value.readDoubleLE(8), value.readDoubleLE(16)];
  // NaN is off the globe too. Only the place is left out: an unanswered packet would be repeated for ever and hold up
  // every other unit behind it.
  const onGlobe = Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  if (onGlobe) Object.assign(sample, { lat, lon });
  if (Number.isFinite(altitude)) sample.altitude_m = altitude;
  sample.speed_kmh = value.readUInt16BE(24);
  const course = value.readUInt16BE(26);
  if (course <= 360) sample.heading_deg = course % 360;
  sample.satellites = value.readUInt8(28);
  if (sample.satellites === 0 || !onGlobe) sample.valid = false;
  return undefined;
}
