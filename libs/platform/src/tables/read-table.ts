import { parse } from 'csv-parse/sync';
import { invalid } from '../http/refusal';

/** One data row of an uploaded table. `line` is what the person sees in their editor or spreadsheet. */
export interface TableRow {
  line: number;
  cells: Record<string, string>;
}

export interface ReadOptions {
  rowsMax: number;
}

/** Reads an uploaded CSV or XLSX by its content, never by its name. The first row holds the column names. */
export async function readTable(content: Buffer, options: ReadOptions): Promise<TableRow[]> {
  if (content.length === 0) throw invalid('IMPORT_EMPTY', 'The file is empty.');
  const isZip = content.subarray(0, 4).equals(Buffer.from([0x50, 0x4b, 0x03, 0x04]));
  const rows = isZip ? await readWorkbook(content) : readCsv(content);
  const header = rows[0]?.cells.map((cell) => cell.trim().toLowerCase().replaceAll(/[\s-]+/g, '_')) ?? [];
  if (header.filter(Boolean).length === 0) throw invalid('IMPORT_NO_HEADER', 'The first row must hold the column names.');
  const twice = header.find((name, i) => name && header.indexOf(name) !== i);
  if (twice) throw invalid('IMPORT_DUPLICATE_COLUMN', `The column ${twice} appears twice.`);
  const data = rows.slice(1).filter((row) => row.cells.some((cell) => cell.trim() !== ''));
  if (data.length > options.rowsMax) throw invalid('IMPORT_TOO_LONG', `The file has ${data.length} rows; ${options.rowsMax} are taken at once. Split it.`);
  return data.map((row) => ({ line: row.line, cells: Object.fromEntries(header.map((name, i) => [name, unguard(row.cells[i] ?? '')]).filter(([name]) => name)) }));
}

interface RawRow {
  line: number;
  cells: string[];
}

function readCsv(content: Buffer): RawRow[] {
  const text = decodeUtf8(content);
  const firstLine = text.slice(0, text.indexOf('\n') === -1 ? undefined : text.indexOf('\n'));
  const delimiter = [',', ';', '\t'].sort((a, b) => firstLine.split(b).length - firstLine.split(a).length)[0] ?? ',';
  try {
    const records = parse(text, { bom: true, delimiter, info: true, relax_column_count: true, skip_empty_lines: true }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    throw invalid('IMPORT_MALFORMED_CSV', `The file is not readable as CSV: ${(error as Error).message}`);
  }
}

function decodeUtf8(content: Buffer): string {
  if (content.includes(0)) throw invalid('IMPORT_WRONG_ENCODING', 'The file is not UTF-8 text (it may be UTF-16). Save it as "CSV UTF-8".');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw invalid('IMPORT_WRONG_ENCODING', 'The file is not UTF-8. Save it as "CSV UTF-8".');
  }
}

async function readWorkbook(content: Buffer): Promise<RawRow[]> {
  // Twenty megabytes that most servers never need.
  const xlsx = await import('@e965/xlsx');
  let book: import('@e965/xlsx').WorkBook;
  try {
    book = xlsx.read(content, { type: 'buffer', cellFormula: true, cellDates: false, dense: true });
  } catch {
    throw invalid('IMPORT_MALFORMED_XLSX', 'The file is not a readable XLSX workbook.');
  }
  const sheet = book.Sheets[book.SheetNames[0] ?? ''];
  if (!sheet) throw invalid('IMPORT_EMPTY', 'The workbook has no sheet.');
  const grid = (sheet as { '!data'?: ({ f?: string; w?: string; v?: unknown } | undefined)[][] })['!data'] ?? [];
  return grid.map((row, i) => ({ line: i + 1, cells: Array.from(row ?? [], (cell) => (cell?.f ? `=${cell.f}` : cell?.v === undefined ? '' : (cell.w ?? String(cell.v as string | number)))) }));
}

/** Our own exports put an apostrophe before texts a spreadsheet would run; take it off again. */
const unguard = (cell: string): string => (/^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);

/** A cell that a spreadsheet would execute. Numbers and phone numbers may start with + or -. */
export const looksLikeFormula = (cell: string): boolean => /^[=@\t\r]/.test(cell) || /^[+-](?![\d\s().,-]*$)/.test(cell);
