import * as fc from 'fast-check';
import { questionsAbout, type Purchase, type Surroundings } from './anomaly';
import { distancesOf, stretchesOf, type Filled } from './efficiency';
import { fits } from './fuel';
import { minorDigits, totalMinor, totalsDisagree } from './money';
import { isWild, judge, jumpKm } from './odometer';
import { consumption, fromKm, fromLitres, toKm, toLitres } from './units';

const dayMs = 86_400_000;
const at = (day: number): Date => new Date(Date.UTC(2026, 0, day));
let serial = 0;
const filled = (day: number, odometer_km: number | null, fuel_l: number, more: Partial<Filled> = {}): Filled => ({ id: `f${(serial += 1)}`, at: at(day), odometer_km, trip_km: null, fuel_l, energy_kwh: null, full: true, missed: false, held: false, ...more });
const economy = (fills: Filled[]): (number | null)[] => stretchesOf(fills).map((s) => consumption(s.distance_km, s.fills.reduce((sum, f) => sum + (f.fuel_l ?? 0), 0), null).l_per_100km);

describe('from full tank to full tank', () => {
  const partial = { full: false };

  it('partial fills are summed: full at 1000 km, 20 l, 10 l, full with 15 l at 1600 km is 7.5 l/100 km', () => {
    expect(economy([filled(1, 1000, 40), filled(2, 1300, 20, partial), filled(3, 1450, 10, partial), filled(4, 1600, 15)])).toEqual([7.5]);
  });

  it('a missed fill breaks the chain, which begins again at the next full tank', () => {
    expect(economy([filled(1, 1000, 40), filled(2, 1300, 20, { missed: true }), filled(3, 1700, 30)])).toEqual([7.5]);
    expect(economy([filled(1, 1000, 40), filled(2, 1300, 20, { missed: true, full: false }), filled(3, 1700, 30)])).toEqual([]);
  });

  it('a fill-up that waits for review breaks it too, until it is believed', () => {
    const held = filled(2, 1300, 20, { held: true, full: false });
    expect(economy([filled(1, 1000, 40), held, filled(3, 1600, 25)])).toEqual([]);
    expect(economy([filled(1, 1000, 40), { ...held, held: false }, filled(3, 1600, 25)])).toEqual([7.5]);
  });

  it('nothing is known before the first full tank, nor after the last', () => {
    expect(economy([filled(1, 1000, 20, partial), filled(2, 1200, 40)])).toEqual([]);
    expect(economy([filled(1, 1000, 40), filled(2, 1200, 20, partial)])).toEqual([]);
  });

  it('trips laid end to end do where nobody read the odometer', () => {
    expect(economy([filled(1, 1000, 40), filled(2, null, 20, { trip_km: 300, full: false }), filled(3, null, 25, { trip_km: 300 })])).toEqual([7.5]);
    expect(economy([filled(1, null, 40, { trip_km: 250 }), filled(2, null, 30, { trip_km: 400 })])).toEqual([7.5]);
  });

  it('a reading after a trip is taken for what it is', () => {
    expect(economy([filled(1, 1000, 40), filled(2, null, 20, { trip_km: 200 }), filled(3, 1500, 15)])).toEqual([10, 5]);
  });

  it('a full tank without a distance is summed like a partial one', () => {
    expect(economy([filled(1, 1000, 40), filled(2, null, 20), filled(3, 1600, 25)])).toEqual([7.5]);
  });

  it('litres and current of one vehicle are two chains over the same road', () => {
    const current = (day: number, km: number, energy_kwh: number): Filled => filled(day, km, 0, { fuel_l: null, energy_kwh });
    const found = stretchesOf([filled(1, 1000, 40), current(2, 1100, 8), current(3, 1200, 15), filled(4, 1500, 20)]);
    expect(found.map((s) => [s.distance_km, s.fills.map((f) => f.fuel_l ?? f.energy_kwh)])).toEqual([[100, [15]], [500, [20]]]);
  });

  it('sums hold: chained segments cover exactly the kilometres and litres between the outermost full tanks', () => {
    const leg = fc.record({ km: fc.integer({ min: 1, max: 900 }), l: fc.integer({ min: 1, max: 90_000 }), full: fc.boolean() });
    fc.assert(
      fc.property(fc.array(leg, { minLength: 2, maxLength: 40 }), (legs) => {
        let km = 1000;
        const fills = legs.map((l, i) => filled(i + 1, (km += l.km), l.l / 1000, { full: l.full }));
        const first = fills.findIndex((f) => f.full);
        const last = fills.findLastIndex((f) => f.full);
        const found = stretchesOf(fills);
        const covered = fills.slice(first + 1, last + 1);
        expect(found.flatMap((s) => s.fills)).toEqual(first < last ? covered : []);
        expect(found.reduce((sum, s) => sum + s.distance_km, 0)).toBe(first < last ? (fills[last]?.odometer_km ?? 0) - (fills[first]?.odometer_km ?? 0) : 0);
      }),
    );
  });
});

