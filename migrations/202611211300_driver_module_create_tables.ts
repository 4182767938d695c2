import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Drivers, their papers and what happened to them. Personal texts are sealed under the driver's own key. */
export class DriverModuleCreateTables implements MigrationInterface {
  name = 'driver_module_create_tables_0202611211300';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`select platform.open_schema('driver_module')`);
    await this.settings(q);
    await this.drivers(q);
    await this.history(q);
    await this.papers(q);
  }

  private async settings(q: QueryRunner): Promise<void> {
    await q.query(`
      create table driver_module.setting (
        account_id uuid not null constraint setting_pk primary key constraint setting_account_fk references auth.account,
        required_documents text[] not null,
        expiring_days int not null constraint setting_expiring_days check (expiring_days between 1 and 365),
        shift_max_minutes int not null constraint setting_shift_max check (shift_max_minutes between 60 and 2880),
        rest_min_minutes int not null constraint setting_rest_min check (rest_min_minutes between 0 and 2880),
        rating_counts_days int not null constraint setting_rating_counts check (rating_counts_days between 1 and 3650),
        checklist jsonb not null constraint setting_checklist_list check (jsonb_typeof(checklist) = 'array'),
        updated_at timestamptz not null,
        version int not null default 1
      )`);
    await q.query(`select platform.tenant_wall('driver_module.setting')`);
  }

  private async drivers(q: QueryRunner): Promise<void> {
    await q.query(`
      create table driver_module.driver (
        id uuid not null constraint driver_pk primary key,
        account_id uuid not null constraint driver_account_fk references auth.account,
        driver_no int not null generated always as identity constraint driver_no_key unique,
        park_id uuid,
        user_id uuid,
        status text not null constraint driver_status check (status in ('applicant', 'active', 'suspended', 'left')),
        status_since timestamptz not null,
        profile_sealed bytea,
        name_tokens int[] not null default '{}',
        phone_index bytea,
        email_index bytea,
        tags text[] not null default '{}',
        hired_on date,
        left_on date,
        blacklisted_at timestamptz,
        blacklisted_by text,
        blacklist_sealed bytea,
        merged_into uuid,
        merged_at timestamptz,
        erased_at timestamptz,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        version int not null default 1,
        constraint driver_account_id_key unique (account_id, id),
        constraint driver_park_in_account foreign key (account_id, park_id) references auth.park (account_id, id),
        constraint driver_login_in_account foreign key (account_id, user_id) references auth.membership (account_id, user_id),
        constraint driver_merged_in_account foreign key (account_id, merged_into) references driver_module.driver (account_id, id),
        constraint driver_days_in_order check (left_on >= hired_on),
        constraint driver_blacklisted_by_somebody check ((blacklisted_at is null) = (blacklisted_by is null)),
        constraint driver_merged_gives_up check (merged_into is null
          or (merged_into <> id and status = 'left' and user_id is null and phone_index is null and email_index is null and name_tokens = '{}')),
        constraint driver_erased_is_empty check (erased_at is null
          or (profile_sealed is null and blacklist_sealed is null and user_id is null and phone_index is null and email_index is null and name_tokens = '{}' and tags = '{}'))
      )`);
    // Who left gives phone and e-mail back: numbers are reissued, and people return under a new row to be merged.
    await q.query(`create unique index driver_phone_key on driver_module.driver (account_id, phone_index) where phone_index is not null and status <> 'left'`);
    await q.query(`create unique index driver_email_key on driver_module.driver (account_id, email_index) where email_index is not null and status <> 'left'`);
    await q.query(`create unique index driver_login_key on driver_module.driver (account_id, user_id) where user_id is not null`);
    await q.query(`create index driver_by_phone on driver_module.driver (account_id, phone_index) where phone_index is not null`);
    await q.query(`create index driver_by_email on driver_module.driver (account_id, email_index) where email_index is not null`);
    await q.query(`create index driver_by_name_token on driver_module.driver using gin (name_tokens)`);
    await q.query(`create index driver_by_number on driver_module.driver (account_id, driver_no)`);
    await q.query(`create index driver_by_status on driver_module.driver (account_id, status, driver_no)`);
    await q.query(`create index driver_by_park on driver_module.driver (account_id, park_id)`);
    await q.query(`create index driver_by_tag on driver_module.driver using gin (tags)`);
    await q.query(`create index driver_merged on driver_module.driver (merged_into) where merged_into is not null`);
    await q.query(`
      create table driver_module.onboarding_step (
        account_id uuid not null,
        driver_id uuid not null,
        item text not null,
        done_by text not null,
        done_at timestamptz not null,
        constraint onboarding_step_pk primary key (driver_id, item),
        constraint onboarding_step_of_driver foreign key (account_id, driver_id) references driver_module.driver (account_id, id)
      )`);
    await q.query(`select platform.tenant_wall(t) from unnest(array['driver_module.driver', 'driver_module.onboarding_step']::regclass[]) t`);
  }

  private async history(q: QueryRunner): Promise<void> {
    // `facts` holds ids, codes and days; every text a person wrote is inside `details_sealed`.
    await q.query(`
      create table driver_module.driver_change (
        id bigint generated always as identity constraint driver_change_pk primary key,
        account_id uuid not null,
        driver_id uuid not null,
        at timestamptz not null,
        actor_kind text not null,
        actor_id text not null,
        action text not null,
        facts jsonb not null,
        details_sealed bytea,
        constraint driver_change_of_driver foreign key (account_id, driver_id) references driver_module.driver (account_id, id)
      )`);
    await q.query(`create index driver_change_of on driver_module.driver_change (driver_id, id desc)`);
    await q.query(`select platform.tenant_wall('driver_module.driver_change'), platform.append_only('driver_module.driver_change')`);
  }

  private async papers(q: QueryRunner): Promise<void> {
    await q.query(`
      create table driver_module.document (
        id uuid not null constraint document_pk primary key,
        account_id uuid not null,
        driver_id uuid not null,
        subject_id uuid not null,
        kind text not null constraint document_kind check (kind in ('licence', 'insurance', 'medical', 'id', 'permit', 'other')),
        details_sealed bytea,
        number_index bytea,
        categories text[] not null default '{}',
        issued_on date,
        expires_on date,
        file_ids uuid[] not null default '{}',
        verified_at timestamptz,
        verified_by text,
        withdrawn_at timestamptz,
        expiry_told text constraint document_expiry_told check (expiry_told in ('expiring', 'expired')),
        added_by text not null,
        created_at timestamptz not null,
        version int not null default 1,
        constraint document_days_in_order check (expires_on > issued_on),
        constraint document_categories_of_licence check (kind = 'licence' or categories = '{}'),
        constraint document_verified_by_somebody check ((verified_at is null) = (verified_by is null)),
        constraint document_of_driver foreign key (account_id, driver_id) references driver_module.driver (account_id, id)
      )`);
    // The narrower one comes first: PostgreSQL judges in this order, so one's own paper twice is told apart.
    await q.query(`create unique index document_own_number_key on driver_module.document (driver_id, kind, number_index) where withdrawn_at is null and number_index is not null`);
    await q.query(`create unique index document_number_key on driver_module.document (account_id, kind, number_index) where withdrawn_at is null and number_index is not null`);
    await q.query(`create index document_of on driver_module.document (driver_id)`);
    await q.query(`create index document_expiring on driver_module.document (account_id, expires_on) where withdrawn_at is null`);
    await q.query(`select platform.tenant_wall('driver_module.document')`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop schema driver_module cascade`);
  }
}
