import { createHash } from 'node:crypto';
import { looksLikeFormula, type TableRow } from '@fleet/platform/tables';
import { localMoment } from './local-time';

export interface RowFault {
  line: number;
  field: string | null;
  code: string;
  detail: string;
}

/** A line as read: the words of the API, still to be validated like any body. */
export interface ReadLine {
  line: number;
  id: string | undefined;
  plate: string;
  body: Record<string, unknown>;
}

export const importRowsMax = 20_000;

/** Columns an import understands, with the names other systems and people give them. */
export const importColumns = {
  id: [],
  plate: ['number_plate', 'license_plate', 'licence_plate', 'registration', 'reg_no', 'vehicle', 'car'],
  fuel_date: ['date', 'date_time', 'datetime', 'at', 'filled_at'],
  odometer_reading: ['odometer', 'odometer_km', 'mileage', 'odo'],
  trip_distance: ['trip', 'distance'],
  distance_unit: [],
  fuel_type: ['fuel'],
  fuel_grade: ['grade'],
  fuel_quantity: ['quantity', 'fuel_volume', 'fuel_units', 'litres', 'liters', 'gallons'],
  unit_of_measure: ['unit', 'fuel_unit'],
  cost_per_unit: ['price', 'price_per_unit', 'price_per_litre', 'price_per_liter', 'price_per_gallon'],
  total_cost_minor: [],
  total_cost: ['cost', 'total', 'amount'],
  currency: [],
  is_full_tank: ['full', 'full_tank', 'filled_to_full'],
  missed_previous: ['missed', 'missed_fuel_up'],
  fuel_station: ['station', 'supplier'],
  payment_method: ['payment'],
  receipt_reference: ['receipt', 'invoice'],
  filled_by: [],
  notes: ['note', 'comment', 'comments'],
} as const satisfies Record<string, readonly string[]>;

export type ImportColumn = keyof typeof importColumns;

export const columnOf = (header: string): ImportColumn | undefined =>
  (Object.keys(importColumns) as ImportColumn[]).find((name) => name === header || (importColumns[name] as readonly string[]).includes(header));

/** The shape before litres and kilowatt hours were known: gallons of petrol on a day. */
export const isOldShape = (headers: readonly string[]): boolean => ['gallons', 'price_per_gallon', 'date'].every((name) => headers.includes(name));

const numbers: readonly ImportColumn[] = ['odometer_reading', 'trip_distance', 'fuel_quantity', 'cost_per_unit', 'total_cost_minor', 'total_cost'];
const flags: readonly ImportColumn[] = ['is_full_tank', 'missed_previous'];
const words: readonly ImportColumn[] = ['fuel_type', 'unit_of_measure', 'payment_method', 'distance_unit'];

const spelled: Record<string, string> = {
  petrol: 'gasoline', super: 'gasoline', benzin: 'gasoline', derv: 'diesel', disel: 'diesel', ev: 'electric',
  litre: 'l', litres: 'l', liter: 'l', liters: 'l', lt: 'l', gal: 'gal_us', gallon: 'gal_us', gallons: 'gal_us', us_gal: 'gal_us', uk_gal: 'gal_imp',
  kilometres: 'km', kilometers: 'km', kms: 'km', miles: 'mi', mpesa: 'mobile_money', 'm_pesa': 'mobile_money',
};
const yes = new Set(['true', '1', 'yes', 'y', 'x', 'full']);
const no = new Set(['false', '0', 'no', 'n', 'partial']);

export interface Reading {
  time_zone: string;
  assume_full: boolean;
  old_shape: boolean;
}

