import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor } from '@fleet/platform/database';
import { invalid, listPage, notFound, Where, type ListQuery, type Page } from '@fleet/platform/http';
import { Jobs } from '@fleet/platform/jobs';
import { readTable } from '@fleet/platform/tables';
import { columnOf } from './import-columns';
import { importRowsMax } from './import-limits';
import type { ImportView } from './import.dto';
import { importVehiclesTask } from './import.task';


const columns = `i.id, i.file_name, i.dry_run, i.state, i.rows_total, i.rows_done, i.created_count, i.updated_count, i.unchanged_count, i.error_count,
  i.errors, i.fault, i.created_at, i.finished_at`;

/** Takes the file, refuses it as a whole when it cannot be read, and leaves the rows to a job that shows its progress. */
@Injectable()
export class ImportService {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  async start(actor: Actor, file: { name: string; content: Buffer }, dryRun: boolean): Promise<ImportView> {
    const rows = await readTable(file.content, { rowsMax: importRowsMax });
    if (rows.length === 0) throw invalid('IMPORT_EMPTY', 'The file has a header but no rows.');
    if (!Object.keys(rows[0]?.cells ?? {}).some((header) => columnOf(header) === 'plate')) {
      throw invalid('IMPORT_NO_PLATE_COLUMN', 'No column is named plate.', { facts: { columns: Object.keys(rows[0]?.cells ?? {}) } });
    }
    const id = randomUUID();
    return this.db.write(actor, async (tx) => {
      await tx.sql(`insert into transport_registry.vehicle_import (id, account_id, file_name, content, dry_run, state, rows_total, started_by, created_at) values ($1, $2, $3, $4, $5, 'waiting', $6, $7, $8)`, [
        id,
        actor.accountId,
        file.name.slice(0, 200),
        file.content,
        dryRun,
        rows.length,
        actor.id,
        this.clock.now(),
      ]);
      await record(tx, { action: 'transport_registry.import.started', subject: { type: 'vehicle_import', id }, data: { rows: rows.length, dry_run: dryRun } });
      await this.jobs.start(tx, importVehiclesTask, { import_id: id });
      return (await tx.one<ImportView>(`select ${columns} from transport_registry.vehicle_import i where i.id = $1`, [id])) as ImportView;
    });
  }

  async get(actor: Actor, id: string): Promise<ImportView> {
    return this.db.read(actor, async (tx) => {
      const row = await tx.one<ImportView>(`select ${columns} from transport_registry.vehicle_import i where i.id = $1`, [id]);
      if (!row) throw notFound('import', id);
      return row;
    });
  }

  async list(actor: Actor, query: ListQuery): Promise<Page<ImportView>> {
    const spec = {
      select: columns,
      from: 'transport_registry.vehicle_import i',
      where: new Where().and('i.account_id = ?', actor.accountId),
      sorts: { created_at: { sql: 'i.created_at', type: 'timestamptz' as const } },
      defaultSort: '-created_at',
      key: { sql: 'i.id', type: 'uuid' as const },
    };
    return this.db.read(actor, (tx) => listPage<ImportView>(tx, spec, query));
  }
}
