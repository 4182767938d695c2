import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may drive, which vehicles can be stopped from afar, and every command that ever tried, with each of its steps. */
export class AccessControlCreateTables implements MigrationInterface {
  name = 'access_control_create_tables_0202611211400';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`select platform.open_schema('access_control')`);
    await this.settings(q);
    await this.circuits(q);
    await this.gateways(q);
    await this.lockouts(q);
    await this.commands(q);
    await this.steps(q);
  }

  /** No row means: nobody allowed it. */
  private async settings(q: QueryRunner): Promise<void> {
    await q.query(`
      create table access_control.setting (
        account_id uuid not null constraint setting_pk primary key constraint setting_account_fk references auth.account,
        immobilizing boolean not null,
        legal_basis text,
        second_approver boolean not null,
        approval_minutes int not null constraint setting_approval_minutes check (approval_minutes between 1 and 60),
        vehicle_per_hour int not null constraint setting_vehicle_per_hour check (vehicle_per_hour between 1 and 100),
        person_per_hour int not null constraint setting_person_per_hour check (person_per_hour between 1 and 1000),
        account_per_hour int not null constraint setting_account_per_hour check (account_per_hour between 1 and 10000),
        stopped_at timestamptz,
        stopped_by text,
        stop_reason text,
        updated_at timestamptz not null,
        version int not null,
        constraint setting_says_why_it_may check (not immobilizing or legal_basis is not null),
        constraint setting_stop_said check ((stopped_at is null) = (stopped_by is null) and (stopped_at is null) = (stop_reason is null))
      )`);
    await q.query(`select platform.tenant_wall('access_control.setting')`);
  }

  private async circuits(q: QueryRunner): Promise<void> {
    await q.query(`
      create table access_control.circuit (
        vehicle_id uuid not null constraint circuit_pk primary key,
        account_id uuid not null,
        kind text not null constraint circuit_kind check (kind in ('starter', 'ignition', 'fuel_pump')),
        enabled boolean not null,
        output_no int not null constraint circuit_output_no check (output_no between 1 and 4),
        routes jsonb not null,
        installed_by text not null,
        installed_on date not null,
        notes text,
        recorded_by text not null,
        recorded_at timestamptz not null,
        updated_at timestamptz not null,
        version int not null,
        constraint circuit_of_vehicle foreign key (account_id, vehicle_id) references transport_registry.vehicle (account_id, id)
      )`);
    await q.query(`create index circuit_of_account on access_control.circuit (account_id, vehicle_id)`);
    await q.query(`select platform.tenant_wall('access_control.circuit')`);
  }

  private async gateways(q: QueryRunner): Promise<void> {
    await q.query(`
      create table access_control.gateway (
        id uuid primary key,
        account_id uuid not null references auth.account,
        method text not null constraint gateway_method check (method in ('vialon_relay', 'tracksolid')),
        base_url text not null,
        secret_sealed bytea not null,
        updated_by text not null,
        updated_at timestamptz not null,
        version int not null,
        constraint gateway_once unique (account_id, method)
      )`);
    await q.query(`select platform.tenant_wall('access_control.gateway'), platform.system_door('access_control.gateway')`);
  }

  private async lockouts(q: QueryRunner): Promise<void> {
    await q.query(`
      create table access_control.lockout (
        id uuid primary key,
        account_id uuid not null references auth.account,
        subject_type text not null constraint lockout_subject check (subject_type in ('driver', 'vehicle')),
        subject_id uuid not null,
        reason_code text not null,
        note_sealed bytea,
        opened_by text not null,
        opened_at timestamptz not null,
        until timestamptz constraint lockout_until_later check (until > opened_at),
        lifted_by text,
        lifted_at timestamptz,
        lift_reason_sealed bytea,
        constraint lockout_debt_is_personal check (subject_type = 'driver' or reason_code <> 'debt'),
        constraint lockout_lift_said check ((lifted_at is null) = (lifted_by is null))
      )`);
    await q.query(`create unique index lockout_open_once on access_control.lockout (subject_id, reason_code) where lifted_at is null`);
    await q.query(`create index lockout_of on access_control.lockout (account_id, subject_id) where lifted_at is null`);
    await q.query(`create index lockout_recent on access_control.lockout (account_id, opened_at desc, id)`);
    await q.query(`create index lockout_running_out on access_control.lockout (until) where lifted_at is null and until is not null`);
    await q.query(`select platform.tenant_wall('access_control.lockout'), platform.system_door('access_control.lockout')`);
    await q.query(`
      create table access_control.lockout_log (
        id bigint generated always as identity primary key,
        account_id uuid not null,
        lockout_id uuid not null references access_control.lockout,
        at timestamptz not null,
        what text not null constraint lockout_log_what check (what in ('opened', 'extended', 'lifted', 'expired')),
        reason_code text not null,
        until timestamptz,
        actor_kind text not null,
        actor_id text not null
      )`);
    await q.query(`create index lockout_log_of on access_control.lockout_log (lockout_id, id)`);
    await q.query(`select platform.tenant_wall('access_control.lockout_log'), platform.append_only('access_control.lockout_log')`);
  }

  /** The checks here hold whatever code does: only a person who proved a second factor has a vehicle stopped. */
  private async commands(q: QueryRunner): Promise<void> {
    await q.query(`
      create table access_control.command (
        id uuid primary key,
        account_id uuid not null references auth.account,
        vehicle_id uuid not null,
        intent_no bigint not null generated always as identity,
        kind text not null constraint command_kind check (kind in ('immobilize', 'release')),
        origin text not null constraint command_origin check (origin in ('person', 'safety')),
        caused_by uuid constraint command_cause references access_control.command,
        method text not null,
        reason text not null,
        note text,
        requested_by_kind text not null,
        requested_by text not null,
        session_id uuid,
        stepped_up_at timestamptz,
        requested_at timestamptz not null,
        approval text constraint command_approval check (approval in ('waiting', 'approved', 'declined')),
        approver_id uuid,
        approval_until timestamptz,
        decided_by text,
        decided_at timestamptz,
        state text not null constraint command_state check (state in ('pending', 'sent', 'acknowledged', 'completed', 'failed', 'expired', 'unknown')),
        code text,
        detail text,
        evidence text not null constraint command_evidence check (evidence in ('none', 'accepted', 'executed', 'relay_seen')),
        work_order jsonb not null,
        verdict jsonb,
        begin_by timestamptz not null,
        holder text,
        lease_until timestamptz,
        watch_until timestamptz,
        late jsonb,
        ended_at timestamptz,
        constraint command_cut_only_by_person check (kind = 'release' or (origin = 'person' and requested_by_kind = 'user' and session_id is not null and stepped_up_at is not null)),
        constraint command_safety_releases check (origin = 'person' or (kind = 'release' and caused_by is not null)),
        constraint command_success_is_proven check (state <> 'completed' or evidence in ('executed', 'relay_seen')),
        constraint command_not_its_own_approver check (approval is distinct from 'approved' or decided_by <> requested_by),
        constraint command_of_vehicle foreign key (account_id, vehicle_id) references transport_registry.vehicle (account_id, id)
      )`);
    await q.query(`create unique index command_one_in_flight on access_control.command (vehicle_id) where state in ('pending', 'sent', 'acknowledged')`);
    await q.query(`create index command_of_vehicle on access_control.command (vehicle_id, intent_no desc)`);
    await q.query(`create index command_recent on access_control.command (account_id, requested_at desc, id)`);
    await q.query(`create index command_by_person on access_control.command (account_id, requested_by, requested_at)`);
    await q.query(`create index command_in_flight on access_control.command (lease_until) where state in ('pending', 'sent', 'acknowledged')`);
    await q.query(`create index command_watched on access_control.command (watch_until) where watch_until is not null`);
    await q.query(`create unique index command_one_safety_release on access_control.command (caused_by) where caused_by is not null`);
    await q.query(`
      create function access_control.refuse_impossible_step() returns trigger language plpgsql as $$
      begin
        if old.state in ('completed', 'failed', 'expired') or (old.state = 'unknown' and new.state not in ('completed', 'failed'))
           or new.state = 'pending' or (new.state in ('sent', 'acknowledged') and old.state not in ('pending', 'sent')) then
          raise exception 'a command does not go from % to %', old.state, new.state using errcode = 'integrity_constraint_violation';
        end if;
        return new;
      end $$`);
    await q.query(`create trigger possible_step before update of state on access_control.command for each row when (old.state is distinct from new.state) execute function access_control.refuse_impossible_step()`);
    await q.query(`revoke delete, truncate on access_control.command from fleet_app`);
    await q.query(`select platform.tenant_wall('access_control.command'), platform.system_door('access_control.command')`);
  }

  private async steps(q: QueryRunner): Promise<void> {
    await q.query(`
      create table access_control.attempt (
        command_id uuid not null references access_control.command,
        account_id uuid not null,
        no int not null,
        sent text not null,
        begun_at timestamptz not null,
        ended_at timestamptz,
        outcome text constraint attempt_outcome check (outcome in ('executed', 'accepted', 'refused', 'queued', 'no_answer', 'link_lost', 'not_sent', 'withheld', 'interrupted')),
        code text,
        answer text,
        facts jsonb,
        constraint attempt_pk primary key (command_id, no),
        constraint attempt_end_said check ((ended_at is null) = (outcome is null))
      )`);
    await q.query(`revoke delete, truncate on access_control.attempt from fleet_app`);
    await q.query(`select platform.tenant_wall('access_control.attempt')`);
    await q.query(`
      create table access_control.transition (
        id bigint generated always as identity primary key,
        account_id uuid not null,
        command_id uuid not null references access_control.command,
        at timestamptz not null,
        what text not null,
        from_state text,
        to_state text not null,
        evidence text not null,
        attempt_no int,
        actor_kind text not null,
        actor_id text not null,
        data jsonb not null
      )`);
    await q.query(`create index transition_of on access_control.transition (command_id, id)`);
    await q.query(`select platform.tenant_wall('access_control.transition'), platform.append_only('access_control.transition')`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop schema access_control cascade`);
  }
}
