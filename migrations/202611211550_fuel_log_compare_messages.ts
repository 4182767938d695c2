import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether a message says something else is told by the message itself, which is in the row; when it was said is told by whoever stores it. */
export class FuelLogCompareMessages implements MigrationInterface {
  name = 'fuel_log_compare_messages_0202611211550';

  async up(q: QueryRunner): Promise<void> {
    await q.query('alter table fuel.records drop content_hash');
    await q.query('drop function fuel.derived(uuid, text[], jsonb[], jsonb[], timestamptz[])');
    await this.derived(q);
    await this.derive(q);
    await this.forgetNames(q);
  }

  private async derived(q: QueryRunner): Promise<void> {
    await q.query(`
      create function fuel.derived(account uuid, ids text[], raws jsonb[], overlays jsonb[], source_ats timestamptz[])
      returns table (id text, raw jsonb, source_at timestamptz, car text, plate_norm text, vehicle_id uuid, fueled_at timestamptz, litres numeric, amount_minor bigint, currency text, odometer_km numeric,
        fuel_type_key text, fuel_type text, department_key text, department text, driver text, station text, message text, deleted_at timestamptz, issues text[])
      stable rows 2000 language sql set enable_seqscan = off begin atomic
        with said as materialized (
          select i.id, i.raw, i.source_at,
                 left(coalesce((i.s).car, (i.s).plate, (i.s).number_plate, (i.s).vehicle), 100) as car,
                 coalesce((i.s).fuel_type, (i.s).fuel, (i.s).product) as fuel, coalesce((i.s).department, (i.s).dept) as department,
                 nullif((i.s).deleted_at, '') as deleted_at,
                 coalesce((i.s).is_deleted = 'true' or (i.s).deleted = 'true' or lower((i.s).op) in ('d', 'delete'), false) as is_deleted,
                 coalesce((i.s).fuel_date, (i.s).date, (i.s).datetime, (i.s).timestamp, (i.s).created_at) as moment,
                 coalesce((i.s).litres, (i.s).liters, (i.s).quantity, (i.s).ltrs) as litres,
                 coalesce((i.s).amount, (i.s).amount_kes, (i.s).total, (i.s).cost, (i.s).kes) as amount,
                 coalesce((i.s).odometer, (i.s).odo, (i.s).mileage, (i.s).odometer_km) as odometer,
                 upper(nullif(left((i.s).currency, 3), '')) as currency,
                 left(coalesce((i.s).driver, (i.s).driver_name), 200) as driver, left(coalesce((i.s).station, (i.s).fuel_station), 200) as station,
                 left(coalesce((i.s).message, (i.s).raw_message, (i.s).text), 4000) as message
            from (select u.id, u.raw, u.source_at, jsonb_populate_record(null::fuel.said, case when u.overlay is null then u.raw else u.raw || u.overlay end) as s
                    from unnest(ids, raws, overlays, source_ats) u (id, raw, overlay, source_at) offset 0) i
        ), house as materialized (
          select a.time_zone, a.currency::text as currency from auth.account a where a.id = account
        ), fuels as materialized (
          select f.said, f.key, l.fuel_type from (select d.said, fuel.spelling_key(d.said) as key from (select distinct s.fuel as said from said s) d offset 0) f
            left join lateral fuel.look_up(account, f.key, null, null) l on f.key is not null
        ), departments as materialized (
          select f.said, f.key, l.department from (select d.said, fuel.spelling_key(d.said) as key from (select distinct s.department as said from said s) d offset 0) f
            left join lateral fuel.look_up(account, null, f.key, null) l on f.key is not null
        ), plates as materialized (
          select p.said, p.key, v.id as vehicle_id, v.plate_norm, v.fuel_type as vehicle_fuel_type, v.tank_capacity_l from (select d.said, fuel.norm_plate(d.said) as key from (select distinct s.car as said from said s) d offset 0) p
            left join lateral fuel.vehicle_named(account, p.key) v on true
        )
        select t.id, t.raw, t.source_at, t.car, coalesce(t.plate_norm, t.plate_key), t.vehicle_id, t.fueled_at, t.litres_kept, t.amount_minor, t.currency_read,
               case when t.odometer_read between 0 and 9999999 then t.odometer_read end, t.fuel_key, t.fuel_kept, t.department_key, t.department_name, t.driver, t.station, t.message,
               case when t.deleted_at is not null then coalesce(fuel.parse_moment(t.deleted_at, 'UTC'), t.source_at) when t.is_deleted then t.source_at end,
               array_remove(array[
                 case when t.plate_key is null then 'plate_missing' end,
                 case when t.fueled_at is null then case when t.moment is null then 'date_missing' else 'date_unreadable' end when t.fueled_at > now() + interval '1 day' then 'date_in_future' end,
                 case when t.litres_said is null then 'quantity_missing' when t.km_in_litres then 'km_in_litres' when t.litres_kept is null then 'quantity_unreadable' end,
                 case when t.amount_said is not null and (t.amount_minor is null or t.amount_minor < 0) then 'amount_unreadable' end,
                 case when t.currency_read is distinct from t.house_currency then 'currency_foreign' end,
                 case when t.fuel_key is not null and t.fuel_kept is null then 'fuel_type_unknown' end,
                 case when t.department_key is not null and t.department_name is null then 'department_unknown' end,
                 case when t.vehicle_id is null and t.plate_key is not null then 'plate_unknown' end,
                 case when t.litres_kept > coalesce(t.tank_capacity_l * 1.1 + 2, 1500) then case when t.litres_kept >= 2000 then 'km_in_litres' else 'quantity_impossible' end end,
                 case when t.litres_kept <= 0 then 'quantity_impossible' end], null)
          from (
            select r.*, case when not r.km_in_litres and abs(r.litres_read) < 1e8 then round(r.litres_read, 3) end as litres_kept,
                   case when abs(r.amount_read) < 1e12 then round(r.amount_read * case fuel.minor_digits(r.currency_read) when 0 then 1 else 100 end)::bigint end as amount_minor,
                   coalesce(r.fuel_type, case when r.fuel_key is null then r.vehicle_fuel_type end) as fuel_kept
              from (
                select s.*, h.currency as house_currency, p.key as plate_key, p.vehicle_id, p.plate_norm, p.vehicle_fuel_type, p.tank_capacity_l, f.key as fuel_key, f.fuel_type, d.key as department_key, d.department as department_name,
                       fuel.parse_moment(s.moment, h.time_zone) as fueled_at,
                       s.litres #>> '{}' as litres_said, s.amount #>> '{}' as amount_said,
                       jsonb_typeof(s.litres) <> 'number' and coalesce(s.litres #>> '{}' ~* 'km', false) as km_in_litres,
                       case when jsonb_typeof(s.litres) = 'number' then s.litres::numeric else fuel.parse_litres(s.litres #>> '{}') end as litres_read,
                       coalesce(case when jsonb_typeof(s.amount) <> 'number' then fuel.parse_currency(s.amount #>> '{}') end, s.currency, h.currency) as currency_read,
                       case when jsonb_typeof(s.amount) = 'number' then s.amount::numeric else fuel.parse_amount(s.amount #>> '{}') end as amount_read,
                       case when jsonb_typeof(s.odometer) = 'number' then s.odometer::numeric else fuel.parse_odometer(s.odometer #>> '{}') end as odometer_read
                  from said s left join house h on true
                  left join plates p on p.said = s.car left join fuels f on f.said = s.fuel left join departments d on d.said = s.department
                offset 0) r
            offset 0) t;
      end`);
  }

