import type { MigrationInterface, QueryRunner } from 'typeorm';

/** News between subsystems: an event stands or falls with the write it tells of, and reaches each subscriber once. */
export class OutboxCreateDeliveries implements MigrationInterface {
  name = 'outbox_create_deliveries_0202611210924';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`select platform.open_schema('outbox')`);
    await q.query(`
      create table outbox.event (
        id uuid not null default gen_random_uuid() constraint event_pk primary key,
        seq bigint generated always as identity,
        account_id uuid not null,
        name text not null constraint event_named check (name ~ '^[a-z0-9_]+\\.[a-z0-9_]+$'),
        version int not null,
        payload jsonb not null,
        occurred_at timestamptz not null,
        emitted_at timestamptz not null default now(),
        request_id text
      )`);
    await q.query(`create index event_by_emission on outbox.event (emitted_at)`);
    await q.query(`
      create table outbox.delivery (
        event_id uuid not null constraint delivery_event_fk references outbox.event on delete cascade,
        subscriber text not null,
        id uuid not null default gen_random_uuid(),
        account_id uuid not null,
        due_at timestamptz not null,
        attempts int not null default 0,
        lease_until timestamptz,
        leased_by uuid,
        done_at timestamptz,
        dead_at timestamptz,
        last_error text,
        constraint delivery_pk primary key (event_id, subscriber)
      )`);
    await q.query(`create index delivery_due on outbox.delivery (due_at) where done_at is null and dead_at is null`);
    await q.query(`create unique index delivery_dead_key on outbox.delivery (id) where dead_at is not null`);
    await q.query(`select platform.tenant_wall(t), platform.system_door(t) from unnest(array['outbox.event', 'outbox.delivery']::regclass[]) t`);
    await q.query(`revoke update, truncate on outbox.event from fleet_app`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop schema outbox cascade`);
  }
}
