import { looksLikeFormula, type TableRow } from '@fleet/platform/tables';
import { catalogue } from '../rules/kinds';
import { currencyPlaces, minorUnits, writtenTime, type DayOrder, type WrittenTime } from '../rules/written';
import { fineColumnOf, type FineColumn, type Mapping } from './fine-columns';

export interface RowError {
  line: number;
  field: string | null;
  code: string;
  detail: string;
}

export interface FineRow {
  line: number;
  plate: string;
  when: WrittenTime;
  amount_minor: number;
  currency: string;
  kind: string;
  reference: string | null;
  issuer: string | null;
  notes: string | null;
  details: Record<string, unknown>;
}

export interface Reading {
  mapping: Mapping;
  order: DayOrder;
  /** Of the account, where the table names none. */
  currency: string;
}

const longest: Partial<Record<FineColumn, number>> = { plate: 30, reference: 100, issuer: 100, place: 100, offence_code: 100, notes: 4000 };
const kindWords: Record<string, string> = { speed: 'speeding', parked: 'parking', bus_lane: 'lane', red_lights: 'red_light', traffic_light: 'red_light', tolls: 'toll', papers: 'documents' };

/** Reads one line into a fine, or says everything that is wrong with it. */
export function readFineRow(row: TableRow, reading: Reading): FineRow | RowError[] {
  const errors: RowError[] = [];
  const fail = (field: FineColumn, code: string, detail: string): undefined => void errors.push({ line: row.line, field, code, detail });
  const cells = cellsOf(row, reading.mapping, fail);
  if (errors.length > 0) return errors;
  const plate = cells.plate ?? fail('plate', 'IMPORT_PLATE_MISSING', 'The plate is missing.');
  const when = whenOf(cells, reading.order, fail);
  const currency = (cells.currency ?? reading.currency).toUpperCase();
  const places = currencyPlaces(currency) ?? fail('currency', 'IMPORT_CURRENCY_UNKNOWN', `"${currency.slice(0, 10)}" is no currency.`);
  const amount = amountOf(cells.amount, places, fail);
  const points = cells.points === undefined ? undefined : /^\d{1,3}$/.test(cells.points) && Number(cells.points) <= 100 ? Number(cells.points) : fail('points', 'IMPORT_INVALID_VALUE', 'points is no number up to 100.');
  const due = cells.due_on === undefined ? undefined : (writtenTime(cells.due_on, reading.order)?.day ?? fail('due_on', 'IMPORT_DATE_INVALID', 'due_on is no day.'));
  if (errors.length > 0 || plate === undefined || when === undefined || amount === undefined) return errors;
  const details = Object.fromEntries(Object.entries({ place: cells.place, offence_code: cells.offence_code, points, due_on: due }).filter(([, value]) => value !== undefined));
  return { line: row.line, plate, when, amount_minor: amount, currency, kind: kindOfFine(cells.kind), reference: cells.reference ?? null, issuer: cells.issuer ?? null, notes: cells.notes ?? null, details };
}

type Cells = Partial<Record<FineColumn, string>>;
type Fail = (field: FineColumn, code: string, detail: string) => undefined;

function cellsOf(row: TableRow, mapping: Mapping, fail: Fail): Cells {
  const cells: Cells = {};
  for (const [header, raw] of Object.entries(row.cells)) {
    const column = fineColumnOf(header, mapping);
    const cell = raw.trim();
    if (!column || cell === '') continue;
    if (looksLikeFormula(cell)) fail(column, 'IMPORT_FORMULA_REFUSED', `${column} looks like a spreadsheet formula; write its value.`);
    else if (cell.length > (longest[column] ?? 60) || /[\0\p{Surrogate}]/u.test(cell)) fail(column, 'IMPORT_INVALID_VALUE', `${column} is too long or holds a character that cannot be kept.`);
    else cells[column] ??= cell;
  }
  return cells;
}

/** One column for both, or a day and a time apart. Without a time the fine is kept for review: nobody can say who drove. */
function whenOf(cells: Cells, order: DayOrder, fail: Fail): WrittenTime | undefined {
  const written = cells.at ?? [cells.date, cells.time].filter(Boolean).join(' ');
  if (written === '') return fail('at', 'IMPORT_DATE_MISSING', 'Neither at nor date is given.');
  return writtenTime(written, order) ?? fail(cells.at ? 'at' : 'date', 'IMPORT_DATE_INVALID', `"${written.slice(0, 40)}" is no day and time.`);
}

function amountOf(cell: string | undefined, places: number | undefined, fail: Fail): number | undefined {
  if (cell === undefined) return fail('amount', 'IMPORT_AMOUNT_MISSING', 'The amount is missing.');
  if (places === undefined) return undefined;
  return minorUnits(cell, places) ?? fail('amount', 'IMPORT_AMOUNT_INVALID', `"${cell.slice(0, 40)}" is no amount.`);
}

/** A word nobody listed is a fine all the same. */
function kindOfFine(cell: string | undefined): string {
  const word = (cell ?? 'other').toLowerCase().replaceAll(/[^a-z]+/g, '_').replaceAll(/^_|_$/g, '');
  const known = kindWords[word] ?? word;
  if (Object.hasOwn(catalogue.fine, known)) return known;
  return Object.keys(catalogue.fine).find((kind) => word.includes(kind.split('_')[0] as string) && kind !== 'other') ?? 'other';
}
