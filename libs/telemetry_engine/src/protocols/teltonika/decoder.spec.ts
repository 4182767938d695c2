import fc from 'fast-check';
import type { Sample } from '../../sample';
import { bytes, chunked, clean, sampleArbitrary } from '../../../../../test/support/sample-streams';
import { TeltonikaDecoder } from './decoder';
import { teltonikaEncode } from './encoder';

const decode = (stream: Buffer) => new TeltonikaDecoder().push(stream);

/** What AVL records carry. */
const carried = (s: Sample, codec: 8 | 0x8e): Sample => {
  const { fuel_rate_lph: _f, engine_hours: _e, extras: _x, driver_key: _d, ...rest } = s;
  const place = s.lat === undefined || (s.lat === 0 && s.lon === 0) ? {} : { altitude_m: 0, ...pick(s, 'lat', 'lon', 'altitude_m') };
  const { lat: _a, lon: _b, altitude_m: _c, dtcs, ...others } = rest;
  return clean({
    satellites: 8, heading_deg: 0, ...others, ...place,
    speed_kmh: Math.round(s.speed_kmh ?? 0),
    ...(s.outputs === undefined ? {} : { outputs: s.outputs & 3 }),
    ...(s.inputs === undefined ? {} : { inputs: s.inputs & 15 }),
    ...(codec === 0x8e && dtcs ? { dtcs } : {}),
  });
};
const pick = (s: Sample, ...names: (keyof Sample)[]) => Object.fromEntries(names.filter((name) => s[name] !== undefined).map((name) => [name, s[name]]));
const sample = sampleArbitrary({ wholeSeconds: false }).map(({ valid: _valid, ...s }) => s);
const codec = fc.constantFrom<8 | 0x8e>(8, 0x8e);

describe('the decoder of Teltonika', () => {
  it('takes back what the encoder wrote', () => {
    fc.assert(
      fc.property(codec, fc.array(sample, { minLength: 1, maxLength: 5 }), (c, samples) => {
        const [read] = decode(teltonikaEncode.avl(c, samples));
        expect(read).toMatchObject({ ok: true, frame: { type: 'avl', codec: c, count: samples.length } });
        expect(read?.ok && read.frame.type === 'avl' && read.frame.samples).toEqual(samples.map((s) => carried(s, c)));
      }),
      { numRuns: 300 },
    );
  });

  it('never throws and holds no more than a packet', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 8 }), (chunks) => {
        const decoder = new TeltonikaDecoder(1000);
        for (const chunk of chunks) decoder.push(Buffer.from(chunk));
        expect(decoder.heldBytes).toBeLessThanOrEqual(1000);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws on damaged packets whose sum is right', () => {
    fc.assert(
      fc.property(codec, sample, fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 8 }), (c, s, damage) => {
        const data = teltonikaEncode.avl(c, [s]).subarray(8, -4);
        for (const [at, byte] of damage) data[at % data.length] = byte;
        decode(resign(data));
      }),
      { numRuns: 1000 },
    );
  });

  it('reads the same however the stream is cut', () => {
    const part = fc.oneof(
      fc.tuple(codec, fc.array(sample, { maxLength: 3 })).map(([c, s]) => teltonikaEncode.avl(c, s)),
      fc.constantFrom(teltonikaEncode.login('356307042441013'), teltonikaEncode.answer('DOUT1:ON'), Buffer.from([0xff])),
      bytes.map((noise) => resign(Buffer.from(noise))),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }).map((all) => Buffer.concat(all)), fc.infiniteStream(fc.integer({ min: 1, max: 60 })), (stream, sizes) => {
        const decoder = new TeltonikaDecoder();
        expect(chunked(stream, sizes).flatMap((chunk) => decoder.push(chunk))).toEqual(decode(stream));
      }),
      { numRuns: 300 },
    );
  });
});

function resign(data: Buffer): Buffer {
  const frame = Buffer.alloc(12 + data.length);
  frame.writeUInt32BE(data.length, 4);
  data.copy(frame, 8);
  let crc = 0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  frame.writeUInt32BE(crc, 8 + data.length);
  return frame;
}
