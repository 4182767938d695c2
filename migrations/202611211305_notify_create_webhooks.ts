import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Endpoints of other programs, and what was told to each of them. */
export class NotifyCreateWebhooks implements MigrationInterface {
  name = 'notify_create_webhooks_0202611211305';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`select platform.open_schema('notify')`);
    await q.query(`
      create table notify.endpoint (
        id uuid not null constraint endpoint_pk primary key,
        account_id uuid not null,
        name text not null,
        url text not null,
        event_types text[] not null constraint endpoint_hears_something check (cardinality(event_types) > 0),
        secret_sealed bytea not null,
        old_secret_sealed bytea,
        old_secret_until timestamptz,
        state text not null constraint endpoint_state check (state in ('active', 'paused', 'disabled')),
        disabled_reason text,
        failing_since timestamptz,
        last_success_at timestamptz,
        created_by text not null,
        created_at timestamptz not null,
        version int not null default 1,
        constraint endpoint_of_account unique (account_id, id),
        constraint endpoint_disabled_with_reason check ((state = 'disabled') = (disabled_reason is not null)),
        constraint endpoint_old_secret_ends check ((old_secret_sealed is null) = (old_secret_until is null))
      )`);
    await q.query(`create unique index endpoint_name_key on notify.endpoint (account_id, lower(name))`);
    await q.query(`
      create table notify.delivery (
        id uuid not null constraint delivery_pk primary key,
        account_id uuid not null,
        endpoint_id uuid not null,
        event_id uuid not null,
        type text not null,
        body text not null,
        state text not null constraint delivery_state check (state in ('pending', 'delivered', 'dead')),
        attempts int not null default 0,
        due_at timestamptz not null,
        lease_until timestamptz,
        leased_by uuid,
        created_at timestamptz not null,
        finished_at timestamptz,
        response_status int,
        response_body text,
        last_error text,
        attempt_log jsonb not null default '[]',
        constraint delivery_event_once unique (endpoint_id, event_id),
        constraint delivery_to_endpoint foreign key (account_id, endpoint_id) references notify.endpoint (account_id, id) on delete cascade,
        constraint delivery_finished check ((state = 'pending') = (finished_at is null))
      )`);
    await q.query(`create index delivery_due on notify.delivery (endpoint_id, due_at) where state = 'pending'`);
    await q.query(`create index delivery_leased on notify.delivery (endpoint_id, lease_until) where state = 'pending' and lease_until is not null`);
    await q.query(`create index delivery_of_endpoint on notify.delivery (endpoint_id, created_at, id)`);
    await q.query(`create index delivery_by_age on notify.delivery (created_at)`);
    await q.query(`select platform.tenant_wall(t), platform.system_door(t) from unnest(array['notify.endpoint', 'notify.delivery']::regclass[]) t`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop schema notify cascade`);
  }
}
