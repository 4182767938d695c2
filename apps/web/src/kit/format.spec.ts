import fc from 'fast-check';
import { formatFor, type Habits } from './format';
import { boundsOfDay, dayOf, localOf, momentOf } from './zoned';

const nairobi: Habits = { locale: 'en-GB', timeZone: 'Africa/Nairobi', currency: 'KES', distanceUnit: 'km', fuelUnit: 'l' };

describe('an account’s way of writing', () => {
  const kenyan = formatFor(nairobi);
  const american = formatFor({ locale: 'en-US', timeZone: 'America/New_York', currency: 'USD', distanceUnit: 'mi', fuelUnit: 'gal_us' });

  it('has its own clock and never moves a calendar day', () => {
    expect(kenyan.dateTime('2026-11-20T22:30:00Z')).toBe('21 Nov 2026, 01:30');
    expect(american.dateTime('2026-11-21T03:30:00Z')).toContain('Nov 20');
    expect(american.day('2026-11-21')).toContain('21');
  });

  it('has its own units', () => {
    expect(kenyan.distance(1609.344)).toBe('1,609 km');
    expect(american.distance(1609.344)).toBe('1,000 mi');
    expect(american.fuel(37.85411784)).toBe('10 gal');
    expect(formatFor({ ...nairobi, fuelUnit: 'gal_imp' }).fuel(4.54609)).toBe('1 imp gal');
    expect(american.speed(96.56064)).toBe('60 mph');
  });

  it('counts money in minor units of its currency', () => {
    expect(kenyan.money(123456)).toMatch(/1,234\.56/);
    expect(kenyan.money(5000, 'JPY')).toMatch(/5,000$/);
    expect(kenyan.money(-1)).toMatch(/0\.01/);
  });

  it('says how long ago and how long', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(kenyan.relative('2026-11-21T11:55:30Z', now)).toBe('4 min ago');
    expect(kenyan.relative('2026-11-21T12:00:20Z', now)).toBe('in 20 sec');
    expect(kenyan.relative('2026-11-21T12:00:00Z', now)).toBe('now');
    expect([800, 42_000, 61_000, 7_260_000, 400_000_000].map((ms) => kenyan.duration(ms))).toEqual(['0.8 sec', '42 sec', '1 min', '2 hrs 1 min', '4 days'].map((text) => expect.stringContaining(text.split(' ')[0] ?? '')));
  });

  it('shows nothing as a dash', () => {
    expect([kenyan.dateTime(null), kenyan.day(undefined), kenyan.distance(null), kenyan.fuel(undefined), kenyan.money(null), kenyan.duration(null), kenyan.relative('', 0)]).toEqual(Array(7).fill('–'));
  });
});

describe('the account’s clock in a form', () => {
  it.each([
    ['2026-11-21T08:00', 'Africa/Nairobi', '2026-11-21T05:00:00.000Z'],
    ['2026-07-01T08:00', 'Europe/Berlin', '2026-07-01T06:00:00.000Z'],
    ['2026-12-01T08:00', 'Europe/Berlin', '2026-12-01T07:00:00.000Z'],
    ['2026-11-21', 'Asia/Kolkata', '2026-11-20T18:30:00.000Z'],
  ])('%s in %s is %s', (local, zone, moment) => {
    expect(momentOf(local, zone)).toBe(moment);
  });

  it('gives back what it was given, but for the hour a change of clocks skips or repeats', () => {
    const moments = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(moments, fc.constantFrom('UTC', 'Africa/Nairobi', 'Asia/Kathmandu', 'America/New_York', 'Australia/Lord_Howe'), (at, zone) => {
        const local = localOf(at, zone);
        const back = Date.parse(momentOf(local, zone));
        const minute = Math.floor(at.getTime() / 60_000) * 60_000;
        expect(Math.abs(back - minute)).toBeLessThanOrEqual(3_600_000);
        expect(localOf(back, zone)).toBe(local);
      }),
    );
  });

  it('knows that days have 23 and 25 hours', () => {
    const hours = (day: string, zone: string): number => {
      const { from, to } = boundsOfDay(day, zone);
      return (Date.parse(to) - Date.parse(from)) / 3_600_000;
    };
    expect([hours('2026-03-29', 'Europe/Berlin'), hours('2026-10-25', 'Europe/Berlin'), hours('2026-11-21', 'Africa/Nairobi')]).toEqual([23, 25, 24]);
    expect(dayOf('2026-11-20T22:30:00Z', 'Africa/Nairobi')).toBe('2026-11-21');
  });
});
