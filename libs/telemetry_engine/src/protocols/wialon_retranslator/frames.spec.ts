import fc from 'fast-check';
import type { Sample } from '../../sample';
import { bytes, chunked, clean, sampleArbitrary } from '../../../../../test/support/sample-streams';
import { retranslatorAck, RetranslatorDecoder } from './decoder';
import { encodeRetranslator } from './encoder';

const decode = (hex: string | Buffer) => new RetranslatorDecoder().push(typeof hex === 'string' ? Buffer.from(hex, 'hex') : hex);
const real =
  '74000000333533393736303133343435343835004B0BFB70000000030BBB000000270102706F73696E666F00A027AFDF5D9848403AC7253383DD4B400000000000805A40003601460B0BBB0000001200047077725F657874002B8716D9CE973B400BBB00000011010361766C5F696E707574730000000001';

/** A packet of the given blocks: [name, datatype, value in hex]. */
function packet(...blocks: [string, number, string][]): Buffer {
  const parts = blocks.map(([name, type, value]) => {
    const content = Buffer.concat([Buffer.from([0, type]), Buffer.from(`${name}\0`), Buffer.from(value, 'hex')]);
    const head = Buffer.from('0bbb00000000', 'hex');
    head.writeUInt32BE(content.length, 2);
    return Buffer.concat([head, content]);
  });
  const body = Buffer.concat([Buffer.from('unit7\0'), Buffer.from('4b0bfb7000000000', 'hex'), ...parts]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length);
  return Buffer.concat([size, body]);
}

describe('packets of Wialon Retranslator', () => {
  it('a real one', () =>
    expect(decode(real)).toEqual([
      {
        ok: true,
        raw: Buffer.from(real, 'hex'),
        frame: {
          deviceId: '353976013445485',
          sample: {
            at_ms: Date.parse('2009-11-24T15:27:44Z'), lon: 49.1903648, lat: 55.7305664, altitude_m: 106, speed_kmh: 54, heading_deg: 326, satellites: 11,
            voltage_v: expect.closeTo(27.593, 10), inputs: 1,
          },
        },
      },
    ]));

  it.each<[string, [string, number, string], object]>([
    ['text', ['note', 1, '6c6f72656d00'], { extras: { note: 'lorem' } }],
    ['text without its end', ['note', 1, '6c6f72656d'], { extras: { note: 'lorem' } }],
    ['binary', ['image', 2, 'ffd8ffe0'], {}],
    ['int', ['count', 3, 'fffffffe'], { extras: { count: -2 } }],
    ['double', ['temp', 4, '000000000000f03f'], { extras: { temp: 1 } }],
    ['double that is no number', ['temp', 4, '000000000000f87f'], {}],
    ['long', ['ticks', 5, '0000000100000000'], { extras: { ticks: 4294967296 } }],
    ['long beyond a double', ['ticks', 5, '7fffffffffffffff'], { extras: { ticks: '9223372036854775807' } }],
    ['ignition', ['ign', 3, '00000001'], { ignition: true }],
    ['outputs, all 32', ['avl_outputs', 3, 'ffffffff'], { outputs: 4294967295 }],
    ['driver', ['avl_driver', 1, '41423132333400'], { driver_key: 'AB1234' }],
    ['a CAN value', ['can_rpm', 3, '00000730'], { rpm: 1840 }],
    ['an adc', ['adc1', 4, '0000000000002c40'], { extras: { adc1: 14 } }],
  ])('%s', (_what, block, sample) => expect(decode(packet(block))).toMatchObject([{ ok: true, frame: { deviceId: 'unit7', sample: { at_ms: 1259076464000, ...sample } } }]));

  it.each<[string, Buffer, string]>([
    ['an unknown datatype', packet(['x', 9, '00']), 'structure'],
    ['an int of two bytes', packet(['x', 3, '0001']), 'structure'],
    ['a block without a name', packet(['', 3, '00000001']), 'structure'],
    ['a place of the wrong size', packet(['posinfo', 2, '00'.repeat(28)]), 'structure'],
    ['nothing in it', Buffer.from('00000000', 'hex'), 'structure'],
    ['no end of the uid', Buffer.from(`20000000${'41'.repeat(32)}`, 'hex'), 'structure'],
    ['a block longer than the packet', Buffer.from(`15000000${'4100'}${'00'.repeat(8)}0bbb000000ff0003780000`, 'hex'), 'structure'],
  ])('%s is a fault, and the next packet is read', (_what, broken, reason) =>
    expect(decode(Buffer.concat([broken, packet(['ign', 3, '00000000'])]))).toMatchObject([{ ok: false, reason }, { ok: true, frame: { sample: { ignition: false } } }]));

  it.each([
    ['no number', `000000000000f87f${'00'.repeat(16)}000a00b409`],
    ['beyond the pole', `${'00'.repeat(8)}0000000000805b40${'00'.repeat(8)}000a00b409`],
  ])('a place that is %s is left out alone', (_what, posinfo) =>
    expect(decode(packet(['posinfo', 2, posinfo], ['ign', 3, '00000001']))).toEqual([
      expect.objectContaining({ frame: { deviceId: 'unit7', sample: { at_ms: 1259076464000, altitude_m: 0, speed_kmh: 10, heading_deg: 180, satellites: 9, valid: false, ignition: true } } }),
    ]));

  it('a size beyond the limit ends the stream', () => {
    const decoder = new RetranslatorDecoder(1000);
    expect(decoder.push(Buffer.from('ffffffff', 'hex'))).toMatchObject([{ ok: false, reason: 'too_long', fatal: true }]);
    expect(decoder.push(packet())).toEqual([]);
    expect(decoder.heldBytes).toBe(0);
  });

  it('is acknowledged by one byte', () => expect(retranslatorAck.toString('hex')).toBe('11'));
});

