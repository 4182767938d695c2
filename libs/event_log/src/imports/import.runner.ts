import { Injectable } from '@nestjs/common';
import { setImmediate as breathe } from 'node:timers/promises';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type Tx } from '@fleet/platform/database';
import { readTable, type TableRow } from '@fleet/platform/tables';
import { Intake } from '../intake/intake.service';
import type { Taken } from '../intake/facts';
import type { Draft } from '../rules/draft';
import type { DayOrder } from '../rules/written';
import type { Mapping } from './fine-columns';
import { readFineRow, type FineRow, type Reading, type RowError } from './fine-row';
import { importRowsMax } from './import-limits';

interface ImportRow {
  content: Buffer | null;
  mapping: { columns: Mapping; order: DayOrder };
  dry_run: boolean;
  rows_done: number;
}

interface Counts {
  recorded: number;
  known: number;
  review: number;
  errors: RowError[];
}

const chunkRows = 200;
const errorsKept = 1000;

/**
 * Works through an import in chunks, each one transaction with its progress: killed half-way it goes on where it was,
 * run twice it changes nothing. A dry run does everything and takes it back.
 */
@Injectable()
export class FineImportRunner {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly intake: Intake,
  ) {}

  async run(actor: Actor, importId: string, progress: (done: number, total: number) => Promise<void> = async () => undefined): Promise<number> {
    const started = await this.begin(actor, importId);
    if (!started?.content) return 0;
    const rows = await readTable(started.content, { rowsMax: importRowsMax });
    for (let done = started.rows_done; done < rows.length; done += chunkRows) {
      await this.db.write(actor, (tx) => this.chunk(tx, importId, rows.slice(done, done + chunkRows), started));
      await progress(Math.min(done + chunkRows, rows.length), rows.length);
      await breathe();
    }
    await this.finish(actor, importId);
    return rows.length;
  }

  private begin(actor: Actor, importId: string): Promise<ImportRow | undefined> {
    return this.db.write(actor, async (tx) => {
      tx.withoutAudit('starting was recorded');
      await tx.sql(`update event_log.fine_import set state = 'running' where id = $1 and state = 'waiting'`, [importId]);
      return tx.one<ImportRow>(`select content, mapping, dry_run, rows_done from event_log.fine_import where id = $1 and state = 'running'`, [importId]);
    });
  }

  private finish(actor: Actor, importId: string): Promise<void> {
    return this.db.write(actor, async (tx) => {
      await tx.sql(`update event_log.fine_import set state = 'done', content = null, finished_at = $2 where id = $1`, [importId, this.clock.now()]);
      await record(tx, { action: 'event_log.import.finished', subject: { type: 'fine_import', id: importId } });
    });
  }

  private async chunk(tx: Tx, importId: string, rows: TableRow[], started: ImportRow): Promise<void> {
    const account = await tx.one<{ currency: string; time_zone: string }>('select currency, time_zone from auth.account where id = $1', [tx.accountId]);
    const reading: Reading = { mapping: started.mapping.columns, order: started.mapping.order, currency: account?.currency ?? 'USD' };
    const counts: Counts = { recorded: 0, known: 0, review: 0, errors: [] };
    const fines: FineRow[] = [];
    for (const row of rows) {
      const read = readFineRow(row, reading);
      if (Array.isArray(read)) counts.errors.push(...read);
      else fines.push(read);
    }
    if (started.dry_run) await tx.sql('savepoint dry_run');
    const moments = await this.momentsOf(tx, fines, account?.time_zone ?? 'UTC');
    const taken = await this.intake.take(tx, fines.map((fine, i) => draftOf(fine, moments[i] as Date, importId)), { cause: 'imported', causeId: importId });
    if (started.dry_run) await tx.sql('rollback to savepoint dry_run');
    tally(fines, taken, counts);
    await this.count(tx, importId, rows.length, counts);
    await record(tx, { action: 'event_log.fine.imported', subject: { type: 'fine_import', id: importId }, data: { recorded: counts.recorded, known: counts.known, dry_run: started.dry_run } });
  }

  /** The account's wall clock at that moment; a day without a time counts from its noon, and is reviewed. */
  private async momentsOf(tx: Tx, fines: readonly FineRow[], zone: string): Promise<Date[]> {
    if (fines.length === 0) return [];
    const local = fines.map(({ when }) => `${when.day} ${when.time ?? '12:00:00'}`);
    const rows = await tx.sql<{ at: Date }>('select l::timestamp at time zone $2 as at from unnest($1::text[]) with ordinality u(l, n) order by n', [local, zone]);
    return fines.map(({ when }, i) => when.instant ?? (rows[i]?.at as Date));
  }

  private async count(tx: Tx, importId: string, rows: number, counts: Counts): Promise<void> {
    const lines = new Set(counts.errors.map((e) => e.line)).size;
    await tx.sql(
      `update event_log.fine_import set rows_done = rows_done + $2, recorded_count = recorded_count + $3, known_count = known_count + $4, review_count = review_count + $5,
              error_count = error_count + $6, errors = case when jsonb_array_length(errors) >= $8 then errors else errors || $7::jsonb end
        where id = $1`,
      [importId, rows, counts.recorded, counts.known, counts.review, lines, JSON.stringify(counts.errors.slice(0, errorsKept)), errorsKept],
    );
  }
}

function draftOf(fine: FineRow, at: Date, importId: string): Draft {
  const { kind, plate, amount_minor, currency, reference, issuer, notes, line } = fine;
  return { type: 'fine', kind, source: 'import', plate, at, time_missing: fine.when.time === null, amount_minor, currency, reference, issuer, text: notes, details: { ...fine.details, import_id: importId, line } };
}

function tally(fines: readonly FineRow[], taken: readonly Taken[], counts: Counts): void {
  for (const [i, one] of taken.entries()) {
    if (one.outcome === 'recorded') counts.recorded += 1;
    if (one.outcome === 'recorded' && one.state === 'review') counts.review += 1;
    if (one.outcome === 'known' || one.outcome === 'revised') counts.known += 1;
    if (one.objection) counts.errors.push({ line: fines[i]?.line ?? 0, ...one.objection });
  }
}
