import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Uploaded tables of fill-ups, worked off by a job. */
export class FuelLogCreateImports implements MigrationInterface {
  name = 'fuel_log_create_imports_0202611211336';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table fuel_log.fill_up_import (
        id uuid not null constraint fill_up_import_pk primary key,
        account_id uuid not null references auth.account,
        file_name text not null,
        content bytea,
        dry_run boolean not null,
        assume_full boolean not null,
        old_shape boolean not null,
        state text not null constraint fill_up_import_state check (state in ('waiting', 'running', 'done', 'failed')),
        rows_total int not null,
        rows_done int not null default 0,
        created_count int not null default 0,
        unchanged_count int not null default 0,
        error_count int not null default 0,
        errors jsonb not null default '[]',
        comparison jsonb,
        fault text,
        started_by text not null,
        created_at timestamptz not null,
        finished_at timestamptz
      )`);
    await q.query(`create index fill_up_import_recent on fuel_log.fill_up_import (account_id, created_at desc)`);
    await q.query(`select platform.tenant_wall('fuel_log.fill_up_import')`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop table fuel_log.fill_up_import`);
  }
}
