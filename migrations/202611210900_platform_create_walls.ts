import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The walls every later table stands behind: account isolation, append-only tables, and the role the server runs as. */
export class PlatformCreateWalls implements MigrationInterface {
  name = 'platform_create_walls_0202611210900';

  async up(q: QueryRunner): Promise<void> {
    for (const extension of ['btree_gist', 'pg_trgm', 'pgcrypto']) await q.query(`create extension if not exists ${extension} schema public`);
    await q.query(`grant usage on schema platform to fleet_app`);
    await q.query(`grant select on platform.migration to fleet_app`);

    await q.query(`
      create function platform.open_schema(name text) returns void language plpgsql as $$
      begin
        execute format('create schema if not exists %I', name);
        execute format('grant usage on schema %I to fleet_app', name);
        execute format('alter default privileges in schema %I grant select, insert, update, delete on tables to fleet_app', name);
        execute format('alter default privileges in schema %I grant usage, select on sequences to fleet_app', name);
        execute format('alter default privileges in schema %I grant execute on functions to fleet_app', name);
      end $$`);

    // current_setting in a sub-select is evaluated once per statement, so the account index stays usable.
    await q.query(`
      create function platform.tenant_wall(t regclass) returns void language plpgsql as $$
      begin
        execute format('alter table %s enable row level security', t);
        execute format('alter table %s force row level security', t);
        execute format($p$create policy tenant_wall on %s
          using (account_id = (select nullif(current_setting('app.account_id', true), '')::uuid))
          with check (account_id = (select nullif(current_setting('app.account_id', true), '')::uuid))$p$, t);
      end $$`);
    await q.query(`
      create function platform.system_door(t regclass) returns void language plpgsql as $$
      begin
        execute format('alter table %s enable row level security', t);
        execute format('alter table %s force row level security', t);
        execute format($p$create policy system_door on %s
          using ((select current_setting('app.scope', true)) = 'system')
          with check ((select current_setting('app.scope', true)) = 'system')$p$, t);
      end $$`);

    await q.query(`
      create function platform.refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception 'rows of %.% are never changed or deleted', tg_table_schema, tg_table_name using errcode = 'integrity_constraint_violation';
      end $$`);
    await q.query(`
      create function platform.append_only(t regclass) returns void language plpgsql as $$
      begin
        execute format('revoke update, delete, truncate on %s from fleet_app', t);
        execute format('create trigger append_only before update or delete on %s for each row execute function platform.refuse_change()', t);
        execute format('create trigger append_only_truncate before truncate on %s for each statement execute function platform.refuse_change()', t);
      end $$`);
    await q.query(`revoke execute on all functions in schema platform from public`);
    await q.query(`grant execute on function platform.refuse_change() to fleet_app`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop function platform.append_only(regclass), platform.refuse_change(), platform.system_door(regclass), platform.tenant_wall(regclass), platform.open_schema(text)`);
  }
}
