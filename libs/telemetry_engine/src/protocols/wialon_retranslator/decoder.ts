import type { Sample } from '../../sample';
import { Held, type Decoded, type StreamDecoder, type Unreadable } from '../decoding';
import { readPacket } from './packet';

export interface RetranslatorFrame {
  deviceId: string;
  sample: Sample;
}

/** One byte a packet; without it the sender repeats. */
export const retranslatorAck = Buffer.from([0x11]);

/** Wialon Retranslator 1.0: packets of many devices on one connection, each with its size before it. */
export class RetranslatorDecoder implements StreamDecoder<RetranslatorFrame> {
  private readonly held = new Held();
  private over = false;

  /** Pictures travel inside packets, so a packet may be large. */
  constructor(private readonly maxPacketBytes = 262_144) {}

  get heldBytes(): number {
    return this.held.length;
  }

  push(chunk: Buffer): Decoded<RetranslatorFrame>[] {
    const out: Decoded<RetranslatorFrame>[] = [];
    if (this.over) return out;
    const bytes = this.held.join(chunk);
    let at = 0;
    while (bytes.length - at >= 4) {
      const to = at + 4 + bytes.readUInt32LE(at);
      if (to - at > this.maxPacketBytes) {
        out.push(this.end(bytes.subarray(at, at + 4)));
        at = bytes.length;
        break;
      }
      if (to > bytes.length) break;
      const raw = bytes.subarray(at, to);
      const frame = readPacket(raw.subarray(4));
      out.push(typeof frame === 'string' ? { ok: false, reason: frame, type: 'packet', raw } : { ok: true, frame, raw });
      at = to;
    }
    this.held.keep(bytes, at);
    return out;
  }

  private end(raw: Buffer): Unreadable {
    this.over = true;
    return { ok: false, reason: 'too_long', type: 'packet', raw, fatal: true };
  }
}
