import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Refusal } from '@fleet/platform/http';
import { looksLikeFormula, type TableRow } from '@fleet/platform/tables';
import { normalPlate } from '../rules/plate';
import { OnboardVehicleBody } from '../vehicles/vehicle.dto';
import { checkedIdentity } from '../vehicles/vehicle.service';
import { columnOf, type ImportColumn } from './import-columns';

export interface RowError {
  line: number;
  field: string | null;
  code: string;
  detail: string;
}

export interface ReadRow {
  line: number;
  vehicle: OnboardVehicleBody;
  plateNorm: string;
}

const numeric: readonly ImportColumn[] = ['year', 'tank_capacity_l', 'battery_capacity_kwh', 'odometer_km'];
const lower: readonly ImportColumn[] = ['kind', 'fuel_type', 'odometer_unit', 'distance_unit', 'fuel_unit', 'status'];

/** What people write for a fuel; everything else must be the real word. */
const fuelWords: Record<string, string> = { petrol: 'gasoline', gas: 'gasoline', benzin: 'gasoline', super: 'gasoline', ev: 'electric', disel: 'diesel', derv: 'diesel' };

/** Reads one line into a vehicle, or says what is wrong with it. Empty cells say nothing: they never erase. */
export function readRow(row: TableRow, parkIds: Map<string, string>): ReadRow | RowError[] {
  const errors: RowError[] = [];
  const fail = (field: string | null, code: string, detail: string): void => void errors.push({ line: row.line, field, code, detail });
  const said: Record<string, unknown> = {};
  for (const [header, raw] of Object.entries(row.cells)) {
    const column = columnOf(header);
    const cell = raw.trim();
    if (!column || cell === '') continue;
    if (looksLikeFormula(cell)) fail(column, 'IMPORT_FORMULA_REFUSED', `${column} looks like a spreadsheet formula; write its value.`);
    else if (column === 'park') setPark(said, cell, parkIds, fail);
    else if (column === 'tags') said.tags = cell.split(/[;,]/).map((t) => t.trim()).filter(Boolean);
    else if (numeric.includes(column)) said[column] = readNumber(cell, column === 'odometer_km');
    else said[column] = lower.includes(column) ? word(column, cell) : cell;
  }
  if (errors.length > 0) return errors;
  if (said.plate === undefined) return [{ line: row.line, field: 'plate', code: 'IMPORT_PLATE_MISSING', detail: 'The plate is missing.' }];
  const body = plainToInstance(OnboardVehicleBody, said);
  for (const error of validateSync(body, { whitelist: true, forbidNonWhitelisted: true, stopAtFirstError: true })) {
    fail(error.property, 'IMPORT_INVALID_VALUE', Object.values(error.constraints ?? {})[0] ?? 'is not usable');
  }
  if (errors.length > 0) return errors;
  return identified(row.line, body);
}

function identified(line: number, body: OnboardVehicleBody): ReadRow | RowError[] {
  try {
    return { line, vehicle: checkedIdentity(body), plateNorm: normalPlate(body.plate) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [{ line, field: error.errors?.[0]?.field ?? null, code: error.code, detail: error.detail }];
  }
}

function setPark(said: Record<string, unknown>, cell: string, parkIds: Map<string, string>, fail: (field: string, code: string, detail: string) => void): void {
  const id = parkIds.get(cell.toLowerCase());
  if (id) said.park_id = id;
  else fail('park', 'UNKNOWN_PARK', `There is no open park "${cell.slice(0, 60)}".`);
}

const word = (column: ImportColumn, cell: string): string => {
  const text = cell.toLowerCase().replaceAll(/[\s-]+/g, '_');
  return column === 'fuel_type' ? (fuelWords[text] ?? text) : text;
};

/**
 * 1,234.5 and 1.234,5 and 1 234,5 and 1234.5 are one number; anything else is left for validation to refuse. 123.456 is
 * a small number of litres and a large one of kilometres: an odometer has no three decimals.
 */
export function readNumber(cell: string, large = false): number | string {
  const text = cell.replaceAll(/[\s\u00a0']/g, '');
  const decimal = Math.max(text.lastIndexOf(','), text.lastIndexOf('.'));
  const marks = text.replaceAll(/[^.,]/g, '');
  const grouped = marks.length > 1 || ((marks === ',' || (marks === '.' && large)) && /^\d{1,3}[.,]\d{3}$/.test(text));
  const plain = !grouped
    ? text.replace(',', '.')
    : new Set(marks).size === 1
      ? text.replaceAll(/[.,]/g, '')
      : `${text.slice(0, decimal).replaceAll(/[.,]/g, '')}.${text.slice(decimal + 1)}`;
  return /^[+-]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : cell;
}
