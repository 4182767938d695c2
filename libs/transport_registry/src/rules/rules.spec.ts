import { mayMove, statuses } from './life-cycle';
import { odometerFault } from './odometer';
import { normalPlate } from './plate';
import { normalVin, vinCheckDigitFits, vinShape } from './vin';

describe('VIN', () => {
  it.each(['1M8GDM9AXKP042788', '5GZCZ43D13S812715', '11111111111111111'])('%s carries a right check digit', (vin) => expect(vinCheckDigitFits(vin)).toBe(true));
  it('only doubts a European VIN without check digit', () => {
    expect(vinShape.test('WV1ZZZ2EZ86015388')).toBe(true);
    expect(vinCheckDigitFits('WV1ZZZ2EZ86015388')).toBe(false);
  });
  it.each(['1M8GDM9AXKP04278', '1M8GDM9AXKP042788Z', '1M8GDM9IXKP042788', '1M8GDM9OXKP042788', '1M8GDM9QXKP042788'])('%s is no VIN', (vin) => expect(vinShape.test(vin)).toBe(false));
  it('takes it as people type it', () => expect(normalVin(' wv1-zzz2e z86015388')).toBe('WV1ZZZ2EZ86015388'));
});

describe('plate', () => {
  it.each([
    ['KCA 542Q', 'KCA542Q'],
    ['kca542q', 'KCA542Q'],
    ['к-123 ор 77', 'К123ОР77'],
    ['  . - ', ''],
  ])('%s is %s', (typed, normal) => expect(normalPlate(typed)).toBe(normal));
});

describe('life cycle', () => {
  it('lets a retired vehicle only be onboarded again', () => expect(statuses.filter((to) => mayMove('retired', to))).toEqual(['onboarding']));
  it('never goes back to onboarding in service', () => expect(statuses.filter((from) => mayMove(from, 'onboarding'))).toEqual(['retired']));
  it('never moves to where it is', () => expect(statuses.filter((s) => mayMove(s, s))).toEqual([]));
});

describe('odometer reading', () => {
  const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));
  const at = (n: number, odometer_km: number): { at: Date; odometer_km: number } => ({ at: day(n), odometer_km });

  it('fits between its neighbours', () => expect(odometerFault(at(2, 1100), { before: at(1, 1000), after: at(3, 1200) })).toBeUndefined());
  it('is a rollback below the one before', () => expect(odometerFault(at(2, 990), { before: at(1, 1000) })).toBe('rollback'));
  it('tolerates rounding', () => expect(odometerFault(at(2, 999.4), { before: at(1, 1000) })).toBeUndefined());
  it('is out of line above a later one', () => expect(odometerFault(at(2, 199_105), { before: at(1, 1000), after: at(3, 1200) })).toBe('above_later'));
  it('is impossible when no vehicle drives that far', () => expect(odometerFault(at(2, 11_000), { before: at(1, 1000) })).toBe('impossible_distance'));
  it('is taken as it is when nothing is known', () => expect(odometerFault(at(2, 250_000), {})).toBeUndefined());
});
