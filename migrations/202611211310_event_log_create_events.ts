import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What happened, as rows that are never changed; and beside them where each event stands today, derived from those rows. */
export class EventLogCreateEvents implements MigrationInterface {
  name = 'event_log_create_events_0202611211310';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`select platform.open_schema('event_log')`);
    await this.facts(q);
    await this.identities(q);
    await this.judgements(q);
    await this.evidence(q);
    await this.standing(q);
    await this.words(q);
    const kept = ['event', 'identity', 'retelling', 'withdrawal', 'attribution', 'ruling', 'evidence'];
    for (const table of [...kept, 'standing']) await q.query(`select platform.tenant_wall('event_log.${table}')`);
    for (const table of kept) await q.query(`select platform.append_only('event_log.${table}')`);
  }

  private async facts(q: QueryRunner): Promise<void> {
    await q.query(`
      create table event_log.event (
        account_id uuid not null,
        id uuid not null,
        revision int not null constraint event_revision check (revision >= 1),
        type text not null constraint event_type check (type in ('trip', 'incident', 'violation', 'fine', 'repair', 'system')),
        kind text not null,
        source text not null,
        source_revision int,
        reference text,
        issuer text,
        vehicle_id uuid,
        plate text,
        at timestamptz not null,
        to_at timestamptz constraint event_ends_after_it_begins check (to_at >= at),
        lat double precision,
        lon double precision,
        severity text constraint event_severity check (severity in ('low', 'medium', 'high')),
        amount_minor bigint constraint event_amount check (amount_minor >= 0),
        currency text,
        details jsonb not null constraint event_details_bounded check (octet_length(details::text) <= 8192),
        said_sealed bytea,
        recorded_by text not null,
        recorded_at timestamptz not null,
        constraint event_pk primary key (id, revision),
        constraint event_fine_says_how_much check (type <> 'fine' or (amount_minor is not null and currency is not null)),
        constraint event_of_vehicle foreign key (account_id, vehicle_id) references transport_registry.vehicle (account_id, id)
      )`);
  }

  private async identities(q: QueryRunner): Promise<void> {
    await q.query(`
      create table event_log.identity (
        account_id uuid not null,
        hash bytea not null constraint identity_hash check (octet_length(hash) = 32),
        event_id uuid not null,
        constraint identity_pk primary key (account_id, hash)
      )`);
    await q.query(`create index identity_of_event on event_log.identity (event_id)`);
    await q.query(`
      create table event_log.retelling (
        account_id uuid not null,
        event_id uuid not null,
        digest bytea not null,
        source text not null,
        reference text,
        differs jsonb not null,
        told_by text not null,
        told_at timestamptz not null,
        constraint retelling_pk primary key (event_id, digest)
      )`);
    await q.query(`
      create table event_log.withdrawal (
        account_id uuid not null,
        hash bytea not null,
        source_revision int not null,
        told_at timestamptz not null,
        constraint withdrawal_pk primary key (account_id, hash, source_revision)
      )`);
  }

  private async judgements(q: QueryRunner): Promise<void> {
    await q.query(`
      create table event_log.attribution (
        account_id uuid not null,
        event_id uuid not null,
        seq int not null,
        driver_id uuid,
        shift_id uuid,
        outcome text not null constraint attribution_outcome check (outcome in ('attributed', 'unattributed', 'ambiguous', 'none')),
        method text not null constraint attribution_method check (method in ('automatic', 'given', 'manual')),
        cause text not null,
        cause_id text,
        candidates uuid[] not null default '{}',
        reason_sealed bytea,
        by_kind text not null,
        by_id text not null,
        at timestamptz not null,
        constraint attribution_pk primary key (event_id, seq),
        constraint attribution_names_somebody check ((outcome = 'attributed') = (driver_id is not null))
      )`);
    await q.query(`create index attribution_of_driver on event_log.attribution (driver_id, event_id) where driver_id is not null`);
    await q.query(`
      create table event_log.ruling (
        account_id uuid not null,
        event_id uuid not null,
        seq int not null,
        state text not null constraint ruling_state check (state in ('accepted', 'review', 'withdrawn')),
        review text[] not null default '{}',
        cause text not null,
        reason_sealed bytea,
        by_kind text not null,
        by_id text not null,
        at timestamptz not null,
        constraint ruling_pk primary key (event_id, seq)
      )`);
  }

  private async evidence(q: QueryRunner): Promise<void> {
    await q.query(`
      create table event_log.evidence (
        id uuid not null constraint evidence_pk primary key,
        account_id uuid not null,
        event_id uuid not null,
        kind text not null constraint evidence_kind check (kind in ('file', 'telemetry')),
        file_id uuid,
        vehicle_no int,
        span tstzrange,
        by_kind text not null,
        by_id text not null,
        at timestamptz not null,
        constraint evidence_is_one_of_both check ((kind = 'file') = (file_id is not null) and (kind = 'telemetry') = (vehicle_no is not null and span is not null))
      )`);
    await q.query(`create index evidence_of_event on event_log.evidence (event_id, at)`);
    await q.query(`create index evidence_of_file on event_log.evidence (file_id) where file_id is not null`);
  }

  private async standing(q: QueryRunner): Promise<void> {
    await q.query(`
      create table event_log.standing (
        id uuid not null constraint standing_pk primary key,
        account_id uuid not null,
        revision int not null,
        source_revision int,
        type text not null,
        kind text not null,
        source text not null,
        reference text,
        issuer text,
        vehicle_id uuid,
        plate text,
        at timestamptz not null,
        to_at timestamptz,
        lat double precision,
        lon double precision,
        severity text,
        details jsonb not null,
        said_sealed bytea,
        driver_id uuid,
        shift_id uuid,
        outcome text not null,
        method text not null,
        state text not null,
        review text[] not null,
        fine_state text,
        fine_seq int,
        charge_id uuid,
        amount_minor bigint,
        currency text,
        recorded_by text not null,
        recorded_at timestamptz not null,
        changed_at timestamptz not null,
        version int not null default 1,
        search tsvector
      )`);
    await q.query(`create index standing_by_time on event_log.standing (account_id, at, id)`);
    await q.query(`create index standing_of_driver on event_log.standing (driver_id, at, id) where driver_id is not null`);
    await q.query(`create index standing_of_vehicle on event_log.standing (vehicle_id, at, id) where vehicle_id is not null`);
    await q.query(`create index standing_by_type on event_log.standing (account_id, type, at, id)`);
    await q.query(`create index standing_with_words on event_log.standing (account_id, at, id) where search is not null`);
    await q.query(`create index standing_in_review on event_log.standing (account_id, at, id) where state = 'review'`);
    await q.query(`create index standing_of_fines on event_log.standing (account_id, fine_state, at, id) where fine_state is not null`);
  }

  /**
   * Row security evaluates nothing before the wall that might tell of a hidden row, and so keeps a query from using a text index. Here
   * the wall itself asks for the words in app.search: both conditions are of one rank, and the index serves them. No words, no rows.
   */
  private async words(q: QueryRunner): Promise<void> {
    await q.query(`
      create table event_log.words (
        account_id uuid not null,
        event_id uuid not null constraint words_pk primary key,
        search tsvector not null
      )`);
    await q.query(`create index words_search on event_log.words using gin (search)`);
    await q.query(`alter table event_log.words enable row level security, force row level security`);
    const mine = `account_id = (select nullif(current_setting('app.account_id', true), '')::uuid)`;
    const asked = `search @@ (select nullif(current_setting('app.search', true), '')::tsquery)`;
    await q.query(`create policy tenant_wall on event_log.words for select using (${mine} and ${asked})`);
    await q.query(`create policy tenant_wall_insert on event_log.words for insert with check (${mine})`);
    await q.query(`create policy tenant_wall_delete on event_log.words for delete using (${mine})`);
    await q.query(`revoke update, truncate on event_log.words from fleet_app`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop schema event_log cascade`);
  }
}
