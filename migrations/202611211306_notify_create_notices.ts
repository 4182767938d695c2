import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rules of who is told of what, the inbox each person reads, and e-mails on their way. */
export class NotifyCreateNotices implements MigrationInterface {
  name = 'notify_create_notices_0202611211306';

  async up(q: QueryRunner): Promise<void> {
    await this.rules(q);
    await this.inboxes(q);
    await this.mails(q);
    await q.query(`select platform.tenant_wall(('notify.' || t)::regclass) from unnest(array['rule', 'notice', 'preference', 'mail']) t`);
    await q.query(`select platform.system_door('notify.notice'), platform.system_door('notify.mail')`);
  }

  private async rules(q: QueryRunner): Promise<void> {
    await q.query(`
      create table notify.rule (
        id uuid not null constraint rule_pk primary key,
        account_id uuid not null,
        default_key text,
        name text not null,
        enabled boolean not null,
        event_types text[] not null constraint rule_hears_something check (cardinality(event_types) > 0),
        filters jsonb not null default '[]',
        min_severity text not null constraint rule_severity check (min_severity in ('info', 'warning', 'critical')),
        user_ids uuid[] not null default '{}',
        roles text[] not null default '{}',
        addresses_sealed bytea,
        channels text[] not null constraint rule_channels check (channels <@ array['in_app', 'email'] and cardinality(channels) > 0),
        quiet_from time,
        quiet_to time,
        urgent_breaks_through boolean not null default true,
        coalesce_min int not null default 0 constraint rule_window check (coalesce_min between 0 and 10080),
        created_by text not null,
        created_at timestamptz not null,
        version int not null default 1,
        constraint rule_quiet_from_to check ((quiet_from is null) = (quiet_to is null)),
        constraint rule_default_once unique (account_id, default_key)
      )`);
    await q.query(`create index rule_enabled on notify.rule (account_id) where enabled`);
  }

  private async inboxes(q: QueryRunner): Promise<void> {
    await q.query(`
      create table notify.notice (
        id uuid not null constraint notice_pk primary key,
        account_id uuid not null,
        user_id uuid not null,
        kind text not null,
        subject text not null,
        severity text not null constraint notice_severity check (severity in ('info', 'warning', 'critical')),
        title text not null,
        text text not null,
        link text,
        event_id uuid not null,
        times int not null default 1,
        first_at timestamptz not null,
        last_at timestamptz not null,
        read_at timestamptz
      )`);
    await q.query(`create index notice_of on notify.notice (account_id, user_id, last_at, id)`);
    await q.query(`create index notice_unread on notify.notice (account_id, user_id, kind, subject) where read_at is null`);
    await q.query(`create index notice_by_age on notify.notice (last_at)`);
    await q.query(`
      create table notify.preference (
        account_id uuid not null,
        user_id uuid not null,
        kind text not null,
        muted text[] not null constraint preference_channels check (muted <@ array['in_app', 'email']),
        constraint preference_pk primary key (account_id, user_id, kind)
      )`);
  }

  /** Who receives it is a user, or an address outside that a rule names: sealed under the rule, found by its blind index. */
  private async mails(q: QueryRunner): Promise<void> {
    await q.query(`
      create table notify.mail (
        id uuid not null constraint mail_pk primary key,
        account_id uuid not null,
        user_id uuid,
        rule_id uuid,
        address_sealed bytea,
        recipient text not null,
        kind text not null,
        subject text not null,
        severity text not null,
        title text not null,
        text text not null,
        link text,
        times int not null default 1,
        state text not null constraint mail_state check (state in ('pending', 'sent', 'dead')),
        attempts int not null default 0,
        created_at timestamptz not null,
        due_at timestamptz not null,
        lease_until timestamptz,
        leased_by uuid,
        finished_at timestamptz,
        last_error text,
        constraint mail_to_somebody check (num_nonnulls(user_id, address_sealed) = 1 and (address_sealed is null) = (rule_id is null))
      )`);
    await q.query(`create index mail_due on notify.mail (due_at) where state = 'pending'`);
    await q.query(`create index mail_of on notify.mail (account_id, recipient, kind, subject, created_at)`);
    await q.query(`create index mail_by_age on notify.mail (created_at)`);
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of ['mail', 'preference', 'notice', 'rule']) await q.query(`drop table notify.${table}`);
  }
}
