import * as fc from 'fast-check';
import { decimalOf, idOf, isOldShape, readLine, type ReadLine } from './import-row';
import { localMoment } from './local-time';

const how = { time_zone: 'Africa/Nairobi', assume_full: false, old_shape: false };
const read = (cells: Record<string, string>, more: object = {}): ReadLine => readLine({ line: 2, cells: { plate: 'K 1', ...cells } }, { ...how, ...more }) as ReadLine;

describe('a number in a table', () => {
  it.each<[string, boolean, number | undefined]>([
    ['45,5', false, 45.5],
    ['45.5', false, 45.5],
    ['1,234.5', false, 1234.5],
    ['1.234,5', false, 1234.5],
    ['1 234,5', false, 1234.5],
    ['12.345', false, 12.345],
    ['12.345', true, 12_345],
    ['1.234.567', false, 1_234_567],
    ['7', false, 7],
    ['-3,2', false, -3.2],
    ['1,23.4', false, undefined],
    ['12,34,56', false, undefined],
    ['1,2.3,4', false, undefined],
    ['45 l', false, undefined],
    ['', false, undefined],
    ['1e5', false, undefined],
    ['٤٥', false, undefined],
    ['Infinity', false, undefined],
  ])('%s (large: %s) is %s', (cell, large, number) => expect(decimalOf(cell, large)).toBe(number));

  it('is never made up from anything', () => {
    fc.assert(fc.property(fc.string(), fc.boolean(), (text, large) => {
      const number = decimalOf(text, large);
      return number === undefined || Number.isFinite(number);
    }));
  });
  it('comes back in either spelling', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 0, max: 99 }), (whole, cents) => {
      const text = `${whole}.${String(cents).padStart(2, '0')}`;
      expect(decimalOf(text, true)).toBe(Number(text));
      expect(decimalOf(text.replace('.', ','), true)).toBe(Number(text));
    }));
  });
});

describe('a moment in a table', () => {
  it.each<[string, string, string | undefined]>([
    ['2026-06-01', 'Africa/Nairobi', '2026-06-01T09:00:00.000Z'],
    ['2026-06-01', 'America/Los_Angeles', '2026-06-01T19:00:00.000Z'],
    ['2026-06-01', 'Pacific/Kiritimati', '2026-05-31T22:00:00.000Z'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-29T10:00:00.000Z'],
    ['2026-03-28', 'Europe/Berlin', '2026-03-28T11:00:00.000Z'],
    ['2026-06-01 08:30', 'Europe/Berlin', '2026-06-01T06:30:00.000Z'],
    ['2026-06-01T08:30:00Z', 'Europe/Berlin', '2026-06-01T08:30:00.000Z'],
    ['2026-06-01T08:30:00+05:30', 'UTC', '2026-06-01T03:00:00.000Z'],
    ['2026-02-30', 'UTC', undefined],
    ['2026-06-01 25:00', 'UTC', undefined],
    ['01/02/2026', 'UTC', undefined],
    ['45000', 'UTC', undefined],
  ])('%s in %s is %s', (text, zone, moment) => expect(localMoment(text, zone)?.toISOString()).toBe(moment));
});

describe('a line', () => {
  it('of the old shape is gallons of petrol at noon of its day', () => {
    const cells = { date: '2024-02-29', gallons: '10.123', price_per_gallon: '3.459', odometer: '12,345' };
    expect(isOldShape(Object.keys(cells))).toBe(true);
    expect(read(cells, { old_shape: true, time_zone: 'America/New_York' }).body).toEqual({
      fuel_date: '2024-02-29T17:00:00.000Z', fuel_quantity: 10.123, cost_per_unit: 3.459, odometer_reading: 12_345, fuel_type: 'gasoline', unit_of_measure: 'gal_us', is_full_tank: false,
    });
    expect(isOldShape(['gallons', 'date'])).toBe(false);
  });

  it('takes the unit from the name of its column unless it says one', () => {
    expect(read({ date: '2026-01-01', litres: '40,5', full: 'Yes', payment: 'M-Pesa' }).body).toMatchObject({ fuel_quantity: 40.5, unit_of_measure: 'l', is_full_tank: true, payment_method: 'mobile_money' });
    expect(read({ fuel_quantity: '10', unit: 'UK gal' }).body).toMatchObject({ unit_of_measure: 'gal_imp' });
  });

  it('says everything that is wrong with it', () => {
    const faults = readLine({ line: 7, cells: { fuel_date: '1/2/26', fuel_quantity: 'forty', full: 'maybe', notes: '=cmd()' } }, how);
    expect(faults).toMatchObject([
      { line: 7, field: 'fuel_date', code: 'IMPORT_INVALID_DATE' },
      { field: 'fuel_quantity', code: 'IMPORT_INVALID_NUMBER' },
      { field: 'is_full_tank', code: 'IMPORT_INVALID_FLAG' },
      { field: 'notes', code: 'IMPORT_FORMULA_REFUSED' },
      { field: 'plate', code: 'IMPORT_PLATE_MISSING' },
    ]);
  });

  it('is the same fill-up however its plate is written, and another one when it is repeated in one file', () => {
    const cells = { date: '2026-01-01', litres: '40' };
    expect(idOf('a', read({ ...cells, plate: 'kca-542q' }), 0)).toBe(idOf('a', read({ ...cells, plate: 'KCA 542Q' }), 0));
    expect(new Set([idOf('a', read(cells), 0), idOf('a', read(cells), 1), idOf('b', read(cells), 0), idOf('a', read({ ...cells, litres: '41' }), 0)]).size).toBe(4);
    expect(idOf('a', read(cells), 0)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
