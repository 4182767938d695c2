import { readNumber, readRow } from './import-row';

const parks = new Map([['north', '7e0c9a52-3f5c-4c86-9d5c-0a4b6c5d2f10']]);
const read = (cells: Record<string, string>) => readRow({ line: 7, cells }, parks);

describe('numbers as people write them', () => {
  it.each([
    ['1234.5', 1234.5],
    ['1234,5', 1234.5],
    ['1,234.5', 1234.5],
    ['1.234,5', 1234.5],
    ['1 234,5', 1234.5],
    ['123,456', 123456],
    ['1.234.567', 1234567],
    ['52,5', 52.5],
  ])('%s is %d', (cell, number) => expect(readNumber(cell)).toBe(number));
  it('reads 123.456 by what it measures', () => {
    expect(readNumber('123.456')).toBe(123.456);
    expect(readNumber('123.456', true)).toBe(123456);
  });
  it('leaves what is no number', () => expect(readNumber('12 km')).toBe('12 km'));
});

describe('a line of an import', () => {
  it('becomes a vehicle', () => {
    expect(read({ license_plate: ' kca 542q ', Fuel: 'x', fuel: 'Petrol', mileage: '123,456', depot: 'North', tags: 'a; b' })).toMatchObject({
      line: 7,
      plateNorm: 'KCA542Q',
      vehicle: { plate: 'kca 542q', fuel_type: 'gasoline', odometer_km: 123456, park_id: parks.get('north'), tags: ['a', 'b'] },
    });
  });
  it.each([
    [{ plate: '' }, 'IMPORT_PLATE_MISSING'],
    [{ plate: '=HYPERLINK("x")' }, 'IMPORT_FORMULA_REFUSED'],
    [{ plate: 'KCA 1', model: '@SUM(A1)' }, 'IMPORT_FORMULA_REFUSED'],
    [{ plate: 'KCA 1', depot: 'Nowhere' }, 'UNKNOWN_PARK'],
    [{ plate: 'KCA 1', vin: 'TOOSHORT' }, 'VEHICLE_VIN_INVALID'],
    [{ plate: 'KCA 1', year: 'new' }, 'IMPORT_INVALID_VALUE'],
    [{ plate: 'KCA 1', fuel: 'wood' }, 'IMPORT_INVALID_VALUE'],
    [{ plate: '---' }, 'VEHICLE_PLATE_EMPTY'],
  ])('%j is refused as %s', (cells, code) => expect(read(cells as unknown as Record<string, string>)).toMatchObject([{ line: 7, code }]));
});
