import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where each account's feed lies, how far it was read, and what every import did. */
export class FuelLogCreateFeedImports implements MigrationInterface {
  name = 'fuel_log_create_feed_imports_0202611211354';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table fuel.feed (
        id uuid not null constraint feed_pk primary key,
        account_id uuid not null references auth.account constraint feed_one_an_account unique,
        enabled boolean not null,
        endpoint text,
        region text,
        bucket text,
        prefix text not null,
        path_style boolean not null,
        access_key_sealed bytea,
        secret_key_sealed bytea,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        version int not null default 1,
        constraint feed_own_place_whole check (num_nonnulls(endpoint, bucket, access_key_sealed, secret_key_sealed) in (0, 4))
      )`);
    await q.query(`select platform.tenant_wall('fuel.feed')`);
    // The schedule has to see which accounts have a feed; it sees nothing else here.
    await q.query(`create policy system_door on fuel.feed for select using ((select current_setting('app.scope', true)) = 'system')`);
    await this.progress(q);
    await this.runs(q);
  }

  private async progress(q: QueryRunner): Promise<void> {
    await q.query(`
      create table fuel.ingest_state (
        account_id uuid not null constraint ingest_state_pk primary key references auth.account,
        watermark_at timestamptz,
        snapshot_at timestamptz,
        judge_from timestamptz,
        updated_at timestamptz not null
      )`);
    await q.query(`
      create table fuel.ingest_file (
        account_id uuid not null,
        key text not null,
        etag text not null,
        stored_at timestamptz not null,
        read_at timestamptz not null,
        constraint ingest_file_pk primary key (account_id, key)
      )`);
    await q.query(`create index ingest_file_by_time on fuel.ingest_file (account_id, stored_at)`);
    // Which ids a snapshot held, for the length of one import; what a crash leaves is cleared by the next.
    await q.query(`create unlogged table fuel.snapshot_seen (account_id uuid not null, run_id uuid not null, id text not null)`);
    for (const table of ['ingest_state', 'ingest_file', 'snapshot_seen']) await q.query(`select platform.tenant_wall('fuel.${table}')`);
  }

  private async runs(q: QueryRunner): Promise<void> {
    const counts = ['read', 'added', 'changed', 'unchanged', 'older', 'skipped', 'removed', 'waiting', 'files'];
    await q.query(`
      create table fuel.import_run (
        id uuid not null constraint import_run_pk primary key,
        account_id uuid not null references auth.account,
        kind text not null constraint import_run_kind check (kind in ('snapshot', 'changes', 'file')),
        state text not null constraint import_run_state check (state in ('waiting', 'running', 'done', 'failed')),
        source text not null,
        ${counts.map((name) => `${name}_count int not null default 0,`).join(' ')}
        confirm_removals boolean not null default false,
        held_removals int not null default 0,
        fault_code text,
        fault text,
        started_by text not null,
        created_at timestamptz not null,
        started_at timestamptz,
        finished_at timestamptz
      )`);
    await q.query(`create index import_run_recent on fuel.import_run (account_id, created_at desc, id)`);
    await q.query(`
      create table fuel.import_skip (
        id bigint generated always as identity constraint import_skip_pk primary key,
        account_id uuid not null,
        run_id uuid not null constraint import_skip_of_run references fuel.import_run,
        file text not null,
        position bigint not null,
        record_id text,
        code text not null,
        detail text not null,
        excerpt text not null
      )`);
    await q.query(`create index import_skip_of on fuel.import_skip (run_id, id)`);
    for (const table of ['import_run', 'import_skip']) await q.query(`select platform.tenant_wall('fuel.${table}')`);
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of ['import_skip', 'import_run', 'snapshot_seen', 'ingest_file', 'ingest_state', 'feed']) await q.query(`drop table fuel.${table}`);
  }
}
