import { TeltonikaDecoder, teltonikaEncode } from '@fleet/telemetry_engine/play';
import type { Dialect, Heard } from './dialect';

/** Teltonika: one byte after the login, then either a count of four bytes or a whole packet with a command. */
export function teltonikaDialect(imei: string): Dialect {
  let held = Buffer.alloc(0);
  let loggedIn = false;
  const next = (): Heard | undefined => {
    if (!loggedIn) {
      const verdict = take(1)?.[0];
      loggedIn = verdict === 1;
      return verdict === undefined ? undefined : { kind: verdict === 1 ? 'admitted' : 'refused' };
    }
    if (held.length < 4) return undefined;
    const count = held.readUInt32BE(0);
    // A packet begins with four zeros; an answer of 0 records looks the same until its length follows.
    if (count > 0) {
      take(4);
      return { kind: 'answer', taken: count };
    }
    if (held.length < 8 || held.length < 12 + held.readUInt32BE(4)) return undefined;
    return command(take(12 + held.readUInt32BE(4)) as Buffer);
  };
  const take = (length: number): Buffer | undefined => {
    if (held.length < length) return undefined;
    const taken = held.subarray(0, length);
    held = held.subarray(length);
    return taken;
  };
  return {
    batchMax: 40,
    hello: teltonikaEncode.login(imei),
    encode: (_, samples) => ({ bytes: teltonikaEncode.avl(0x8e, samples), answers: 1 }),
    read: (chunk) => {
      held = Buffer.concat([held, chunk]);
      const all: Heard[] = [];
      for (let one = next(); one; one = next()) all.push(one);
      return all;
    },
    say: (text) => ({ bytes: teltonikaEncode.answer(text), answers: 0 }),
    // A packet whose check sum is wrong: the server hangs up, and the device connects again.
    garbage: { bytes: Buffer.from('00000000000000050c010500000000ffff', 'hex'), answers: 0 },
  };
}

function command(packet: Buffer): Heard {
  const decoder = new TeltonikaDecoder();
  // The decoder expects a login first, as on the wire.
  decoder.push(teltonikaEncode.login('000000000000000'));
  const [decoded] = decoder.push(packet);
  return { kind: 'command', text: decoded?.ok && decoded.frame.type === 'command' ? decoded.frame.text : '' };
}
