import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The full tank a period begins at is found at once, also where a vehicle never had one of that kind. */
export class FuelLogIndexFullTanks implements MigrationInterface {
  name = 'fuel_log_index_full_tanks_0202611211340';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`create index fill_up_full_tank on fuel_log.fill_up (vehicle_id, fuel_date) where state = 'recorded' and is_full_tank and fuel_l is not null`);
    await q.query(`create index fill_up_full_battery on fuel_log.fill_up (vehicle_id, fuel_date) where state = 'recorded' and is_full_tank and energy_kwh is not null`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop index fuel_log.fill_up_full_tank, fuel_log.fill_up_full_battery`);
  }
}
