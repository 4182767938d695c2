import fc from 'fast-check';
import { bandsOf, lengthOf, linesOf, pointAt, type Point } from './day';

const zero = Date.parse('2026-11-21T00:00:00Z');
const minute = 60_000;
const day = 1440 * minute;

const point = (minutes: number, more: Partial<Point> = {}): Point => ({
  at: new Date(zero + minutes * minute).toISOString(), lat: -1.28, lon: 36.8 + minutes / 1000, speed_kmh: 0, heading_deg: null, ignition: false, odometer_km: null, fuel_level_l: null, fuel_level_pct: null, segment: 0, marks: [], ...more,
});

describe('a day', () => {
  it('without a word is a day without data, not a day of standing', () => {
    expect(bandsOf([], zero, zero + day)).toEqual([{ kind: 'no_data', from: zero, to: zero + day }]);
  });

  it('has a band for each thing the vehicle did, and one for silence between segments', () => {
    const points = [point(60, { speed_kmh: 40 }), point(61, { speed_kmh: 30 }), point(62, { ignition: true }), point(63), point(64), point(200, { segment: 1, speed_kmh: 20 }), point(201, { segment: 1 })];
    expect(bandsOf(points, zero, zero + day).map((band) => [band.kind, (band.from - zero) / minute, (band.to - zero) / minute])).toEqual([
      ['no_data', 0, 60],
      ['moving', 60, 62],
      ['idle', 62, 63],
      ['stopped', 63, 64],
      ['no_data', 64, 200],
      ['moving', 200, 201],
      ['no_data', 201, 1440],
    ]);
  });

  it('adds up to itself whatever was heard', () => {
    const heard = fc.array(fc.record({ at: fc.nat(1439), speed_kmh: fc.constantFrom(null, 0, 50), ignition: fc.constantFrom(null, true, false), gap: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(heard, (list) => {
        let segment = 0;
        const points = list.sort((a, b) => a.at - b.at).map(({ at, gap, ...more }) => point(at, { ...more, segment: (segment += Number(gap)) }));
        const bands = bandsOf(points, zero, zero + day);
        expect((['no_data', 'moving', 'idle', 'stopped'] as const).reduce((sum, kind) => sum + lengthOf(bands, kind), 0)).toBe(day);
        bands.slice(1).forEach((band, i) => expect(band.from).toBe(bands[i]?.to));
      }),
    );
  });

  it('is drawn as one line a segment, without places that cannot be', () => {
    const points = [point(1), point(2), point(3, { marks: ['jump'] }), point(4, { lat: null, lon: null }), point(90, { segment: 1 }), point(91, { segment: 1 })];
    expect(linesOf(points).map((line) => line.length)).toEqual([2, 2]);
    expect(linesOf([point(1)])).toEqual([]);
  });

  it('is asked where the vehicle was', () => {
    const points = [point(10), point(20), point(30)];
    const at = (minutes: number): number | undefined => { const found = pointAt(points, zero + minutes * minute); return found && points.indexOf(found); };
    expect([at(5), at(10), at(19), at(20), at(500)]).toEqual([undefined, 0, 0, 1, 2]);
  });
});
