import type { MigrationInterface, QueryRunner } from 'typeorm';

const shapes = `vehicle_id, fuel_date, park_id, department, driver_id, odometer_reading, trip_distance, distance_unit, odometer_counts, fuel_type, fuel_quantity, unit_of_measure, total_cost_minor, currency, is_full_tank, missed_previous, state`.split(', ');

/**
 * What lies between two full tanks, kept so that a month of a fleet is a sum and not a computation. Whatever touches a fill-up
 * marks its vehicle, in the same transaction; a marked vehicle is worked out from its fill-ups until it is kept again.
 */
export class FuelLogCreateStretches implements MigrationInterface {
  name = 'fuel_log_create_stretches_0202611211357';

  async up(q: QueryRunner): Promise<void> {
    await this.stretches(q);
    await this.marks(q);
    // Months are summed by vehicle from this index alone.
    await q.query(`create index fill_up_for_months on fuel_log.fill_up (account_id, fuel_date) include (vehicle_id, park_id, currency, fuel_l, energy_kwh, total_cost_minor) where state = 'recorded'`);
  }

  private async stretches(q: QueryRunner): Promise<void> {
    await q.query(`
      create table fuel_log.stretch (
        to_fill_up_id uuid not null constraint stretch_pk primary key,
        account_id uuid not null,
        vehicle_id uuid not null,
        park_id uuid,
        department text,
        driver_id uuid,
        fuel_type text not null,
        from_at timestamptz not null,
        to_at timestamptz not null,
        distance_km numeric not null,
        fuel_l numeric,
        energy_kwh numeric,
        cost_minor bigint,
        currency text,
        co2_kg numeric,
        from_fill_up_id uuid not null,
        fill_up_ids uuid[] not null
      )`);
    await q.query(`create index stretch_of_vehicle on fuel_log.stretch (vehicle_id, to_at)`);
    await q.query(`create index stretch_for_months on fuel_log.stretch (account_id, to_at) include (vehicle_id, park_id, department, driver_id, fuel_type, distance_km, fuel_l, energy_kwh, cost_minor, currency, co2_kg)`);
    await q.query(`create table fuel_log.stretch_stale (vehicle_id uuid not null constraint stretch_stale_pk primary key, account_id uuid not null, since timestamptz not null)`);
    await q.query(`create index stretch_stale_oldest on fuel_log.stretch_stale (account_id, since)`);
    for (const table of ['stretch', 'stretch_stale']) await q.query(`select platform.tenant_wall('fuel_log.${table}')`);
    // The batch has to see which accounts have work for it; it sees nothing else here.
    await q.query(`create policy system_door on fuel_log.stretch_stale for select using ((select current_setting('app.scope', true)) = 'system')`);
  }

  /** The mark is taken even where one stands: a batch that is about to clear it then waits, or leaves it to the next. */
  private async marks(q: QueryRunner): Promise<void> {
    const mark = (rows: string): string => `
      insert into fuel_log.stretch_stale (vehicle_id, account_id, since) ${rows}
      on conflict (vehicle_id) do update set since = stretch_stale.since`;
    await q.query(`
      create function fuel_log.mark_new_stretches() returns trigger language plpgsql as $$
      begin
        ${mark(`select distinct n.vehicle_id, n.account_id, now() from new_rows n order by 1`)};
        return null;
      end $$`);
    await q.query(`create trigger mark_stretches_new after insert on fuel_log.fill_up referencing new table as new_rows for each statement execute function fuel_log.mark_new_stretches()`);
    await q.query(`
      create function fuel_log.mark_stretches() returns trigger language plpgsql as $$
      begin
        ${mark(`select old.vehicle_id, old.account_id, now()`)};
        if tg_op = 'UPDATE' and new.vehicle_id <> old.vehicle_id then
          ${mark(`select new.vehicle_id, new.account_id, now()`)};
        end if;
        return null;
      end $$`);
    const row = (of: string): string => `(${shapes.map((name) => `${of}.${name}`).join(', ')})`;
    await q.query(`create trigger mark_stretches_changed after update on fuel_log.fill_up for each row when (${row('old')} is distinct from ${row('new')}) execute function fuel_log.mark_stretches()`);
    await q.query(`create trigger mark_stretches_gone after delete on fuel_log.fill_up for each row execute function fuel_log.mark_stretches()`);
    // Walls stand for migrations too, so every account's vehicles are marked as that account.
    await q.query(`
      do $$ declare a uuid; begin
        perform set_config('app.scope', 'system', true);
        for a in select id from auth.account loop
          perform set_config('app.account_id', a::text, true);
          insert into fuel_log.stretch_stale (vehicle_id, account_id, since) select distinct vehicle_id, account_id, now() from fuel_log.fill_up;
        end loop;
        perform set_config('app.account_id', '', true);
        perform set_config('app.scope', '', true);
      end $$`);
  }

  async down(q: QueryRunner): Promise<void> {
    for (const trigger of ['new', 'changed', 'gone']) await q.query(`drop trigger mark_stretches_${trigger} on fuel_log.fill_up`);
    await q.query(`drop function fuel_log.mark_new_stretches(), fuel_log.mark_stretches()`);
    await q.query(`drop table fuel_log.stretch, fuel_log.stretch_stale`);
    await q.query(`drop index fuel_log.fill_up_for_months`);
  }
}
