import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How a tank's sensor is read, how far its level was looked at, and what a fill-up was found to be against it. */
export class FuelLogCreateTankWatch implements MigrationInterface {
  name = 'fuel_log_create_tank_watch_0202611211338';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table fuel_log.tank_sensor (
        vehicle_id uuid not null constraint tank_sensor_pk primary key,
        account_id uuid not null,
        source text not null constraint tank_sensor_source check (source in ('level_l', 'level_pct', 'extra')),
        extra_name text,
        points jsonb not null default '[]',
        min_change_l numeric(6,2) not null constraint tank_sensor_min_positive check (min_change_l > 0),
        watched_to timestamptz not null,
        updated_by text not null,
        updated_at timestamptz not null,
        version int not null default 1,
        constraint tank_sensor_extra_named check ((source = 'extra') = (extra_name is not null)),
        constraint tank_sensor_of_vehicle foreign key (account_id, vehicle_id) references transport_registry.vehicle (account_id, id)
      )`);
    await q.query(`create index tank_sensor_due on fuel_log.tank_sensor (account_id, watched_to)`);
    await q.query(`select platform.tenant_wall('fuel_log.tank_sensor')`);
    // What was compared once is not compared again: samples are kept for days, fill-ups for years.
    await q.query(`
      create table fuel_log.level_check (
        fill_up_id uuid not null constraint level_check_pk primary key constraint level_check_of_fill_up references fuel_log.fill_up,
        account_id uuid not null,
        verdict text not null constraint level_check_verdict check (verdict in ('fits', 'differs', 'no_data')),
        claimed_l numeric(12,3) not null,
        rise_l numeric(12,3),
        away_m numeric(12,1),
        checked_at timestamptz not null
      )`);
    await q.query(`select platform.tenant_wall('fuel_log.level_check')`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop table fuel_log.level_check, fuel_log.tank_sensor`);
  }
}
