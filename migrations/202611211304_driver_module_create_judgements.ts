import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What others say of a driver, what scores are made of, and requests to be forgotten. */
export class DriverModuleCreateJudgements implements MigrationInterface {
  name = 'driver_module_create_judgements_0202611211304';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table driver_module.feedback (
        id uuid not null constraint feedback_pk primary key,
        account_id uuid not null,
        driver_id uuid not null,
        subject_id uuid not null,
        source text not null constraint feedback_source check (source in ('peer', 'staff', 'passenger')),
        author_driver_id uuid,
        given_by text not null,
        shift_id uuid,
        topic text not null constraint feedback_topic check (topic in ('driving', 'vehicle_care', 'punctuality', 'conduct', 'other')),
        rating int not null constraint feedback_rating check (rating between 1 and 5),
        text_sealed bytea,
        state text not null constraint feedback_state check (state in ('pending', 'published', 'rejected')),
        moderated_by text,
        moderated_at timestamptz,
        given_at timestamptz not null,
        created_at timestamptz not null,
        version int not null default 1,
        constraint feedback_not_of_oneself check (author_driver_id is null or author_driver_id <> driver_id),
        constraint feedback_judged_by_somebody check ((state = 'pending') = (moderated_by is null) and (moderated_by is null) = (moderated_at is null)),
        constraint feedback_peer_once unique (shift_id, author_driver_id),
        constraint feedback_of_driver foreign key (account_id, driver_id) references driver_module.driver (account_id, id),
        constraint feedback_by_driver foreign key (account_id, author_driver_id) references driver_module.driver (account_id, id)
      )`);
    await q.query(`create index feedback_of on driver_module.feedback (driver_id, given_at desc)`);
    await q.query(`create index feedback_waiting on driver_module.feedback (account_id, given_at) where state = 'pending'`);
    // Point in time: what was known when. A value is never edited; a wrong one is retracted and stays.
    await q.query(`
      create table driver_module.score_input (
        id uuid not null constraint score_input_pk primary key,
        account_id uuid not null,
        driver_id uuid not null,
        name text not null constraint score_input_named check (name ~ '^[a-z][a-z0-9_]{1,59}$'),
        value numeric not null,
        unit text not null,
        valid tstzrange not null constraint score_input_valid_sometime check (not isempty(valid) and not lower_inf(valid)),
        known_at timestamptz not null,
        source text not null,
        source_id text,
        recorded_by text not null,
        retracted_at timestamptz,
        retracted_by text,
        constraint score_input_retracted_after_known check (retracted_at >= known_at),
        constraint score_input_retracted_by_somebody check ((retracted_at is null) = (retracted_by is null)),
        constraint score_input_of_driver foreign key (account_id, driver_id) references driver_module.driver (account_id, id)
      )`);
    await q.query(`create unique index score_input_source_key on driver_module.score_input (account_id, driver_id, name, source, source_id) where source_id is not null and retracted_at is null`);
    await q.query(`create index score_input_of on driver_module.score_input (driver_id, name, known_at)`);
    await q.query(`
      create table driver_module.erasure_request (
        id uuid not null constraint erasure_request_pk primary key,
        account_id uuid not null,
        driver_id uuid not null,
        state text not null constraint erasure_request_state check (state in ('requested', 'executed', 'withdrawn')),
        asked_by text not null,
        asked_at timestamptz not null,
        report jsonb,
        decided_by text,
        decided_at timestamptz,
        constraint erasure_request_decided check ((state = 'requested') = (decided_at is null) and (decided_at is null) = (decided_by is null)),
        constraint erasure_request_of_driver foreign key (account_id, driver_id) references driver_module.driver (account_id, id)
      )`);
    await q.query(`create unique index erasure_request_open_key on driver_module.erasure_request (driver_id) where state = 'requested'`);
    await q.query(`create index erasure_request_of on driver_module.erasure_request (driver_id, asked_at desc)`);
    await q.query(`select platform.tenant_wall(('driver_module.' || t)::regclass) from unnest(array['feedback', 'score_input', 'erasure_request']) t`);
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of ['erasure_request', 'score_input', 'feedback']) await q.query(`drop table driver_module.${table}`);
  }
}
