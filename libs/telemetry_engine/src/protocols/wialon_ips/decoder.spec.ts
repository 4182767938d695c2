import fc from 'fast-check';
import type { Sample } from '../../sample';
import { bytes, chunked, clean, sampleArbitrary } from '../../../../../test/support/sample-streams';
import { readDatagram } from './datagram';
import { IpsDecoder } from './decoder';
import { encodeIpsCommand, ipsEncode } from './encoder';
import type { IpsDecoded, IpsVersion } from './frames';

const now = 1_800_000_000_000;
const version = fc.constantFrom<IpsVersion>('1.1', '2.0');
const sample = sampleArbitrary({ wholeSeconds: true });

/** Streams as devices and the ill-meaning send them: good packets, containers, files, and noise between. */
const packet = fc.oneof(
  fc.tuple(version, sample).map(([v, s]) => ipsEncode.data(v, s)),
  fc.tuple(version, sample).map(([v, s]) => ipsEncode.short(v, s)),
  fc.tuple(version, fc.array(sample, { maxLength: 4 })).map(([v, s]) => ipsEncode.blackBox(v, s)),
  version.map((v) => ipsEncode.login(v, '353173060000001')),
  sample.map((s) => ipsEncode.compress(ipsEncode.data('1.1', s))),
  fc.nat(40).map((size) => Buffer.concat([Buffer.from(`#I#${size};0;1;NA;NA;a\r\n`), Buffer.alloc(size, '#')])),
  fc.constant(ipsEncode.ping()),
  bytes.map((noise) => Buffer.concat([Buffer.from(noise), Buffer.from('\r\n')])),
  fc.string({ unit: fc.constantFrom(...'#SDBLMPI;|:,.0123456789NAEW\r\n'), maxLength: 200 }).map((text) => Buffer.from(text)),
);

const outcome = (decoded: IpsDecoded[]) => decoded.map((d) => (d.ok ? { frame: d.frame, raw: d.raw } : { reason: d.reason, raw: d.raw }));
const read = (chunks: Buffer[], options = {}) => {
  const decoder = new IpsDecoder({ maxLoginBytes: 400, maxLineBytes: 2000, ...options });
  return { decoded: chunks.flatMap((chunk) => decoder.push(chunk, now)), decoder };
};

describe('the decoder of Wialon IPS', () => {
  it('never throws and never holds more than one frame', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 8 }), (chunks) => {
        const { decoder } = read(chunks.map((chunk) => Buffer.from(chunk)));
        expect(decoder.heldBytes).toBeLessThanOrEqual(65_538);
      }),
      { numRuns: 500 },
    );
  });

  it('reads the same however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 8 }).map((all) => Buffer.concat(all)), fc.infiniteStream(fc.integer({ min: 1, max: 60 })), (stream, sizes) => {
        expect(outcome(read(chunked(stream, sizes)).decoded)).toEqual(outcome(read([stream]).decoded));
      }),
      { numRuns: 300 },
    );
  });

  it('reads byte by byte', () => {
    const stream = Buffer.concat([ipsEncode.login('2.0', 'dev'), ipsEncode.data('2.0', { at_ms: now, lat: 1.5, lon: 2.5 }), ipsEncode.ping()]);
    expect(outcome(read([...stream].map((byte) => Buffer.from([byte]))).decoded)).toEqual(outcome(read([stream]).decoded));
  });

  it('what a frame was read from does not change afterwards', () => {
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 6 }).map((all) => Buffer.concat(all)), (stream) => {
        const decoder = new IpsDecoder({ maxLoginBytes: 400 });
        const seen: [Buffer, string][] = [];
        for (let i = 0; i < stream.length; i += 7) for (const d of decoder.push(Buffer.from(stream.subarray(i, i + 7)), now)) seen.push([d.raw, d.raw.toString('hex')]);
        for (const [raw, then] of seen) expect(raw.toString('hex')).toBe(then);
      }),
      { numRuns: 200 },
    );
  });

  it('takes back what the encoder wrote', () => {
    fc.assert(
      fc.property(version, fc.array(sample, { minLength: 1, maxLength: 5 }), (v, samples) => {
        const stream = Buffer.concat([ipsEncode.login(v, 'dev', 'pw'), ...samples.map((s) => ipsEncode.data(v, s)), ipsEncode.blackBox(v, samples)]);
        const [login, ...rest] = read([stream], { maxLineBytes: 100_000 }).decoded;
        expect(login).toMatchObject({ ok: true, frame: { type: 'L', version: v, deviceId: 'dev', password: 'pw' } });
        const back = rest.flatMap((d): Sample[] => (!d.ok ? [] : d.frame.type === 'B' ? d.frame.bodies.flatMap((b) => (b.ok ? [b.sample] : [])) : 'sample' in d.frame ? [d.frame.sample] : []));
        expect(back).toEqual([...samples, ...samples].map(clean));
      }),
      { numRuns: 300 },
    );
  });

  it('a line that drips in costs linear time', () => {
    const decoder = new IpsDecoder({ maxLoginBytes: 2_000_000 });
    const started = performance.now();
    for (let i = 0; i < 300_000; i++) decoder.push(Buffer.from('a'), now);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(decoder.heldBytes).toBe(300_000);
  });

  it('a packed bomb is not unpacked', () => {
    const bomb = ipsEncode.compress(Buffer.alloc(3_000_000, 'a'));
    expect(read([ipsEncode.login('1.1', 'dev'), bomb]).decoded.at(-1)).toMatchObject({ ok: false, reason: 'compression' });
  });
});

describe('datagrams', () => {
  it('never throw', () => {
    fc.assert(fc.property(bytes, (noise) => void readDatagram(Buffer.from(noise), now)), { numRuns: 500 });
  });
  it('come back', () => {
    fc.assert(
      fc.property(version, sample, (v, s) => {
        for (const form of [ipsEncode.datagram(v, 'dev', ipsEncode.data(v, s)), ipsEncode.compress(ipsEncode.datagram(v, 'dev', ipsEncode.data(v, s)))])
          expect(readDatagram(form, now)).toMatchObject({ version: v, deviceId: 'dev', messages: [{ ok: true, frame: { type: 'D', sample: clean(s) } }] });
      }),
    );
  });
});

describe('commands', () => {
  it.each(['#setout1=1#', '#can_stopengine#', 'OUTPUT0=1', 'L1=0'])('%s goes out as it is', (text) => expect(encodeIpsCommand(text).toString()).toBe(`${text}\r\n`));
  it.each(['', 'a\r\nb', 'a\u0000', 'x'.repeat(1001)])('%j is refused', (text) => expect(() => encodeIpsCommand(text)).toThrow(RangeError));
});
