import fc from 'fast-check';
import { currencyPlaces, minorUnits, writtenTime } from './written';

describe('amounts as people write them', () => {
  it.each<[string, number, number | undefined]>([
    ['1234.5', 2, 123_450],
    ['1234,50', 2, 123_450],
    ['1,234.50', 2, 123_450],
    ['1.234,50', 2, 123_450],
    ['1 234,50', 2, 123_450],
    ["1'234.50", 2, 123_450],
    ['5000', 2, 500_000],
    ['5,000', 2, 500_000],
    ['1.234.567', 2, 123_456_700],
    ['KES 5000', 2, 500_000],
    ['50 EUR', 2, 5000],
    ['5000', 0, 5000],
    ['1.234', 3, 1234],
    ['1,234.567', 3, 1_234_567],
    ['0', 2, 0],
    ['12.345', 0, 12_345],
    ['1.005,5', 2, 100_550],
    ['1.23', 0, undefined],
    ['1.2345', 2, undefined],
    ['12,34,56', 2, undefined],
    ['1.234,567.89', 2, undefined],
    ['-5', 2, undefined],
    ['', 2, undefined],
    ['.', 2, undefined],
    ['five', 2, undefined],
    ['1e5', 2, undefined],
    ['99999999999999999999', 2, undefined],
  ])('%s with %d places', (cell, places, minor) => expect(minorUnits(cell, places)).toBe(minor));

  it('come back from every spelling', () =>
    fc.assert(
      fc.property(fc.nat(1e12), fc.constantFrom(['.', ','], [',', '.'], [',', ' '], ['.', ''], [',', '']), (minor, [decimal = '.', group = '']) => {
        const whole = String(Math.floor(minor / 100)).replaceAll(/\B(?=(\d{3})+$)/g, group);
        expect(minorUnits(`${whole}${decimal}${String(minor % 100).padStart(2, '0')}`, 2)).toBe(minor);
      }),
    ));

  it('know their currencies', () => expect(['KES', 'EUR', 'JPY', 'KWD', 'eur', 'EURO', ''].map(currencyPlaces)).toEqual([2, 2, 0, 3, undefined, undefined, undefined]));
});

describe('days and times as people write them', () => {
  it.each<[string, 'dmy' | 'mdy', string | undefined, string | null]>([
    ['2026-01-31 14:05', 'dmy', '2026-01-31', '14:05:00'],
    ['2026-1-5T7:05:09', 'dmy', '2026-01-05', '07:05:09'],
    ['31.01.2026 14:05', 'dmy', '2026-01-31', '14:05:00'],
    ['31/01/26, 14.05', 'dmy', '2026-01-31', '14:05:00'],
    ['03/02/2026', 'dmy', '2026-02-03', null],
    ['03/02/2026', 'mdy', '2026-03-02', null],
    ['13/02/2026', 'mdy', '2026-02-13', null],
    ['02/13/2026', 'dmy', '2026-02-13', null],
    ['1/31/26 2:05 PM', 'mdy', '2026-01-31', '14:05:00'],
    ['1/31/26 12:05 am', 'mdy', '2026-01-31', '00:05:00'],
    ['2026-02-29', 'dmy', undefined, null],
    ['31.02.2026', 'dmy', undefined, null],
    ['2026-01-31 24:00', 'dmy', undefined, null],
    ['2026-01-31 14:60', 'dmy', undefined, null],
    ['2026-01-31 13:00 pm', 'dmy', undefined, null],
    ['2026-01-31 noon', 'dmy', undefined, null],
    ['yesterday', 'dmy', undefined, null],
  ])('%s read %s', (cell, order, day, time) => {
    const read = writtenTime(cell, order);
    expect(read && { day: read.day, time: read.time }).toEqual(day && { day, time });
  });

  it('with an offset are a moment', () => {
    expect(writtenTime('2026-01-31T14:05:00+03:00', 'dmy')?.instant?.toISOString()).toBe('2026-01-31T11:05:00.000Z');
    expect(writtenTime('2026-01-31T14:05:00.250Z', 'dmy')?.instant?.toISOString()).toBe('2026-01-31T14:05:00.000Z');
    expect(writtenTime('2026-01-31 14:05 +0300', 'dmy')?.instant?.toISOString()).toBe('2026-01-31T11:05:00.000Z');
  });

  it('come back from any moment', () =>
    fc.assert(
      fc.property(fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }), (at) => {
        const iso = at.toISOString();
        expect(writtenTime(iso, 'dmy')).toMatchObject({ day: iso.slice(0, 10), time: iso.slice(11, 19) });
        const dotted = `${iso.slice(8, 10)}.${iso.slice(5, 7)}.${iso.slice(0, 4)} ${iso.slice(11, 16)}`;
        expect(writtenTime(dotted, 'dmy')).toMatchObject({ day: iso.slice(0, 10), time: `${iso.slice(11, 16)}:00` });
      }),
    ));
});
