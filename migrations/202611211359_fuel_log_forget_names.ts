import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Names in messages about somebody who was forgotten go, and stay away when the same message comes again. */
export class FuelLogForgetNames implements MigrationInterface {
  name = 'fuel_log_forget_names_0202611211359';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`alter table fuel.records add forgotten_at timestamptz`);
    // Everything a message says that may name a person; fuel.said has the same names.
    await q.query(`
      create function fuel.impersonal(raw jsonb) returns jsonb immutable parallel safe language sql
      return raw - array['driver', 'driver_name', 'message', 'raw_message', 'text']`);
    await q.query(`
      create function fuel.forget_names(account uuid, drivers uuid[], plates text[]) returns int language plpgsql as $$
      declare changed int; said text := current_setting('fuel.derived_already', true);
      begin
        -- What people decided about a record stays, so it is not derived again.
        perform set_config('fuel.derived_already', 'yes', true);
        update fuel.records r
           set raw = fuel.impersonal(r.raw), driver = null, message = null, content_hash = sha256(convert_to(fuel.impersonal(r.raw)::text, 'UTF8')), forgotten_at = now(), version = r.version + 1
          from driver_module.driver d
          join driver_module.shift s on s.driver_id = d.id and s.state in ('open', 'closed')
          join transport_registry.vehicle v on v.id = s.vehicle_id
         where d.account_id = account and d.erased_at is not null and (drivers is null or d.id = any(drivers)) and (plates is null or v.plate_norm = any(plates))
           and r.account_id = account and r.plate_norm = v.plate_norm and r.vehicle_id = v.id and r.fueled_at between lower(s.period) and coalesce(upper(s.period), 'infinity') and r.forgotten_at is null;
        get diagnostics changed = row_count;
        perform set_config('fuel.derived_already', coalesce(said, ''), true);
        return changed;
      end $$`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop function fuel.forget_names(uuid, uuid[], text[]), fuel.impersonal(jsonb)`);
    await q.query(`alter table fuel.records drop forgotten_at`);
  }
}
