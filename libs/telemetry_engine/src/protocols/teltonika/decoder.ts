import type { Sample } from '../../sample';
import { crc16Arc } from '../crc16';
import { Held, type Decoded, type StreamDecoder } from '../decoding';
import { readRecords } from './records';

export type TeltonikaFrame =
  | { type: 'login'; imei: string }
  /** `count` is what the device asked for; it is acknowledged as a whole or not at all. */
  | { type: 'avl'; codec: 8 | 0x8e | 16; samples: Sample[]; count: number }
  | { type: 'command'; text: string }
  | { type: 'answer'; text: string };

export type TeltonikaDecoded = Decoded<TeltonikaFrame>;

const keepAlive = 0xff;
const imeiForm = /^\d{10,20}$/;

/** Teltonika over TCP: a login with the IMEI, then packets of codec 8, 8 Extended, 16 and 12. Length and check sum must be right. */
export class TeltonikaDecoder implements StreamDecoder<TeltonikaFrame> {
  private readonly held = new Held();
  private over = false;

  constructor(private readonly maxPacketBytes = 32_768) {}

  get heldBytes(): number {
    return this.held.length;
  }

  push(chunk: Buffer): TeltonikaDecoded[] {
    const out: TeltonikaDecoded[] = [];
    if (this.over) return out;
    const bytes = this.held.join(chunk);
    let at = 0;
    for (let next: number | undefined = 0; next !== undefined; ) {
      at = next;
      next = bytes[at] === keepAlive ? at + 1 : bytes.length - at < 2 ? undefined : bytes.readUInt16BE(at) === 0 ? this.packet(bytes, at, out) : this.login(bytes, at, out);
    }
    this.held.keep(bytes, this.over ? bytes.length : at);
    return out;
  }

  private login(bytes: Buffer, at: number, out: TeltonikaDecoded[]): number | undefined {
    const length = bytes.readUInt16BE(at);
    if (length > 20) return this.end(out, 'not_teltonika', bytes.subarray(at, at + 2));
    const to = at + 2 + length;
    if (bytes.length < to) return undefined;
    const raw = bytes.subarray(at, to);
    const imei = raw.toString('latin1', 2);
    if (!imeiForm.test(imei)) return this.end(out, 'not_teltonika', raw);
    out.push({ ok: true, frame: { type: 'login', imei }, raw });
    return to;
  }

  private packet(bytes: Buffer, at: number, out: TeltonikaDecoded[]): number | undefined {
    if (bytes.length - at < 8) return undefined;
    const length = bytes.readUInt32BE(at + 4);
    if (bytes.readUInt32BE(at) !== 0) return this.end(out, 'not_teltonika', bytes.subarray(at, at + 8));
    if (length + 12 > this.maxPacketBytes) return this.end(out, 'too_long', bytes.subarray(at, at + 8));
    const to = at + 12 + length;
    if (bytes.length < to) return undefined;
    out.push(readPacket(bytes.subarray(at, to)));
    return to;
  }

  private end(out: TeltonikaDecoded[], reason: string, raw: Buffer): undefined {
    this.over = true;
    out.push({ ok: false, reason, raw, fatal: true });
  }
}

/** A whole packet: preamble, length, data, check sum. */
function readPacket(raw: Buffer): TeltonikaDecoded {
  const data = raw.subarray(8, raw.length - 4);
  const bad = (reason: string): TeltonikaDecoded => ({ ok: false, reason, type: 'packet', raw });
  if (raw.readUInt32BE(raw.length - 4) !== crc16Arc(data)) return bad('crc');
  if (data.length < 3) return bad('structure');
  const codec = data[0] as number;
  const count = data[1] as number;
  if (data.at(-1) !== count) return bad('structure');
  if (codec === 0x0c) {
    const frame = readText(data);
    return frame ? { ok: true, frame, raw } : bad('structure');
  }
  if (codec !== 8 && codec !== 0x8e && codec !== 16) return bad('codec');
  const samples = readRecords(data.subarray(2, -1), codec, count);
  return samples ? { ok: true, frame: { type: 'avl', codec, samples, count }, raw } : bad('structure');
}

/** Codec 12: type 5 goes to the device, type 6 is its answer. */
function readText(data: Buffer): TeltonikaFrame | undefined {
  if (data.length < 8 || data[1] !== 1 || data.readUInt32BE(3) !== data.length - 8) return undefined;
  const text = data.toString('utf8', 7, data.length - 1);
  return data[2] === 5 ? { type: 'command', text } : data[2] === 6 ? { type: 'answer', text: text.replace(/[\0\r\n]+$/, '') } : undefined;
}