describe('the distance since the fill-up before', () => {
  it.each<[string, Filled[], number | undefined, (number | null)[]]>([
    ['is the difference of readings', [filled(1, 1000, 1), filled(2, 1400, 1)], undefined, [null, 400]],
    ['begins at what the dashboard showed before', [filled(1, 1000, 1)], 800, [200]],
    ['is the trip where that was told', [filled(1, 1000, 1), filled(2, null, 1, { trip_km: 120 }), filled(3, 1300, 1)], undefined, [null, 120, 180]],
    ['is unknown without either, and the next looks further back', [filled(1, 1000, 1), filled(2, null, 1), filled(3, 1300, 1)], undefined, [null, null, 300]],
  ])('%s', (_, fills, start, distances) => expect(distancesOf(fills, start)).toEqual(distances));
});

describe('units', () => {
  const amount = fc.double({ min: 0.001, max: 1e6, noNaN: true });
  it.each(['l', 'gal_us', 'gal_imp'] as const)('of volume come back: %s', (unit) => fc.assert(fc.property(amount, (v) => Math.abs(fromLitres(toLitres(v, unit), unit) - v) <= v * 1e-12)));
  it.each(['km', 'mi'] as const)('of distance come back: %s', (unit) => fc.assert(fc.property(amount, (v) => Math.abs(fromKm(toKm(v, unit), unit) - v) <= v * 1e-12)));

  it('of consumption are the ones in the tables', () => {
    expect(consumption(100, 10, null)).toEqual({ l_per_100km: 10, km_per_l: 10, mpg_us: 23.52, mpg_imp: 28.25, kwh_per_100km: null });
    expect(consumption(250, null, 45)).toMatchObject({ l_per_100km: null, kwh_per_100km: 18 });
    expect(consumption(0, 10, 5)).toEqual({ l_per_100km: null, km_per_l: null, mpg_us: null, mpg_imp: null, kwh_per_100km: null });
  });

  it('l/100 km and km/l are each other’s inverse', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 500 }), (km, l) => {
      const c = consumption(km, l, null);
      expect(((c.l_per_100km ?? 0) * km) / 100).toBeCloseTo(l, 1);
    }));
  });
});

describe('money', () => {
  it('is exact where floating point is not', () => {
    expect(totalMinor(1.005, 100, 2)).toBe(10_050);
    expect(totalMinor(36, 182.55, 2)).toBe(657_180);
    expect(totalMinor(0.5, 0.01, 2)).toBe(1);
    expect(totalMinor(33.333, 170.5, 0)).toBe(5683);
  });
  it('agrees with whole-number arithmetic', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 999_999_999 }), fc.integer({ min: 1, max: 99_999_999 }), (milli, tenthousandths) => {
      const exact = (BigInt(milli) * BigInt(tenthousandths) * 100n + 5_000_000n) / 10_000_000n;
      expect(BigInt(totalMinor(milli / 1000, tenthousandths / 10_000, 2))).toBe(exact);
    }));
  });
  it('knows how each currency is divided', () => expect(['KES', 'JPY', 'KWD', 'XQX'].map(minorDigits)).toEqual([2, 0, 3, undefined]));
  it('forgives rounding at the pump', () => expect([totalsDisagree(10_002, 10_000), totalsDisagree(10_049, 10_000), totalsDisagree(10_051, 10_000)]).toEqual([false, false, true]));
});

