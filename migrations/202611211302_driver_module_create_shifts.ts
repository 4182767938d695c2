import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who had which vehicle when. The database refuses two drivers in one vehicle and one driver in two. */
export class DriverModuleCreateShifts implements MigrationInterface {
  name = 'driver_module_create_shifts_0202611211302';

  async up(q: QueryRunner): Promise<void> {
    await this.shifts(q);
    await this.corrections(q);
    await this.fromPhones(q);
    await q.query(`select platform.tenant_wall(('driver_module.' || t)::regclass) from unnest(array['shift', 'shift_correction', 'early_check_out', 'status_report']) t`);
    await q.query(`select platform.append_only('driver_module.shift_correction')`);
  }

  private async shifts(q: QueryRunner): Promise<void> {
    await q.query(`
      create table driver_module.shift (
        id uuid not null constraint shift_pk primary key,
        account_id uuid not null,
        driver_id uuid not null,
        subject_id uuid not null,
        vehicle_id uuid not null,
        kind text not null constraint shift_kind check (kind in ('shift', 'rental')),
        state text not null constraint shift_state check (state in ('planned', 'open', 'closed', 'cancelled')),
        planned tstzrange constraint shift_planned_says_when check (not isempty(planned) and not lower_inf(planned) and not upper_inf(planned)),
        period tstzrange constraint shift_period_says_when check (not isempty(period) and not lower_inf(period)),
        start_odometer_km numeric(10,1) constraint shift_start_odometer check (start_odometer_km >= 0),
        end_odometer_km numeric(10,1) constraint shift_end_odometer check (end_odometer_km >= 0),
        start_fuel_pct numeric(5,2) constraint shift_start_fuel check (start_fuel_pct between 0 and 100),
        end_fuel_pct numeric(5,2) constraint shift_end_fuel check (end_fuel_pct between 0 and 100),
        start_file_ids uuid[] not null default '{}',
        end_file_ids uuid[] not null default '{}',
        notes_sealed bytea,
        warnings text[] not null default '{}',
        overridden text[] not null default '{}',
        check_out_id uuid,
        created_by text not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        version int not null default 1,
        constraint shift_state_fits_period check (case state
          when 'planned' then planned is not null and period is null
          when 'open' then period is not null and upper_inf(period)
          when 'closed' then period is not null and not upper_inf(period)
          else true end),
        constraint shift_of_driver foreign key (account_id, driver_id) references driver_module.driver (account_id, id),
        constraint shift_of_vehicle foreign key (account_id, vehicle_id) references transport_registry.vehicle (account_id, id),
        constraint shift_driver_once exclude using gist (driver_id with =, period with &&) where (state in ('open', 'closed')),
        constraint shift_vehicle_once exclude using gist (vehicle_id with =, period with &&) where (state in ('open', 'closed')),
        constraint shift_planned_driver_once exclude using gist (driver_id with =, planned with &&) where (state = 'planned'),
        constraint shift_planned_vehicle_once exclude using gist (vehicle_id with =, planned with &&) where (state = 'planned')
      )`);
    await q.query(`create index shift_by_start on driver_module.shift (account_id, lower(coalesce(period, planned)), id)`);
    await q.query(`create index shift_of_driver_by_start on driver_module.shift (driver_id, lower(coalesce(period, planned)))`);
    await q.query(`create index shift_of_vehicle_by_start on driver_module.shift (vehicle_id, lower(coalesce(period, planned)))`);
    await q.query(`create index shift_open on driver_module.shift (account_id) where state = 'open'`);
  }

  private async corrections(q: QueryRunner): Promise<void> {
    await q.query(`
      create table driver_module.shift_correction (
        id bigint generated always as identity constraint shift_correction_pk primary key,
        account_id uuid not null,
        shift_id uuid not null constraint shift_correction_of_shift references driver_module.shift,
        subject_id uuid not null,
        at timestamptz not null,
        actor_kind text not null,
        actor_id text not null,
        was tstzrange not null,
        became tstzrange,
        reason_sealed bytea not null
      )`);
    await q.query(`create index shift_correction_of on driver_module.shift_correction (shift_id, id desc)`);
  }

  private async fromPhones(q: QueryRunner): Promise<void> {
    // A phone that was offline may deliver the end of a shift before its beginning.
    await q.query(`
      create table driver_module.early_check_out (
        account_id uuid not null,
        shift_id uuid not null,
        driver_id uuid not null,
        subject_id uuid not null,
        said_sealed bytea not null,
        received_at timestamptz not null,
        constraint early_check_out_pk primary key (account_id, driver_id, shift_id),
        constraint early_check_out_of_driver foreign key (account_id, driver_id) references driver_module.driver (account_id, id)
      )`);
    await q.query(`
      create table driver_module.status_report (
        id uuid not null constraint status_report_pk primary key,
        account_id uuid not null,
        driver_id uuid not null,
        subject_id uuid not null,
        shift_id uuid,
        vehicle_id uuid,
        kind text not null constraint status_report_kind check (kind in ('available', 'on_trip', 'break', 'off', 'breakdown', 'incident')),
        at timestamptz not null,
        received_at timestamptz not null,
        details_sealed bytea,
        file_ids uuid[] not null default '{}',
        constraint status_report_of_driver foreign key (account_id, driver_id) references driver_module.driver (account_id, id)
      )`);
    await q.query(`create index status_report_of on driver_module.status_report (driver_id, at desc)`);
    await q.query(`create index status_report_recent on driver_module.status_report (account_id, at desc)`);
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of ['status_report', 'early_check_out', 'shift_correction', 'shift']) await q.query(`drop table driver_module.${table}`);
  }
}
