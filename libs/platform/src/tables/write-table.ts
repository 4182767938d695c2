import { once } from 'node:events';
import type { Response } from 'express';
import { rule } from '../http/refusal';
import { looksLikeFormula } from './read-table';

export type TableFormat = 'csv' | 'xlsx';
export const tableFormats: readonly TableFormat[] = ['csv', 'xlsx'];

export interface Column<Row> {
  name: string;
  value: (row: Row) => string | number | boolean | Date | null | undefined;
}

/** A workbook is built in memory; beyond this, CSV streams without limit. */
const workbookRowsMax = 100_000;

/** Sends rows as a download. CSV streams page by page under back-pressure. */
export async function sendTable<Row>(res: Response, name: string, format: TableFormat, columns: Column<Row>[], pages: AsyncIterable<Row[]>): Promise<void> {
  // The first page comes before the first byte, so that a refusal can still be answered as one.
  const rest = pages[Symbol.asyncIterator]();
  const first = await rest.next();
  const all = whole(first, rest);
  if (format === 'xlsx') return sendWorkbook(res, name, columns, all);
  res.setHeader('content-disposition', `attachment; filename="${name}.csv"`);
  res.type('text/csv; charset=utf-8');
  res.write('\ufeff' + line(columns.map((c) => c.name)));
  // A reader who left drains nothing any more; waiting would hold the database connection for ever.
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  for await (const page of all) {
    const text = page.map((row) => line(columns.map((c) => cellText(c.value(row))))).join('');
    if (!res.write(text)) await once(res, 'drain', { signal: gone.signal }).catch(() => undefined);
    if (gone.signal.aborted) return;
  }
  res.end();
}

async function* whole<Row>(first: IteratorResult<Row[]>, rest: AsyncIterator<Row[]>): AsyncGenerator<Row[]> {
  for (let page = first; !page.done; page = await rest.next()) yield page.value;
}

async function sendWorkbook<Row>(res: Response, name: string, columns: Column<Row>[], pages: AsyncIterable<Row[]>): Promise<void> {
  const grid: (string | number | boolean)[][] = [columns.map((c) => c.name)];
  for await (const page of pages) {
    for (const row of page) grid.push(columns.map((c) => (typeof c.value(row) === 'number' ? (c.value(row) as number) : cellText(c.value(row)))));
    if (grid.length > workbookRowsMax) throw rule('EXPORT_TOO_LONG', `More than ${workbookRowsMax} rows do not fit a workbook here. Export CSV or narrow the filter.`);
  }
  const xlsx = await import('@e965/xlsx');
  const book = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(grid), name.slice(0, 31));
  res.setHeader('content-disposition', `attachment; filename="${name}.xlsx"`);
  res.type('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
  res.end(xlsx.write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Buffer);
}

function cellText(value: string | number | boolean | Date | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  const text = String(value);
  return typeof value === 'string' && looksLikeFormula(text) ? `'${text}` : text;
}

const line = (cells: string[]): string => cells.map((c) => (/[",;\r\n]/.test(c) ? `"${c.replaceAll('"', '""')}"` : c)).join(',') + '\r\n';
