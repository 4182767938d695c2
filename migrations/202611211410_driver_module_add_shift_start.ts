import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Row security lets no function of a row into an index condition, a plain column it does: who drove at a moment is found among years of shifts at once. */
export class DriverModuleAddShiftStart implements MigrationInterface {
  name = 'driver_module_add_shift_start_0202611211410';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`alter table driver_module.shift add column starts_at timestamptz not null generated always as (lower(coalesce(period, planned))) stored`);
    await q.query(`drop index driver_module.shift_by_start, driver_module.shift_of_driver_by_start, driver_module.shift_of_vehicle_by_start`);
    await q.query(`create index shift_by_start on driver_module.shift (account_id, starts_at, id)`);
    await q.query(`create index shift_of_driver_by_start on driver_module.shift (driver_id, starts_at)`);
    await q.query(`create index shift_of_vehicle_by_start on driver_module.shift (vehicle_id, starts_at)`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`alter table driver_module.shift drop column starts_at`);
    await q.query(`create index shift_by_start on driver_module.shift (account_id, lower(coalesce(period, planned)), id)`);
    await q.query(`create index shift_of_driver_by_start on driver_module.shift (driver_id, lower(coalesce(period, planned)))`);
    await q.query(`create index shift_of_vehicle_by_start on driver_module.shift (vehicle_id, lower(coalesce(period, planned)))`);
  }
}
