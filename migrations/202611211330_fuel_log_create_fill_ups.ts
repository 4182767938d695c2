import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Fill-ups as they were entered, with the one canonical quantity and distance beside them, and what was corrected. */
export class FuelLogCreateFillUps implements MigrationInterface {
  name = 'fuel_log_create_fill_ups_0202611211330';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`select platform.open_schema('fuel_log')`);
    await this.fillUps(q);
    await this.grades(q);
    await q.query(`create index fill_up_by_date on fuel_log.fill_up (account_id, fuel_date, id)`);
    await q.query(`create index fill_up_of_vehicle on fuel_log.fill_up (vehicle_id, fuel_date, id)`);
    await q.query(`create index fill_up_of_driver on fuel_log.fill_up (driver_id, fuel_date, id) where driver_id is not null`);
    await q.query(`create index fill_up_held on fuel_log.fill_up (account_id, fuel_date, id) where state = 'held'`);
    await q.query(`create index fill_up_by_receipt on fuel_log.fill_up (account_id, lower(receipt_reference)) where receipt_reference is not null`);
    await q.query(`
      create table fuel_log.fill_up_change (
        id bigint generated always as identity constraint fill_up_change_pk primary key,
        account_id uuid not null,
        fill_up_id uuid not null constraint fill_up_change_of_fill_up references fuel_log.fill_up,
        at timestamptz not null,
        actor_kind text not null,
        actor_id text not null,
        action text not null,
        reason text,
        changes jsonb not null
      )`);
    await q.query(`create index fill_up_change_of on fuel_log.fill_up_change (fill_up_id, id desc)`);
    await q.query(`select platform.tenant_wall(('fuel_log.' || t)::regclass) from unnest(array['fill_up', 'fill_up_change']) t`);
    await q.query(`select platform.append_only('fuel_log.fill_up_change')`);
  }

  private async fillUps(q: QueryRunner): Promise<void> {
    // What was entered is never converted in place: canonical columns are computed by the database and cannot drift.
    await q.query(`
      create table fuel_log.fill_up (
        id uuid not null constraint fill_up_pk primary key,
        account_id uuid not null,
        vehicle_id uuid not null,
        park_id uuid,
        department text,
        driver_id uuid,
        shift_id uuid,
        fuel_date timestamptz not null,
        odometer_reading numeric(10,1) constraint fill_up_odometer_positive check (odometer_reading > 0),
        trip_distance numeric(10,1) constraint fill_up_trip_positive check (trip_distance > 0),
        distance_unit text not null constraint fill_up_distance_unit check (distance_unit in ('km', 'mi')),
        odometer_km numeric generated always as (odometer_reading * case distance_unit when 'mi' then 1.609344 else 1 end) stored,
        trip_distance_km numeric generated always as (trip_distance * case distance_unit when 'mi' then 1.609344 else 1 end) stored,
        odometer_counts boolean not null default true,
        odometer_reading_id uuid,
        fuel_type text not null constraint fill_up_fuel_type check (fuel_type in ('gasoline', 'diesel', 'electric', 'lpg', 'cng')),
        fuel_grade text,
        fuel_quantity numeric(9,3) not null constraint fill_up_quantity_positive check (fuel_quantity > 0),
        unit_of_measure text not null constraint fill_up_unit check (unit_of_measure in ('l', 'gal_us', 'gal_imp', 'kwh')),
        fuel_l numeric generated always as (fuel_quantity * case unit_of_measure when 'l' then 1 when 'gal_us' then 3.785411784 when 'gal_imp' then 4.54609 end) stored,
        energy_kwh numeric generated always as (case when unit_of_measure = 'kwh' then fuel_quantity end) stored,
        cost_per_unit numeric(12,4) constraint fill_up_price_positive check (cost_per_unit > 0),
        total_cost_minor bigint constraint fill_up_total_positive check (total_cost_minor > 0),
        total_given boolean not null default false,
        currency text not null constraint fill_up_currency check (currency ~ '^[A-Z]{3}$'),
        is_full_tank boolean not null,
        missed_previous boolean not null,
        fuel_station text,
        location_data jsonb,
        payment_method text constraint fill_up_payment check (payment_method in ('cash', 'card', 'fuel_card', 'mobile_money', 'account', 'other')),
        receipt_reference text,
        filled_by text,
        notes text,
        state text not null constraint fill_up_state check (state in ('recorded', 'held', 'voided')),
        void_reason text,
        voided_at timestamptz,
        distance_since_last numeric(10,1),
        efficiency numeric(10,3),
        warnings jsonb not null default '[]',
        source text not null constraint fill_up_source check (source in ('staff', 'driver', 'import', 'legacy')),
        request_hash text,
        recorded_by text not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        version int not null default 1,
        constraint fill_up_one_distance check ((odometer_reading is null) <> (trip_distance is null)),
        constraint fill_up_current_is_charged check ((fuel_type = 'electric') = (unit_of_measure = 'kwh')),
        constraint fill_up_void_said check ((state = 'voided') = (void_reason is not null) and (state = 'voided') = (voided_at is not null)),
        constraint fill_up_account_id_key unique (account_id, id),
        constraint fill_up_of_vehicle foreign key (account_id, vehicle_id) references transport_registry.vehicle (account_id, id),
        constraint fill_up_of_driver foreign key (account_id, driver_id) references driver_module.driver (account_id, id)
      )`);
  }

  /** The service says it to people first; this holds for whoever writes past it. */
  private async grades(q: QueryRunner): Promise<void> {
    await q.query(`
      create function fuel_log.validate_fuel_grade() returns trigger language plpgsql as $$
      declare known text[] := case new.fuel_type when 'gasoline' then array['87', '88', '89', '91', '93'] when 'diesel' then array['#1', '#2'] else '{}' end;
      begin
        if new.fuel_grade is not null and not new.fuel_grade = any(known) then
          raise exception 'fuel grade % does not exist for %', new.fuel_grade, new.fuel_type using errcode = 'check_violation', constraint = 'fill_up_grade';
        end if;
        return new;
      end $$`);
    await q.query(`create trigger fuel_grade_validation before insert or update of fuel_type, fuel_grade on fuel_log.fill_up for each row execute function fuel_log.validate_fuel_grade()`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop table fuel_log.fill_up_change, fuel_log.fill_up`);
    await q.query(`drop function fuel_log.validate_fuel_grade()`);
    await q.query(`drop schema fuel_log`);
  }
}
