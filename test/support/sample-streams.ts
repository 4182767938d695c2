import fc from 'fast-check';
import type { Sample } from '../../libs/telemetry_engine/src/sample';

/** What the properties of all decoders share. */
export const bytes = fc.uint8Array({ maxLength: 300 });

/** Cuts a stream into chunks of the given sizes. */
export function chunked(stream: Buffer, sizes: Iterable<number>): Buffer[] {
  const chunks: Buffer[] = [];
  const next = sizes[Symbol.iterator]();
  for (let at = 0; at < stream.length; ) {
    const size = Number(next.next().value);
    chunks.push(Buffer.from(stream.subarray(at, at + size)));
    at += size;
  }
  return chunks;
}

const tenths = (min: number, max: number) => fc.integer({ min: min * 10, max: max * 10 }).map((n) => n / 10);
const code = fc.integer({ min: 0x1000, max: 0xffff }).map((n) => `P${n.toString(16).toUpperCase()}`);
const place = fc.record({ lat: fc.integer({ min: -900_000_000, max: 900_000_000 }).map((n) => n / 1e7), lon: fc.integer({ min: -1_800_000_000, max: 1_800_000_000 }).map((n) => n / 1e7) });
const rest = fc.record(
  {
    speed_kmh: tenths(0, 250),
    heading_deg: fc.integer({ min: 0, max: 359 }),
    altitude_m: fc.integer({ min: -400, max: 8000 }),
    satellites: fc.integer({ min: 1, max: 40 }),
    ignition: fc.boolean(),
    fuel_level_l: tenths(0, 1000),
    fuel_level_pct: fc.integer({ min: 0, max: 100 }),
    fuel_rate_lph: tenths(0, 100),
    odometer_km: tenths(1, 2_000_000),
    engine_hours: tenths(1, 50_000),
    rpm: fc.integer({ min: 0, max: 8000 }),
    engine_load_pct: fc.integer({ min: 0, max: 100 }),
    coolant_c: fc.integer({ min: -40, max: 150 }),
    voltage_v: tenths(0, 60),
    dtcs: fc.array(code, { minLength: 1, maxLength: 4 }),
    driver_key: fc.constantFrom('01000000A1B2C3', 'DRIVER7'),
    outputs: fc.integer({ min: 0, max: 255 }),
    inputs: fc.integer({ min: 0, max: 255 }),
    valid: fc.boolean(),
    extras: fc.dictionary(fc.constantFrom('count1', 'Note', 'x_9', 'Батарея'), fc.oneof(fc.integer(), fc.constantFrom('lorem', '100 %', 'a;b')), { minKeys: 1 }),
  },
  { requiredKeys: [] },
);

export function sampleArbitrary({ wholeSeconds }: { wholeSeconds: boolean }): fc.Arbitrary<Sample> {
  const step = wholeSeconds ? 1000 : 1;
  const time = fc.integer({ min: Date.UTC(2015, 0) / step, max: Date.UTC(2040, 0) / step }).map((n) => n * step);
  return fc.tuple(time, fc.option(place, { nil: {} }), rest).map(([at_ms, where, others]) => ({ at_ms, ...where, ...others }) as Sample);
}

/** Without negative zeros, which no wire form carries. */
export function clean(sample: Sample): Sample {
  return Object.fromEntries(Object.entries(sample).map(([name, value]) => [name, typeof value === 'number' ? value + 0 : value])) as unknown as Sample;
}
