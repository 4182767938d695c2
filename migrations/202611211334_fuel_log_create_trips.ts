import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The driving log: trips somebody wrote down, and those that telemetry found. */
export class FuelLogCreateTrips implements MigrationInterface {
  name = 'fuel_log_create_trips_0202611211334';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table fuel_log.trip (
        id uuid not null constraint trip_pk primary key,
        account_id uuid not null,
        vehicle_id uuid not null,
        park_id uuid,
        driver_id uuid,
        driver_given boolean not null default false,
        source text not null constraint trip_source check (source in ('manual', 'detected')),
        revision int not null default 1,
        start_at timestamptz,
        end_at timestamptz,
        odo_start numeric(10,1) constraint trip_odo_start_positive check (odo_start >= 0),
        odo_end numeric(10,1),
        distance_unit text not null default 'km' constraint trip_distance_unit check (distance_unit in ('km', 'mi')),
        measured_km numeric(10,3),
        distance_km numeric generated always as (coalesce((odo_end - odo_start) * case distance_unit when 'mi' then 1.609344 else 1 end, measured_km)) stored,
        fuel_l numeric(10,3),
        note text,
        withdrawn_at timestamptz,
        withdraw_reason text,
        recorded_by text not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        version int not null default 1,
        constraint trip_days_in_order check (end_at > start_at),
        constraint trip_odo_in_order check (odo_end >= odo_start),
        constraint trip_says_when check (withdrawn_at is not null or (start_at is not null and end_at is not null)),
        constraint trip_manual_says_odometer check (source = 'detected' or (odo_start is not null and odo_end is not null)),
        constraint trip_of_vehicle foreign key (account_id, vehicle_id) references transport_registry.vehicle (account_id, id),
        constraint trip_of_driver foreign key (account_id, driver_id) references driver_module.driver (account_id, id),
        constraint trip_manual_once exclude using gist (vehicle_id with =, tstzrange(start_at, end_at) with &&) where (source = 'manual' and withdrawn_at is null)
      )`);
    await q.query(`create index trip_by_start on fuel_log.trip (account_id, start_at, id)`);
    await q.query(`create index trip_of_vehicle_by_start on fuel_log.trip (vehicle_id, start_at, id)`);
    await q.query(`create index trip_of_driver_by_start on fuel_log.trip (driver_id, start_at, id) where driver_id is not null`);
    await q.query(`select platform.tenant_wall('fuel_log.trip')`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop table fuel_log.trip`);
  }
}
