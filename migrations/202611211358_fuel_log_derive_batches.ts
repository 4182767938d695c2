import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Feed records are derived a batch at a time by one question; the trigger asks the same one for a single row. */
export class FuelLogDeriveBatches implements MigrationInterface {
  name = 'fuel_log_derive_batches_0202611211358';

  async up(q: QueryRunner): Promise<void> {
    await this.plainFirst(q);
    await this.said(q);
    await this.vehicles(q);
    await this.derived(q);
    await this.derive(q);
    // Row security holds the account already; the key made PostgreSQL lock the account's row for every record.
    await q.query(`alter table fuel.records drop constraint records_account_id_fkey`);
  }

  /** The way nearly everything is written is read without entering a function; everything else as before. */
  private async plainFirst(q: QueryRunner): Promise<void> {
    await q.query(`alter function fuel.parse_moment(text, text) rename to parse_any_moment`);
    await q.query(`
      create function fuel.parse_moment(said text, zone text) returns timestamptz immutable parallel safe language sql
      return case when said ~ '^(199|20[0-9]|21[0-9])[0-9]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?Z$' and zone is not null
        then make_timestamp(substr(said, 1, 4)::int, substr(said, 6, 2)::int, substr(said, 9, 2)::int, substr(said, 12, 2)::int, substr(said, 15, 2)::int, substr(said, 18, 2)::int) at time zone 'UTC'
        else fuel.parse_any_moment(said, zone) end`);
    await q.query(`create or replace function fuel.norm_plate(plate text) returns text immutable parallel safe language sql return nullif(transport_registry.norm_plate(plate), '')`);
    await q.query(`
      create or replace function fuel.minor_digits(currency text) returns int immutable parallel safe language sql
      return case when currency in ('UGX', 'RWF', 'BIF', 'JPY', 'KRW', 'XOF', 'XAF', 'VND', 'CLP') then 0 when currency is not null then 2 end`);
  }

  private async said(q: QueryRunner): Promise<void> {
    // Every name under which a feed may say something; a name it does not use costs nothing.
    const text = 'car plate number_plate vehicle fuel_type fuel product department dept updated_at deleted_at is_deleted deleted op fuel_date date datetime timestamp created_at currency driver driver_name station fuel_station message raw_message text';
    const json = 'litres liters quantity ltrs amount amount_kes total cost kes odometer odo mileage odometer_km';
    await q.query(`create type fuel.said as (${[...text.split(' ').map((name) => `"${name}" text`), ...json.split(' ').map((name) => `"${name}" jsonb`)].join(', ')})`);
  }

  /** By a plate as fuel.norm_plate has it, or by what the account says it means; its own before the other, one in service before a retired one. */
  private async vehicles(q: QueryRunner): Promise<void> {
    await q.query(`
      create function fuel.vehicle_named(account uuid, plate_key text) returns table (id uuid, plate_norm text, fuel_type text, tank_capacity_l numeric) stable rows 1 language sql begin atomic
        select w.id, w.plate_norm, w.fuel_type, w.tank_capacity_l from transport_registry.vehicle w
         where w.account_id = account
           and w.plate_norm = any(array[plate_key, (select o.canonical from fuel.alias o where o.account_id = account and o.kind = 'plate' and o.spelling_key = lower(plate_key))])
         order by w.plate_norm <> plate_key, w.status = 'retired', w.status_since desc limit 1;
      end`);
  }

  private async derived(q: QueryRunner): Promise<void> {
    await q.query(`
      create function fuel.derived(account uuid, ids text[], raws jsonb[], overlays jsonb[], source_ats timestamptz[])
      returns table (id text, raw jsonb, content_hash bytea, source_at timestamptz, car text, plate_norm text, vehicle_id uuid, fueled_at timestamptz, litres numeric, amount_minor bigint, currency text, odometer_km numeric,
        fuel_type_key text, fuel_type text, department_key text, department text, driver text, station text, message text, deleted_at timestamptz, issues text[])
      stable rows 2000 language sql set enable_seqscan = off begin atomic
        with said as materialized (
          select i.id, i.raw, i.source_at,
                 left(coalesce((i.s).car, (i.s).plate, (i.s).number_plate, (i.s).vehicle), 100) as car,
                 coalesce((i.s).fuel_type, (i.s).fuel, (i.s).product) as fuel, coalesce((i.s).department, (i.s).dept) as department,
                 coalesce((i.s).updated_at, (i.s).deleted_at) as stamp, nullif((i.s).deleted_at, '') as deleted_at,
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
        select t.id, t.raw, sha256(convert_to(t.raw::text, 'UTF8')), t.stamped_at, t.car, coalesce(t.plate_norm, t.plate_key), t.vehicle_id, t.fueled_at, t.litres_kept, t.amount_minor, t.currency_read,
               case when t.odometer_read between 0 and 9999999 then t.odometer_read end, t.fuel_key, t.fuel_kept, t.department_key, t.department_name, t.driver, t.station, t.message,
               case when t.deleted_at is not null then coalesce(fuel.parse_moment(t.deleted_at, 'UTC'), t.stamped_at) when t.is_deleted then t.stamped_at end,
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
                       coalesce(fuel.parse_moment(s.stamp, 'UTC'), s.source_at) as stamped_at, fuel.parse_moment(s.moment, h.time_zone) as fueled_at,
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
        new.content_hash := d.content_hash; new.source_at := d.source_at; new.car := d.car; new.plate_norm := d.plate_norm; new.vehicle_id := d.vehicle_id; new.fueled_at := d.fueled_at;
        new.litres := d.litres; new.amount_minor := d.amount_minor; new.currency := d.currency; new.odometer_km := d.odometer_km; new.fuel_type_key := d.fuel_type_key; new.fuel_type := d.fuel_type;
        new.department_key := d.department_key; new.department := d.department; new.driver := d.driver; new.station := d.station; new.message := d.message; new.deleted_at := d.deleted_at; new.issues := d.issues;
        if tg_op = 'UPDATE' and new.content_hash is distinct from old.content_hash then new.decision := null; end if;
        if new.issues <> '{}' then new.review_id := coalesce(new.review_id, gen_random_uuid()); end if;
        return new;
      end $$`);
    // An import hands in rows that it has derived already, a batch at a time, and says so for the length of its transaction.
    await q.query(`drop trigger derive on fuel.records`);
    await q.query(`
      create trigger derive before insert or update of raw, overlay on fuel.records for each row
      when (current_setting('fuel.derived_already', true) is distinct from 'yes') execute function fuel.derive()`);
  }

  down(): Promise<void> {
    throw new Error('Records are derived by these functions alone; there is no way back to one row at a time.');
  }
}
