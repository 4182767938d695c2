import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor } from '@fleet/platform/database';
import { invalid, listPage, notFound, Where, type ListQuery, type Page } from '@fleet/platform/http';
import { Jobs } from '@fleet/platform/jobs';
import { readTable } from '@fleet/platform/tables';
import { fineColumnOf, readMapping, type FineColumn } from './fine-columns';
import type { FineImportView, StartFineImportQuery } from './import.dto';
import { importRowsMax } from './import-limits';
import { importFinesTask } from './import.task';

const columns = `i.id, i.file_name, i.dry_run, i.state, i.rows_total, i.rows_done, i.recorded_count, i.known_count, i.review_count, i.error_count, i.errors, i.fault, i.created_at, i.finished_at`;

/** Takes the file, refuses it as a whole when it cannot be read, and leaves the rows to a job that shows its progress. */
@Injectable()
export class FineImports {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  async start(actor: Actor, file: { name: string; content: Buffer }, query: StartFineImportQuery): Promise<FineImportView> {
    const mapping = readMapping(query.mapping ?? '');
    if (!mapping) throw invalid('IMPORT_MAPPING_INVALID', 'mapping names pairs like "Kennz.=plate; Betrag=amount", with columns this import has.', { errors: [{ field: 'mapping', code: 'format', detail: 'mapping cannot be read' }] });
    const rows = await readTable(file.content, { rowsMax: importRowsMax });
    if (rows.length === 0) throw invalid('IMPORT_EMPTY', 'The file has a header but no rows.');
    const headers = Object.keys(rows[0]?.cells ?? {});
    const known = new Set(headers.map((header) => fineColumnOf(header, mapping)));
    const missing: FineColumn[] = [...(['plate', 'amount'] as const).filter((c) => !known.has(c)), ...(known.has('at') || known.has('date') ? [] : (['at'] as const))];
    if (missing.length > 0) throw invalid('IMPORT_COLUMNS_MISSING', `No column is ${missing.join(', ')}. Name it, or say in mapping which one it is.`, { facts: { columns: headers, missing } });
    const id = randomUUID();
    return this.db.write(actor, async (tx) => {
      await tx.sql(`insert into event_log.fine_import (id, account_id, file_name, content, mapping, dry_run, state, rows_total, started_by, created_at) values ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $9)`, [
        id,
        actor.accountId,
        file.name.slice(0, 200),
        file.content,
        JSON.stringify({ columns: mapping, order: query.day_order ?? 'dmy' }),
        query.dry_run ?? false,
        rows.length,
        actor.id,
        this.clock.now(),
      ]);
      await record(tx, { action: 'event_log.import.started', subject: { type: 'fine_import', id }, data: { rows: rows.length, dry_run: query.dry_run ?? false } });
      await this.jobs.start(tx, importFinesTask, { import_id: id });
      return (await tx.one<FineImportView>(`select ${columns} from event_log.fine_import i where i.id = $1`, [id])) as FineImportView;
    });
  }

  async get(actor: Actor, id: string): Promise<FineImportView> {
    return this.db.read(actor, async (tx) => {
      const row = await tx.one<FineImportView>(`select ${columns} from event_log.fine_import i where i.id = $1`, [id]);
      if (!row) throw notFound('import', id);
      return row;
    });
  }

  async list(actor: Actor, query: ListQuery): Promise<Page<FineImportView>> {
    const spec = {
      select: columns,
      from: 'event_log.fine_import i',
      where: new Where().and('i.account_id = ?', actor.accountId),
      sorts: { created_at: { sql: 'i.created_at', type: 'timestamptz' as const } },
      defaultSort: '-created_at',
      key: { sql: 'i.id', type: 'uuid' as const },
    };
    return this.db.read(actor, (tx) => listPage<FineImportView>(tx, spec, query));
  }
}
