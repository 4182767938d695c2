import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys of the people whose data is sealed, secrets of the house itself, and the ledger of who was erased. */
export class CryptoCreateKeyTables implements MigrationInterface {
  name = 'crypto_create_key_tables_0202611210920';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`select platform.open_schema('crypto')`);

    await q.query(`
      create table crypto.subject_key (
        subject_id uuid not null constraint subject_key_pk primary key,
        account_id uuid,
        wrapped bytea not null,
        master_kid text not null,
        created_at timestamptz not null default now()
      )`);
    await q.query(`create index subject_key_by_master on crypto.subject_key (master_kid)`);
    await q.query(`select platform.tenant_wall('crypto.subject_key')`);
    await q.query(`select platform.system_door('crypto.subject_key')`);
    // Keys of people who belong to several accounts: every account may use one, only the house may destroy it.
    await q.query(`create policy shared_subject_read on crypto.subject_key for select using (account_id is null)`);
    await q.query(`create policy shared_subject_add on crypto.subject_key for insert with check (account_id is null)`);

    await q.query(`
      create table crypto.erasure (
        id bigint generated always as identity constraint erasure_pk primary key,
        subject_id uuid not null,
        account_id uuid,
        at timestamptz not null,
        by text not null,
        reason text not null constraint erasure_reason_said check (length(reason) between 1 and 500),
        constraint erasure_once unique nulls not distinct (subject_id, account_id)
      )`);
    await q.query(`create index erasure_by_time on crypto.erasure (at)`);
    await q.query(`select platform.tenant_wall('crypto.erasure')`);
    await q.query(`select platform.system_door('crypto.erasure')`);
    await q.query(`create policy shared_subject_read on crypto.erasure for select using (account_id is null)`);
    await q.query(`select platform.append_only('crypto.erasure')`);

    await q.query(`
      create table crypto.house_secret (
        name text not null constraint house_secret_pk primary key,
        sealed bytea not null,
        created_at timestamptz not null default now()
      )`);
    await q.query(`select platform.system_door('crypto.house_secret')`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop schema crypto cascade`);
  }
}