describe('the decoder', () => {
  const sample = sampleArbitrary({ wholeSeconds: true });
  /** What the wire form cannot leave out. */
  const whole = (s: Sample): Sample =>
    clean(s.lat === undefined ? without(s) : { ...s, altitude_m: s.altitude_m ?? 0, speed_kmh: Math.round(s.speed_kmh ?? 0), heading_deg: s.heading_deg ?? 0, satellites: s.satellites ?? 1 });
  const without = ({ speed_kmh: _s, heading_deg: _h, altitude_m: _a, satellites: _n, ...rest }: Sample): Sample => rest;

  it('takes back what the encoder wrote', () => {
    fc.assert(
      fc.property(sample.map(whole), (s) => expect(decode(encodeRetranslator('unit7', s))).toMatchObject([{ ok: true, frame: { deviceId: 'unit7', sample: s } }])),
      { numRuns: 300 },
    );
  });
  it('never throws and holds no more than a packet', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 8 }), (chunks) => {
        const decoder = new RetranslatorDecoder(1000);
        for (const chunk of chunks) decoder.push(Buffer.from(chunk));
        expect(decoder.heldBytes).toBeLessThanOrEqual(1000);
      }),
      { numRuns: 500 },
    );
  });
  it('never throws on damaged packets', () => {
    fc.assert(
      fc.property(sample, fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }), (s, damage) => {
        const packed = encodeRetranslator('unit7', s);
        for (const [at, byte] of damage) packed[at % packed.length] = byte;
        decode(packed);
      }),
      { numRuns: 1000 },
    );
  });
  it('reads the same however the stream is cut', () => {
    const part = fc.oneof(
      sample.map((s) => encodeRetranslator('unit7', s)),
      fc.constant(packet(['x', 9, '00'])),
      bytes.map((noise) => Buffer.concat([Buffer.from([noise.length, 0, 0, 0]).fill(noise.length & 0xff, 0, 1), Buffer.from(noise.subarray(0, noise.length & 0xff))])),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }).map((all) => Buffer.concat(all)), fc.infiniteStream(fc.integer({ min: 1, max: 60 })), (stream, sizes) => {
        const decoder = new RetranslatorDecoder();
        expect(chunked(stream, sizes).flatMap((chunk) => decoder.push(chunk))).toEqual(decode(stream));
      }),
      { numRuns: 300 },
    );
  });
});
