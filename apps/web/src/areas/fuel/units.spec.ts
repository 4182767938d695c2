import { consumptionOf, majorOf, minorOf, unitOf, weeksOf, type Segment } from './units';

const day = 86_400_000;
const start = Date.parse('2026-11-02T00:00:00Z');
const segment = (days: number, distance_km: number, fuel_l: number | null, more: Partial<Segment> = {}): Segment => ({ to_at: new Date(start + days * day).toISOString(), distance_km, fuel_l, energy_kwh: null, cost_minor: null, currency: null, co2_kg: null, ...more });

describe('units of an account', () => {
  it.each([
    ['km', 'l', 'l_per_100km'],
    ['mi', 'gal_us', 'mpg_us'],
    ['mi', 'gal_imp', 'mpg_imp'],
    ['mi', 'l', 'mpg_us'],
  ] as const)('%s and %s count in %s', (distanceUnit, fuelUnit, unit) => expect(unitOf({ locale: 'en-GB', timeZone: 'UTC', currency: 'KES', distanceUnit, fuelUnit })).toBe(unit));

  it('says one consumption in every spelling', () => {
    const { l_per_100km, km_per_l, mpg_us, mpg_imp, kwh_per_100km } = consumptionOf(600, 45, 0);
    expect([l_per_100km, km_per_l, mpg_us, mpg_imp].map((v) => Number(v?.toFixed(2)))).toEqual([7.5, 13.33, 31.36, 37.66]);
    expect(kwh_per_100km).toBeNull();
    expect(consumptionOf(0, 45, 0).l_per_100km).toBeNull();
  });

  it('turns money into minor units by what its currency has', () => {
    expect([minorOf(45.1, 'KES'), minorOf(5100, 'UGX'), minorOf(0.29, 'USD')]).toEqual([4510, 5100, 29]);
    expect([majorOf(4510, 'KES'), majorOf(5100, 'UGX')]).toEqual([45.1, 5100]);
  });
});

describe('weeks', () => {
  it('divide all fuel by all kilometres, and a week without a stretch is a gap', () => {
    const weeks = weeksOf([segment(1, 100, 10), segment(2, 300, 20), segment(15, 100, 8)], start, start + 21 * day);
    expect(weeks.map((w) => w.l_per_100km)).toEqual([7.5, null, 8]);
    expect(weeks.map((w) => w.segments)).toEqual([2, 0, 1]);
  });

  it('name no cost where a price is missing or currencies differ', () => {
    const paid = (cost: number | null, currency: string | null): Segment => segment(1, 100, 10, { cost_minor: cost, currency });
    expect(weeksOf([paid(1000, 'KES'), paid(3000, 'KES')], start, start + 7 * day)[0]).toMatchObject({ cost_per_km: 20, currency: 'KES' });
    expect(weeksOf([paid(1000, 'KES'), paid(3000, 'USD')], start, start + 7 * day)[0]?.cost_per_km).toBeNull();
    expect(weeksOf([paid(1000, 'KES'), paid(null, null)], start, start + 7 * day)[0]?.cost_per_km).toBeNull();
  });

  it('keep litres and current apart', () => {
    const [week] = weeksOf([segment(1, 100, 10), segment(2, 200, null, { energy_kwh: 30 })], start, start + 7 * day);
    expect(week).toMatchObject({ l_per_100km: 10, kwh_per_100km: 15, distance_km: 300 });
  });
});