/** Reads one line, or says what is wrong with it. Nothing is rounded: what does not fit is refused. */
export function readLine(row: TableRow, how: Reading): ReadLine | RowFault[] {
  const faults: RowFault[] = [];
  const fail = (field: ImportColumn, code: string, detail: string): void => void faults.push({ line: row.line, field, code, detail });
  const said: Record<string, unknown> = {};
  const header: Record<string, string> = {};
  for (const [name, raw] of Object.entries(row.cells)) {
    const column = columnOf(name);
    const cell = raw.trim();
    if (!column || cell === '') continue;
    header[column] = name;
    if (looksLikeFormula(cell)) fail(column, 'IMPORT_FORMULA_REFUSED', `${name} looks like a spreadsheet formula; write its value.`);
    else said[column] = valueOf(column, cell, how, fail);
  }
  const { id, plate, total_cost: _, ...body } = said;
  if (typeof plate !== 'string') fail('plate', 'IMPORT_PLATE_MISSING', 'The plate is missing.');
  if (faults.length > 0) return faults;
  // A reading that stands beside a trip says more than the trip.
  if (body.odometer_reading !== undefined) delete body.trip_distance;
  const unit = header.fuel_quantity === 'gallons' ? 'gal_us' : (header.fuel_quantity ?? '').startsWith('lit') ? 'l' : undefined;
  const shape = how.old_shape ? { fuel_type: 'gasoline', unit_of_measure: 'gal_us' } : unit ? { unit_of_measure: unit } : {};
  return { line: row.line, id: id as string | undefined, plate: plate as string, body: { is_full_tank: how.assume_full, ...shape, ...body, ...(said.total_cost === undefined ? {} : { total_cost: said.total_cost }) } };
}

function valueOf(column: ImportColumn, cell: string, how: Reading, fail: (field: ImportColumn, code: string, detail: string) => void): unknown {
  if (column === 'fuel_date') {
    const moment = localMoment(cell, how.time_zone);
    if (!moment) fail(column, 'IMPORT_INVALID_DATE', `"${cell.slice(0, 40)}" is no date like 2026-01-31 or 2026-01-31 08:00.`);
    return moment?.toISOString();
  }
  if (numbers.includes(column)) {
    const number = decimalOf(cell, column === 'odometer_reading' || column === 'total_cost');
    if (number === undefined) fail(column, 'IMPORT_INVALID_NUMBER', `"${cell.slice(0, 40)}" is no number.`);
    return number;
  }
  const word = cell.toLowerCase().replaceAll(/[\s-]+/g, '_');
  if (flags.includes(column)) {
    if (!yes.has(word) && !no.has(word)) fail(column, 'IMPORT_INVALID_FLAG', `"${cell.slice(0, 40)}" is neither yes nor no.`);
    return yes.has(word);
  }
  if (words.includes(column)) return spelled[word] ?? word;
  return column === 'currency' ? cell.toUpperCase() : cell;
}

/** 45,5 and 45.5 and 1,234.5 and 1.234,5 and 1 234,5. Three digits behind one mark are thousands only where numbers are large. */
export function decimalOf(cell: string, large: boolean): number | undefined {
  const text = cell.replaceAll(/[\s\u00a0\u202f']/g, '');
  if (!/^[+-]?\d[\d.,]*$/.test(text)) return undefined;
  const marks = text.replaceAll(/[^.,]/g, '');
  const last = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
  const tail = text.length - last - 1;
  const mixed = new Set(marks).size > 1;
  const thousands = marks.length > 0 && !mixed && (marks.length > 1 || (large && tail === 3 && last <= 3));
  const groups = thousands ? text : mixed ? text.slice(0, last) : '';
  if (groups && !/^[+-]?\d{1,3}([.,]\d{3})+$/.test(groups)) return undefined;
  const plain = thousands ? text.replaceAll(/[.,]/g, '') : last < 0 ? text : `${text.slice(0, last).replaceAll(/[.,]/g, '')}.${text.slice(last + 1)}`;
  return /^[+-]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : undefined;
}

/** The id of a line that brought none: the same line is the same fill-up, in this file or the next. */
export function idOf(accountId: string, line: ReadLine, nth: number): string {
  const { fuel_date, fuel_quantity, unit_of_measure, odometer_reading, trip_distance, cost_per_unit, total_cost } = line.body;
  const facts = [accountId, line.plate.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, ''), fuel_date, fuel_quantity, unit_of_measure, odometer_reading, trip_distance, cost_per_unit, total_cost, nth];
  const hex = createHash('sha256').update(JSON.stringify(facts)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
