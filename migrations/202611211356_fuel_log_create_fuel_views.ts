import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One picture of all fuel: what the feed told and what people entered, each fill once. */
export class FuelLogCreateFuelViews implements MigrationInterface {
  name = 'fuel_log_create_fuel_views_0202611211356';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`select platform.open_schema('reporting')`);
    await this.links(q);
    await this.fills(q);
    await this.efficiency(q);
  }

  /**
   * A message and an entry tell of the same fill when they name one vehicle, lie within twelve hours and agree on the litres.
   * The nearest pair wins; a person's entry is the one that counts.
   */
  private async links(q: QueryRunner): Promise<void> {
    await q.query(`
      create function fuel.link_entries(account uuid, plates text[], entry uuid default null) returns int language plpgsql as $$
      declare changed int; found_in jsonb;
      begin
        if not exists (select from fuel_log.fill_up f where f.account_id = account) then return 0; end if;
        with near as materialized (
          select r.id, f.id as fill_up_id, abs(extract(epoch from f.fuel_date - r.fueled_at)) as apart_s
            from fuel_log.fill_up f
            join transport_registry.vehicle v on v.id = f.vehicle_id
            join fuel.records r on r.account_id = account and r.plate_norm = v.plate_norm and r.vehicle_id = f.vehicle_id
                               and r.fueled_at between f.fuel_date - interval '12 hours' and f.fuel_date + interval '12 hours'
           where f.account_id = account and f.state = 'recorded' and v.plate_norm = any(plates) and (entry is null or f.id = entry)
             and abs(r.litres - f.fuel_l) <= greatest(0.5, f.fuel_l * 0.01)
             and r.fill_up_id is null and r.deleted_at is null and r.decision is distinct from 'declined'
             and not exists (select from fuel.records o where o.fill_up_id = f.id)
        ), one_each as (
          select id, fill_up_id, row_number() over (partition by id order by apart_s, fill_up_id) as of_record, row_number() over (partition by fill_up_id order by apart_s, id) as of_entry from near
        )
        select jsonb_agg(o) into found_in from one_each o where o.of_record = 1 and o.of_entry = 1;
        update fuel.records r set fill_up_id = o.fill_up_id from jsonb_to_recordset(found_in) o (id text, fill_up_id uuid) where r.account_id = account and r.id = o.id;
        get diagnostics changed = row_count;
        return changed;
      end $$`);
    await q.query(`
      create function fuel.follow_entry() returns trigger language plpgsql as $$
      begin
        update fuel.records r set fill_up_id = null
         where r.fill_up_id = new.id
           and (new.state <> 'recorded' or r.vehicle_id is distinct from new.vehicle_id or abs(r.litres - new.fuel_l) > greatest(0.5, new.fuel_l * 0.01)
                or r.fueled_at not between new.fuel_date - interval '12 hours' and new.fuel_date + interval '12 hours');
        if new.state = 'recorded' then
          perform fuel.link_entries(new.account_id, array(select v.plate_norm from transport_registry.vehicle v where v.id = new.vehicle_id), new.id);
        end if;
        return null;
      end $$`);
    await q.query(`
      create trigger follow_entry after insert or update of state, vehicle_id, fuel_date, fuel_quantity, unit_of_measure on fuel_log.fill_up
      for each row execute function fuel.follow_entry()`);
  }

  private async fills(q: QueryRunner): Promise<void> {
    const imei = `(select b.device_id from transport_registry.device_binding b where b.vehicle_id = v.id and b.period @> FUELED order by lower(b.period) desc limit 1)`;
    await q.query(`
      create view reporting.v_feed_fills with (security_invoker = true) as
      select r.account_id, 'feed'::text as source, r.id, r.fueled_at, r.plate_norm, coalesce(v.plate, r.car) as plate, r.vehicle_id, r.litres, null::numeric as energy_kwh, r.amount_minor, r.currency,
             r.amount_minor / 10.0 ^ fuel.minor_digits(r.currency) as amount,
             case when r.odometer_void_reason is null then r.odometer_km end as odometer_km, r.odometer_km as odometer_said_km, r.odometer_void_reason,
             r.fuel_type, r.department, r.driver, null::uuid as driver_id, r.station, v.cost_centre, v.assigned_city, v.park_id, ${imei.replace('FUELED', 'r.fueled_at')} as imei, null::boolean as is_full_tank
        from fuel.records r left join transport_registry.vehicle v on v.account_id = r.account_id and v.id = r.vehicle_id
       where r.counted`);
    await q.query(`
      create view reporting.v_entered_fills with (security_invoker = true) as
      select f.account_id, 'fill_up'::text as source, f.id::text as id, f.fuel_date as fueled_at, v.plate_norm, v.plate, f.vehicle_id, f.fuel_l as litres, f.energy_kwh, f.total_cost_minor as amount_minor, f.currency,
             f.total_cost_minor / 10.0 ^ fuel.minor_digits(f.currency) as amount,
             case when f.odometer_counts then f.odometer_km end as odometer_km, f.odometer_km as odometer_said_km, case when not f.odometer_counts then 'does_not_count' end as odometer_void_reason,
             f.fuel_type, coalesce(f.department, v.department) as department, f.filled_by as driver, f.driver_id, f.fuel_station as station, v.cost_centre, v.assigned_city, v.park_id, ${imei.replace('FUELED', 'f.fuel_date')} as imei, f.is_full_tank
        from fuel_log.fill_up f join transport_registry.vehicle v on v.account_id = f.account_id and v.id = f.vehicle_id
       where f.state = 'recorded'`);
    await q.query(`create view reporting.v_fuel_fills with (security_invoker = true) as select * from reporting.v_feed_fills union all select * from reporting.v_entered_fills`);
  }

  /** Messages do not say whether a tank was filled up, so litres are set against the way since the reading before, by vehicle and month. */
  private async efficiency(q: QueryRunner): Promise<void> {
    await q.query(`
      create view reporting.v_fuel_efficiency with (security_invoker = true) as
      with legs as (
        select f.account_id, f.plate_norm, f.plate, f.vehicle_id, f.cost_centre, f.assigned_city, f.department, f.fueled_at, f.litres, f.amount_minor, f.currency,
               f.odometer_km - lag(f.odometer_km) over (partition by f.account_id, f.plate_norm order by f.fueled_at, f.id) as distance_km
          from reporting.v_fuel_fills f where f.odometer_km is not null and f.litres is not null and f.plate_norm is not null
      )
      select l.account_id, l.plate_norm, max(l.plate) as plate, l.vehicle_id, max(l.cost_centre) as cost_centre, max(l.assigned_city) as assigned_city,
             date_trunc('month', l.fueled_at at time zone a.time_zone)::date as month_on,
             count(*)::int as fills, sum(l.litres) as litres, sum(l.distance_km) as distance_km,
             round(sum(l.litres) * 100 / sum(l.distance_km), 2) as l_per_100km,
             sum(l.amount_minor)::bigint as amount_minor, l.currency, round(sum(l.amount_minor) / sum(l.distance_km), 2) as amount_minor_per_km
        from legs l join auth.account a on a.id = l.account_id
       where l.distance_km > 0
       group by l.account_id, l.plate_norm, l.vehicle_id, l.currency, date_trunc('month', l.fueled_at at time zone a.time_zone)`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop trigger follow_entry on fuel_log.fill_up`);
    await q.query(`drop function fuel.follow_entry(), fuel.link_entries(uuid, text[], uuid)`);
    await q.query(`drop schema reporting cascade`);
  }
}
