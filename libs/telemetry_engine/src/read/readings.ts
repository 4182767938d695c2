import { statement, type ReadTx } from '@fleet/platform/database';
import { invalid, type Page } from '@fleet/platform/http';
import { namesOfMarks, type Mark } from '../pipeline/reasons';
import type { Sample } from '../sample';

/** A row of the view `reading`: a stored sample in plain units. */
export interface Reading extends Omit<{ [K in keyof Sample]-?: NonNullable<Sample[K]> | null }, 'at_ms'> {
  at: Date;
  received_at: Date;
  flags: number;
}

export type MarkedReading = Reading & { marks: Mark[] };

const newestFirst = statement<Reading>(`select * from telemetry_engine.reading where vehicle_no = $1 and at < $2 order by at desc limit $3`);
const oldestFirst = statement<Reading>(`select * from telemetry_engine.reading where vehicle_no = $1 and at > $2 and at <= $3 order by at limit $4`);

const marked = (row: Reading): MarkedReading => ({ ...row, marks: namesOfMarks(row.flags) });

/** Later than anything that is stored. */
const endOfTime = new Date(Date.UTC(9999, 0, 1));
const pageRows = 5000;

export async function newestReadings(tx: ReadTx, vehicleNo: number, limit: number, before: Date = endOfTime): Promise<MarkedReading[]> {
  return (await tx.sql(newestFirst, [vehicleNo, before, limit])).map(marked);
}

/** A page of samples, newest first. The time of the last one is the cursor: it is unique for a vehicle. */
export async function readingPage(tx: ReadTx, vehicleNo: number, limit: number, cursor: string | undefined): Promise<Page<MarkedReading>> {
  const before = cursor === undefined ? endOfTime : timeOfCursor(cursor);
  const rows = await newestReadings(tx, vehicleNo, limit + 1, before);
  const items = rows.slice(0, limit);
  return { items, next_cursor: rows.length > limit ? String(items.at(-1)?.at.getTime()) : null };
}

/** Every sample of a span in order, in pages: a week of one vehicle must not stand in memory at once. */
export async function* readingsBetween(tx: ReadTx, vehicleNo: number, from: Date, to: Date): AsyncGenerator<MarkedReading[]> {
  let after = new Date(from.getTime() - 1);
  for (;;) {
    const rows = (await tx.sql(oldestFirst, [vehicleNo, after, to, pageRows])).map(marked);
    if (rows.length > 0) yield rows;
    if (rows.length < pageRows) return;
    after = rows.at(-1)?.at ?? to;
  }
}

function timeOfCursor(cursor: string): Date {
  if (!/^\d{1,15}$/.test(cursor)) throw invalid('BAD_CURSOR', 'The cursor does not belong to this list. Start again without it.');
  return new Date(Number(cursor));
}