  private async derive(q: QueryRunner): Promise<void> {
    await q.query(`
      create or replace function fuel.derive() returns trigger language plpgsql as $$
      declare d record;
      begin
        select * into strict d from fuel.derived(new.account_id, array[new.id], array[new.raw], array[new.overlay], array[new.source_at]);
        new.car := d.car; new.plate_norm := d.plate_norm; new.vehicle_id := d.vehicle_id; new.fueled_at := d.fueled_at;
        new.litres := d.litres; new.amount_minor := d.amount_minor; new.currency := d.currency; new.odometer_km := d.odometer_km; new.fuel_type_key := d.fuel_type_key; new.fuel_type := d.fuel_type;
        new.department_key := d.department_key; new.department := d.department; new.driver := d.driver; new.station := d.station; new.message := d.message; new.deleted_at := d.deleted_at; new.issues := d.issues;
        if tg_op = 'UPDATE' and new.raw is distinct from old.raw then new.decision := null; end if;
        if new.issues <> '{}' then new.review_id := coalesce(new.review_id, gen_random_uuid()); end if;
        return new;
      end $$`);
  }

  private async forgetNames(q: QueryRunner): Promise<void> {
    await q.query(`
      create or replace function fuel.forget_names(account uuid, drivers uuid[], plates text[]) returns int language plpgsql as $$
      declare changed int; said text := current_setting('fuel.derived_already', true);
      begin
        -- What people decided about a record stays, so it is not derived again.
        perform set_config('fuel.derived_already', 'yes', true);
        update fuel.records r
           set raw = fuel.impersonal(r.raw), driver = null, message = null, forgotten_at = now(), version = r.version + 1
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

  down(): Promise<void> {
    throw new Error('What was left out can be told from the rest only by deriving every record again; there is no way back.');
  }
}
