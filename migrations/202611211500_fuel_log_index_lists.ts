import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every order and every filter with few answers that the list of fill-ups offers: each found at once, also among millions. */
export class FuelLogIndexLists implements MigrationInterface {
  name = 'fuel_log_index_lists_0202611211500';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`create index fill_up_by_entry on fuel_log.fill_up (account_id, created_at, id)`);
    // Said with case: row security lets no coalesce into an index.
    await q.query(`create index fill_up_by_cost on fuel_log.fill_up (account_id, (case when total_cost_minor is null then 0 else total_cost_minor end), id)`);
    await q.query(`create index fill_up_by_fuel on fuel_log.fill_up (account_id, fuel_type, fuel_date, id)`);
    await q.query(`create index fill_up_by_currency on fuel_log.fill_up (account_id, currency, fuel_date, id)`);
    await q.query(`create index fill_up_voided on fuel_log.fill_up (account_id, fuel_date, id) where state = 'voided'`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop index fuel_log.fill_up_by_entry, fuel_log.fill_up_by_cost, fuel_log.fill_up_by_fuel, fuel_log.fill_up_by_currency, fuel_log.fill_up_voided`);
  }
}
