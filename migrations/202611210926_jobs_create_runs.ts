import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every batch that ran, runs or waits; and the queue underneath, which only carries run ids. */
export class JobsCreateRuns implements MigrationInterface {
  name = 'jobs_create_runs_0202611210926';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`select platform.open_schema('jobs')`);
    await q.query(`
      create table jobs.run (
        id uuid not null default gen_random_uuid() constraint run_pk primary key,
        task text not null,
        slot_at timestamptz,
        account_id uuid,
        payload jsonb,
        state text not null constraint run_state check (state in ('queued', 'running', 'retrying', 'succeeded', 'dead', 'cancelled', 'skipped')),
        attempt int not null default 0,
        queued_at timestamptz not null default now(),
        sent_at timestamptz,
        job_id uuid,
        started_at timestamptz,
        finished_at timestamptz,
        rows bigint,
        error text,
        by_kind text not null,
        by_id text not null,
        worker text,
        progress jsonb,
        cancel_requested_at timestamptz,
        constraint run_slot_key unique (task, slot_at)
      )`);
    await q.query(`create index run_unsent on jobs.run (queued_at) where state = 'queued' and sent_at is null`);
    await q.query(`create index run_unfinished on jobs.run (task) where state in ('queued', 'running', 'retrying')`);
    await q.query(`create index run_dead on jobs.run (account_id, finished_at) where state = 'dead'`);
    await q.query(`create index run_latest on jobs.run (task, queued_at)`);
    await q.query(`create index run_of_account on jobs.run (account_id, queued_at, id) where account_id is not null`);
    await q.query(`
      create table jobs.step (
        run_id uuid not null constraint step_run_fk references jobs.run on delete cascade,
        name text not null,
        account_id uuid,
        done_at timestamptz not null default now(),
        constraint step_pk primary key (run_id, name)
      )`);
    await q.query(`select platform.tenant_wall(t), platform.system_door(t) from unnest(array['jobs.run', 'jobs.step']::regclass[]) t`);
    await this.queue(q);
  }

  /** pg-boss brings its own schema as a script with its own transaction; here it takes part in ours. */
  private async queue(q: QueryRunner): Promise<void> {
    const { getConstructionPlans } = await import('pg-boss');
    await q.query(getConstructionPlans('pgboss').replace(/^\s*(BEGIN|COMMIT);\s*$/gm, ''));
    await q.query(`grant usage on schema pgboss to fleet_app`);
    await q.query(`grant select, insert, update, delete on all tables in schema pgboss to fleet_app`);
    await q.query(`grant usage, select on all sequences in schema pgboss to fleet_app`);
    await q.query(`grant execute on all functions in schema pgboss to fleet_app`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop schema jobs cascade`);
    await q.query(`drop schema pgboss cascade`);
  }
}
