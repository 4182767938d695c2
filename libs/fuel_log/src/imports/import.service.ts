import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type ReadTx } from '@fleet/platform/database';
import type { Upload } from '@fleet/platform/files';
import { invalid, listPage, notFound, Where, type ListQuery, type Page } from '@fleet/platform/http';
import { Jobs } from '@fleet/platform/jobs';
import { readTable } from '@fleet/platform/tables';
import { columnOf, importRowsMax, isOldShape } from '../rules/import-row';
import type { FuelImportView, StartFuelImportQuery } from './import.dto';
import { importFillUpsTask } from './import.task';

const columns = `i.id, i.file_name, i.dry_run, i.assume_full, i.old_shape, i.state, i.rows_total, i.rows_done, i.created_count, i.unchanged_count, i.error_count, i.errors, i.comparison, i.fault, i.created_at, i.finished_at`;

/** Takes a table, refuses it as a whole when it cannot be read, and leaves the lines to a job that shows its progress. */
@Injectable()
export class FuelImports {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  async start(actor: Actor, upload: Upload, query: StartFuelImportQuery): Promise<FuelImportView> {
    const rows = await readTable(upload.content, { rowsMax: importRowsMax });
    const headers = Object.keys(rows[0]?.cells ?? {});
    if (rows.length === 0) throw invalid('IMPORT_EMPTY', 'The file has a header but no rows.');
    for (const column of ['plate', 'fuel_date', 'fuel_quantity'] as const) {
      if (!headers.some((header) => columnOf(header) === column)) throw invalid('IMPORT_COLUMN_MISSING', `No column is named ${column}.`, { facts: { columns: headers } });
    }
    const id = randomUUID();
    return this.db.write(actor, async (tx) => {
      const values = [id, actor.accountId, upload.original_name.slice(0, 200), upload.content, query.dry_run ?? false, query.assume_full ?? false, isOldShape(headers), rows.length, actor.id, this.clock.now()];
      await tx.sql(`insert into fuel_log.fill_up_import (id, account_id, file_name, content, dry_run, assume_full, old_shape, state, rows_total, started_by, created_at) values ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9, $10)`, values);
      await record(tx, { action: 'fuel_log.import.started', subject: { type: 'fill_up_import', id }, data: { rows: rows.length, dry_run: query.dry_run ?? false } });
      await this.jobs.start(tx, importFillUpsTask, { import_id: id });
      return this.find(tx, id);
    });
  }

  get(actor: Actor, id: string): Promise<FuelImportView> {
    return this.db.read(actor, (tx) => this.find(tx, id));
  }

  list(actor: Actor, query: ListQuery): Promise<Page<FuelImportView>> {
    const where = new Where().and('i.account_id = ?', actor.accountId);
    const spec = { select: columns, from: 'fuel_log.fill_up_import i', where, sorts: { created_at: { sql: 'i.created_at', type: 'timestamptz' as const } }, defaultSort: '-created_at', key: { sql: 'i.id', type: 'uuid' as const } };
    return this.db.read(actor, (tx) => listPage<FuelImportView>(tx, spec, query));
  }

  private async find(tx: ReadTx, id: string): Promise<FuelImportView> {
    const row = await tx.one<FuelImportView>(`select ${columns} from fuel_log.fill_up_import i where i.id = $1`, [id]);
    if (!row) throw notFound('import', id);
    return row;
  }
}
