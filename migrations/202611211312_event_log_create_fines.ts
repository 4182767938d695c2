import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The way of a fine, step by step, and uploaded tables of fines. */
export class EventLogCreateFines implements MigrationInterface {
  name = 'event_log_create_fines_0202611211312';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table event_log.fine_step (
        account_id uuid not null,
        event_id uuid not null,
        seq int not null,
        state text not null constraint fine_step_state check (state in ('received', 'attributed', 'contested', 'upheld', 'cancelled', 'charged', 'paid')),
        driver_id uuid,
        amount_minor bigint not null,
        currency text not null,
        charge_id uuid,
        cause text not null,
        request_id uuid,
        reason_sealed bytea,
        by_kind text not null,
        by_id text not null,
        at timestamptz not null,
        constraint fine_step_pk primary key (event_id, seq),
        constraint fine_step_charge_names_driver check (state not in ('charged', 'paid') or (charge_id is not null and driver_id is not null))
      )`);
    await q.query(`create unique index fine_step_request_key on event_log.fine_step (account_id, request_id) where request_id is not null`);
    await q.query(`
      create table event_log.fine_import (
        id uuid not null constraint fine_import_pk primary key,
        account_id uuid not null references auth.account,
        file_name text not null,
        content bytea,
        mapping jsonb not null,
        dry_run boolean not null,
        state text not null constraint fine_import_state check (state in ('waiting', 'running', 'done', 'failed')),
        rows_total int not null,
        rows_done int not null default 0,
        recorded_count int not null default 0,
        known_count int not null default 0,
        review_count int not null default 0,
        error_count int not null default 0,
        errors jsonb not null default '[]',
        fault text,
        started_by text not null,
        created_at timestamptz not null,
        finished_at timestamptz
      )`);
    await q.query(`create index fine_import_recent on event_log.fine_import (account_id, created_at desc)`);
    await q.query(`select platform.tenant_wall(('event_log.' || t)::regclass) from unnest(array['fine_step', 'fine_import']) t`);
    await q.query(`select platform.append_only('event_log.fine_step')`);
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of ['fine_import', 'fine_step']) await q.query(`drop table event_log.${table}`);
  }
}