describe('a reading', () => {
  const known = (km: number, day: number, more: object = {}): { odometer_km: number; at: Date; source: string } => ({ odometer_km: km, at: at(day), source: 'fuel', ...more });

  it.each<[string, number, Parameters<typeof judge>[1], string]>([
    ['alone', 500, {}, 'fits'],
    ['equal to the one before', 1000, { before: known(1000, 1) }, 'fits'],
    ['a tenth below', 999.9, { before: known(1000, 1) }, 'rollback'],
    ['of miles, rounded as it is kept', 1609.344, { before: known(1609.3, 1) }, 'fits'],
    ['between two', 1100, { before: known(1000, 1), after: known(1200, 9) }, 'fits'],
    ['above the later one', 1201, { before: known(1000, 1), after: known(1200, 9) }, 'above_later'],
    ['above the first of all', 1201, { after: known(1200, 9, { first: true }) }, 'first_was_earlier'],
    ['far above the first of all', 12_000, { after: known(1200, 9, { first: true }) }, 'above_later'],
  ])('%s', (_, km, around, verdict) => expect(judge(km, around)).toBe(verdict));

  it('that no vehicle reaches in the time is noticed, a mistyped one is not believed', () => {
    const before = known(1000, 1);
    const read = (km: number, days: number): Parameters<typeof jumpKm>[0] => ({ odometer_km: km, at: new Date(before.at.getTime() + days * dayMs) });
    expect([jumpKm(read(3700, 1), before), jumpKm(read(3800, 1), before), jumpKm(read(900_000, 1), undefined)]).toEqual([undefined, 2800, undefined]);
    expect([isWild(read(3800, 1), before), isWild(read(199_105, 1), before)]).toEqual([false, true]);
  });
});

describe('fuels', () => {
  it.each([['gasoline', 'gasoline', true], ['gasoline', 'diesel', false], ['hybrid', 'electric', true], ['lpg', 'gasoline', true], ['electric', 'gasoline', false]] as const)('a %s vehicle takes %s: %s', (vehicle, fuel, fine) => expect(fits(vehicle, fuel)).toBe(fine));
});

describe('what looks odd is asked', () => {
  const bought = (more: Partial<Purchase> = {}): Purchase => ({ id: 'p1', at: at(10), quantity: 40, unit: 'l', price: 18_000, currency: 'KES', receipt_reference: 'R-7', ...more });
  const quiet: Surroundings = { neighbours: [], prices: { median: 18_100, count: 40 }, twin: undefined, jump_km: null, device_disagrees: null, overfull: undefined };
  const kinds = (one: Purchase, around: Partial<Surroundings>): string[] => questionsAbout(one, { ...quiet, ...around }).map((q) => q.kind);

  it.each<[string, Purchase, Partial<Surroundings>, string[]]>([
    ['nothing about an ordinary one', bought(), {}, []],
    ['two within the hour', bought(), { neighbours: [bought({ id: 'p0', at: new Date(at(10).getTime() - 12 * 60_000) })] }, ['too_close_together']],
    ['not petrol and charging within the hour', bought(), { neighbours: [bought({ id: 'p0', unit: 'kwh' })] }, []],
    ['a price a third above', bought({ price: 24_000 }), {}, ['price_outlier']],
    ['a price a third below', bought({ price: 12_000 }), {}, ['price_outlier']],
    ['no price before prices are known', bought({ price: 24_000 }), { prices: { median: 18_000, count: 4 } }, []],
    ['a jump', bought(), { jump_km: 9000 }, ['odometer_jump']],
    ['a device that says otherwise', bought(), { device_disagrees: 'GPS' }, ['odometer_disagrees']],
    ['more than the tank', bought(), { overfull: { quantity: 70, capacity: 50, unit: 'l' } }, ['more_than_tank']],
    ['a receipt twice', bought(), { twin: bought({ id: 'p9' }) }, ['receipt_twice']],
  ])('%s', (_, one, around, wanted) => expect(kinds(one, around)).toEqual(wanted));

  it('as a question, with rows to look at', () => {
    const [asked] = questionsAbout(bought({ price: 24_000 }), quiet);
    expect(asked?.question).toMatch(/\?/);
    expect(asked?.evidence).toEqual([{ what: 'fill_up', id: 'p1', facts: expect.objectContaining({ price_minor: 24_000 }) }, { what: 'prices', facts: { median_minor: 18_100, fill_ups: 40 } }]);
  });
});
