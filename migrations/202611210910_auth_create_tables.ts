import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, the people and programs in them, and everything signing in needs. Personal texts are sealed per subject. */
export class AuthCreateTables implements MigrationInterface {
  name = 'auth_create_tables_0202611210910';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`select platform.open_schema('auth')`);
    await this.accounts(q);
    await this.people(q);
    await this.sessions(q);
    await this.programs(q);
  }

  private async accounts(q: QueryRunner): Promise<void> {
    await q.query(`
      create table auth.account (
        id uuid primary key default gen_random_uuid(),
        kind text not null constraint account_kind check (kind in ('personal', 'company')),
        name text not null,
        time_zone text not null default 'UTC',
        currency char(3) not null default 'USD',
        distance_unit text not null default 'km' constraint account_distance_unit check (distance_unit in ('km', 'mi')),
        fuel_unit text not null default 'l' constraint account_fuel_unit check (fuel_unit in ('l', 'gal_us', 'gal_imp')),
        locale text not null default 'en',
        created_at timestamptz not null default now(),
        version int not null default 1
      )`);
    await q.query(`select platform.system_door('auth.account')`);
    await q.query(`create policy tenant_wall on auth.account
      using (id = (select nullif(current_setting('app.account_id', true), '')::uuid))
      with check (id = (select nullif(current_setting('app.account_id', true), '')::uuid))`);
    await q.query(`
      create table auth.park (
        id uuid primary key default gen_random_uuid(),
        account_id uuid not null references auth.account,
        name text not null,
        city text,
        address text,
        closed_at timestamptz,
        created_at timestamptz not null default now(),
        version int not null default 1,
        constraint park_account_id_key unique (account_id, id)
      )`);
    await q.query(`create unique index park_name_key on auth.park (account_id, lower(name)) where closed_at is null`);
    await q.query(`select platform.tenant_wall('auth.park')`);
  }

  private async people(q: QueryRunner): Promise<void> {
    await q.query(`
      create table auth.app_user (
        id uuid primary key default gen_random_uuid(),
        email_sealed bytea not null,
        email_index bytea not null constraint app_user_email_key unique,
        name_sealed bytea not null,
        password_hash text not null,
        locale text,
        totp_sealed bytea,
        totp_confirmed_at timestamptz,
        totp_last_step bigint not null default 0,
        disabled_at timestamptz,
        created_at timestamptz not null default now(),
        version int not null default 1
      )`);
    await q.query(`
      create table auth.membership (
        account_id uuid not null references auth.account,
        user_id uuid not null references auth.app_user,
        role text not null constraint membership_role check (role in ('admin', 'operator', 'immobilizing_operator', 'driver', 'investor')),
        park_ids uuid[],
        disabled_at timestamptz,
        last_used_at timestamptz,
        created_at timestamptz not null default now(),
        version int not null default 1,
        primary key (account_id, user_id)
      )`);
    await q.query(`create index membership_user on auth.membership (user_id)`);
    await q.query(`select platform.tenant_wall('auth.membership'), platform.system_door('auth.membership')`);
    await q.query(`select platform.system_door('auth.app_user')`);
    await q.query(`create policy tenant_wall on auth.app_user using (exists (select from auth.membership m where m.user_id = app_user.id and m.account_id = (select nullif(current_setting('app.account_id', true), '')::uuid)))`);
    // Nobody is a member before they exist.
    await q.query(`create policy new_person on auth.app_user for insert with check (true)`);
    await q.query(`
      create table auth.invitation (
        id uuid primary key default gen_random_uuid(),
        account_id uuid not null references auth.account,
        kind text not null constraint invitation_kind check (kind in ('join', 'reset_password')),
        user_id uuid references auth.app_user,
        email_sealed bytea not null,
        email_index bytea not null,
        role text,
        park_ids uuid[],
        token_hash bytea not null constraint invitation_token_key unique,
        created_by text not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null,
        accepted_at timestamptz,
        revoked_at timestamptz
      )`);
    await q.query(`create unique index invitation_open_key on auth.invitation (account_id, kind, email_index) where accepted_at is null and revoked_at is null`);
    await q.query(`select platform.tenant_wall('auth.invitation'), platform.system_door('auth.invitation')`);
  }

  private async sessions(q: QueryRunner): Promise<void> {
    await q.query(`
      create table auth.session (
        id uuid primary key default gen_random_uuid(),
        account_id uuid not null references auth.account,
        user_id uuid not null references auth.app_user,
        client_id text not null,
        created_at timestamptz not null,
        last_used_at timestamptz not null,
        expires_at timestamptz not null,
        stepped_up_at timestamptz,
        user_agent text,
        address text,
        ended_at timestamptz,
        end_reason text
      )`);
    await q.query(`create index session_of_user on auth.session (account_id, user_id) where ended_at is null`);
    await q.query(`select platform.tenant_wall('auth.session'), platform.system_door('auth.session')`);
    await q.query(`
      create table auth.refresh_token (
        token_hash bytea primary key,
        account_id uuid not null,
        session_id uuid not null references auth.session on delete cascade,
        issued_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz
      )`);
    await q.query(`create index refresh_token_session on auth.refresh_token (session_id)`);
    await q.query(`select platform.tenant_wall('auth.refresh_token'), platform.system_door('auth.refresh_token')`);
    await q.query(`
      create table auth.throttle (
        key text primary key,
        failures int not null,
        window_started_at timestamptz not null,
        blocked_until timestamptz
      )`);
    await q.query(`select platform.system_door('auth.throttle')`);
  }

  private async programs(q: QueryRunner): Promise<void> {
    await q.query(`
      create table auth.client (
        id text primary key,
        account_id uuid not null references auth.account,
        name text not null,
        secret_hash bytea not null,
        scopes text[] not null,
        park_ids uuid[],
        created_by text not null,
        created_at timestamptz not null default now(),
        last_used_at timestamptz,
        disabled_at timestamptz,
        version int not null default 1
      )`);
    await q.query(`create unique index client_name_key on auth.client (account_id, lower(name)) where disabled_at is null`);
    await q.query(`select platform.tenant_wall('auth.client'), platform.system_door('auth.client')`);
    await q.query(`
      create table auth.authorization_code (
        code_hash bytea primary key,
        client_id text not null,
        redirect_uri text not null,
        code_challenge text not null,
        user_id uuid not null references auth.app_user,
        account_id uuid not null references auth.account,
        stepped_up_at timestamptz,
        expires_at timestamptz not null,
        used_at timestamptz,
        session_id uuid references auth.session on delete cascade
      )`);
    await q.query(`select platform.tenant_wall('auth.authorization_code'), platform.system_door('auth.authorization_code')`);
    await q.query(`
      create table auth.signing_key (
        kid text primary key,
        public_jwk jsonb not null,
        private_sealed bytea not null,
        created_at timestamptz not null,
        retired_at timestamptz
      )`);
    await q.query(`select platform.system_door('auth.signing_key')`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop schema auth cascade`);
  }
}
