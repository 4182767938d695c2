import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the feed said, as it said it, with columns derived beside it; and what people decided about the doubtful ones. */
export class FuelLogCreateFeedRecords implements MigrationInterface {
  name = 'fuel_log_create_feed_records_0202611211352';

  async up(q: QueryRunner): Promise<void> {
    await this.records(q);
    await this.derive(q);
    await this.judge(q);
    await this.decisions(q);
  }

  private async records(q: QueryRunner): Promise<void> {
    const declined = `decision is not distinct from 'declined'`;
    const doubtful = `decision is null and (issues <> '{}' or context_issues <> '{}')`;
    await q.query(`
      create table fuel.records (
        account_id uuid not null references auth.account,
        id text not null constraint records_id_length check (length(id) between 1 and 200),
        raw jsonb not null constraint records_raw_object check (jsonb_typeof(raw) = 'object'),
        overlay jsonb,
        source_at timestamptz not null,
        imported_at timestamptz not null,
        content_hash bytea not null,
        car text,
        plate_norm text,
        vehicle_id uuid,
        fueled_at timestamptz,
        litres numeric(12,3),
        amount_minor bigint,
        currency text,
        odometer_km numeric(12,1),
        odometer_void_reason text,
        fuel_type_key text,
        fuel_type text,
        department_key text,
        department text,
        driver text,
        station text,
        message text,
        issues text[] not null default '{}',
        context_issues text[] not null default '{}',
        duplicate_of text,
        fill_up_id uuid,
        decision text constraint records_decision check (decision in ('applied', 'declined')),
        review_id uuid,
        deleted_at timestamptz,
        missing_at timestamptz,
        version int not null default 1,
        state text not null generated always as (case when ${declined} then 'declined' when ${doubtful} then 'waiting' else 'accepted' end) stored,
        counted boolean not null generated always as
          (deleted_at is null and fill_up_id is null and not (${declined}) and not (${doubtful}) and fueled_at is not null and litres is not null) stored,
        constraint records_pk primary key (account_id, id)
      )`);
    await q.query(`create index records_by_time on fuel.records (account_id, fueled_at, id) where counted`);
    await q.query(`create index records_by_plate on fuel.records (account_id, plate_norm, fueled_at, id)`);
    await q.query(`create index records_by_department on fuel.records (account_id, department, fueled_at, id) where counted`);
    await q.query(`create index records_waiting on fuel.records (account_id, imported_at, review_id) where review_id is not null`);
    await q.query(`create unique index records_review_key on fuel.records (review_id) where review_id is not null`);
    await q.query(`create unique index records_fill_up_key on fuel.records (fill_up_id) where fill_up_id is not null`);
    await q.query(`create index records_imported on fuel.records using brin (imported_at) with (pages_per_range = 16)`);
    await q.query(`select platform.tenant_wall('fuel.records')`);
  }

  /** Runs for every record that comes or changes; so it asks only what one row can tell and other tables once. */
  private async derive(q: QueryRunner): Promise<void> {
    await q.query(`
      create function fuel.derive() returns trigger language plpgsql as $$
      declare
        r jsonb := jsonb_strip_nulls(case when new.overlay is null then new.raw else new.raw || new.overlay end);
        said text; value jsonb; amount numeric; reading numeric; l record; wrong text[] := '{}';
      begin
        new.car := left(coalesce(r->>'car', r->>'plate', r->>'number_plate', r->>'vehicle'), 100);
        new.plate_norm := fuel.norm_plate(new.car);
        new.fuel_type_key := fuel.spelling_key(coalesce(r->>'fuel_type', r->>'fuel', r->>'product'));
        new.department_key := fuel.spelling_key(coalesce(r->>'department', r->>'dept'));
        select * into l from fuel.look_up(new.account_id, new.fuel_type_key, new.department_key, new.plate_norm);
        new.content_hash := sha256(convert_to(new.raw::text, 'UTF8'));
        new.source_at := coalesce(fuel.parse_moment(coalesce(r->>'updated_at', r->>'deleted_at'), 'UTC'), new.source_at);
        new.deleted_at := case
          when nullif(r->>'deleted_at', '') is not null then coalesce(fuel.parse_moment(r->>'deleted_at', 'UTC'), new.source_at)
          when r->>'is_deleted' = 'true' or r->>'deleted' = 'true' or lower(r->>'op') in ('d', 'delete') then new.source_at
          else null end;
        if new.plate_norm is null then wrong := wrong || 'plate_missing'::text; end if;

        said := coalesce(r->>'fuel_date', r->>'date', r->>'datetime', r->>'timestamp', r->>'created_at');
        new.fueled_at := fuel.parse_moment(said, l.time_zone);
        if new.fueled_at is null then wrong := wrong || case when said is null then 'date_missing' else 'date_unreadable' end;
        elsif new.fueled_at > now() + interval '1 day' then wrong := wrong || 'date_in_future'::text;
        end if;

        value := coalesce(r->'litres', r->'liters', r->'quantity', r->'ltrs');
        said := value #>> '{}';
        new.litres := null;
        if said is null then wrong := wrong || 'quantity_missing'::text;
        elsif said ~* 'km' then wrong := wrong || 'km_in_litres'::text;
        else
          new.litres := case when jsonb_typeof(value) = 'number' then value::numeric else fuel.parse_litres(said) end;
          if abs(new.litres) >= 1e8 then new.litres := null; end if;
          if new.litres is null then wrong := wrong || 'quantity_unreadable'::text; end if;
        end if;

        value := coalesce(r->'amount', r->'amount_kes', r->'total', r->'cost', r->'kes');
        said := value #>> '{}';
        new.currency := coalesce(fuel.parse_currency(said), upper(nullif(left(r->>'currency', 3), '')), l.currency);
        amount := case when jsonb_typeof(value) = 'number' then value::numeric else fuel.parse_amount(said) end;
        new.amount_minor := case when abs(amount) < 1e12 then round(amount * case fuel.minor_digits(new.currency) when 0 then 1 else 100 end) end;
        if said is not null and (new.amount_minor is null or new.amount_minor < 0) then wrong := wrong || 'amount_unreadable'::text; end if;
        if new.currency is distinct from l.currency then wrong := wrong || 'currency_foreign'::text; end if;

        value := coalesce(r->'odometer', r->'odo', r->'mileage', r->'odometer_km');
        reading := case when jsonb_typeof(value) = 'number' then value::numeric else fuel.parse_odometer(value #>> '{}') end;
        new.odometer_km := case when reading between 0 and 9999999 then reading end;

        new.fuel_type := coalesce(l.fuel_type, case when new.fuel_type_key is null then l.vehicle_fuel_type end);
        if new.fuel_type_key is not null and new.fuel_type is null then wrong := wrong || 'fuel_type_unknown'::text; end if;
        new.department := l.department;
        if new.department_key is not null and new.department is null then wrong := wrong || 'department_unknown'::text; end if;

        new.driver := left(coalesce(r->>'driver', r->>'driver_name'), 200);
        new.station := left(coalesce(r->>'station', r->>'fuel_station'), 200);
        new.message := left(coalesce(r->>'message', r->>'raw_message', r->>'text'), 4000);

        new.vehicle_id := l.vehicle_id;
        if l.vehicle_id is not null then new.plate_norm := l.plate_norm;
        elsif new.plate_norm is not null then wrong := wrong || 'plate_unknown'::text;
        end if;
        if new.litres > coalesce(l.tank_capacity_l * 1.1 + 2, 1500) then wrong := wrong || case when new.litres >= 2000 then 'km_in_litres' else 'quantity_impossible' end; end if;
        if new.litres <= 0 then wrong := wrong || 'quantity_impossible'::text; end if;

        new.issues := wrong;
        if tg_op = 'UPDATE' and new.content_hash is distinct from old.content_hash then new.decision := null; end if;
        if wrong <> '{}' then new.review_id := coalesce(new.review_id, gen_random_uuid()); end if;
        return new;
      end $$`);
    await q.query(`create trigger derive before insert or update of raw, overlay on fuel.records for each row execute function fuel.derive()`);
  }

  /**
   * What only neighbours can tell: repeated messages, and readings that fit neither neighbour. Works on whole vehicles, changes
   * only rows whose verdict changes, so running it again changes nothing.
   */
  private async judge(q: QueryRunner): Promise<void> {
    await q.query(`
      create function fuel.judge(account uuid, plates text[]) returns int language plpgsql as $$
      declare changed int; found_in jsonb;
      begin
        with same as (
          select r.id, r.plate_norm, r.fueled_at, r.odometer_km as km, r.duplicate_of, r.odometer_void_reason, r.context_issues,
                 case when r.decision is null and r.fueled_at is not null
                   then first_value(r.id) over (partition by r.plate_norm, r.litres, r.odometer_km, r.amount_minor, date_bin('10 minutes', r.fueled_at, 'epoch') order by r.imported_at, r.source_at, r.id)
                   else r.id end as first_id
            from fuel.records r
           where r.account_id = account and r.plate_norm = any(plates) and r.deleted_at is null and r.decision is distinct from 'declined'
        ), series as (
          select s.*, case when s.first_id <> s.id then s.first_id end as repeats,
                 case when s.km is not null and s.fueled_at is not null and s.first_id = s.id then fuel.odometer_fault(s.km, s.fueled_at, lag(s.km) over w, lag(s.fueled_at) over w, lead(s.km) over w, lead(s.fueled_at) over w) end as fault
            from same s
          window w as (partition by s.plate_norm, s.km is not null and s.fueled_at is not null and s.first_id = s.id order by s.fueled_at, s.km, s.id)
        ), verdict as (
          select s.*, array_remove(array[case when s.repeats is not null then 'duplicate' end, case when s.fault is not null then 'odometer_out_of_line' end], null) as found from series s
        ), differing as (
          select v.id, v.repeats, v.fault, v.found from verdict v
           where v.repeats is distinct from v.duplicate_of or v.fault is distinct from v.odometer_void_reason or v.found is distinct from v.context_issues
        )
        select jsonb_agg(d) into found_in from differing d;
        -- Apart from the question, or a planner without statistics asks it again for every record.
        update fuel.records r set context_issues = d.found, duplicate_of = d.repeats, odometer_void_reason = d.fault,
               review_id = case when d.found <> '{}' then coalesce(r.review_id, gen_random_uuid()) else r.review_id end
          from jsonb_to_recordset(found_in) d (id text, repeats text, fault text, found text[]) where r.account_id = account and r.id = d.id;
        get diagnostics changed = row_count;
        return changed;
      end $$`);
    // The same limits as people's readings have in the registry: never falling, and no more than a vehicle can drive.
    await q.query(`
      create function fuel.odometer_fault(km numeric, at timestamptz, before_km numeric, before_at timestamptz, after_km numeric, after_at timestamptz)
      returns text immutable parallel safe language sql return case
        when km is null then null
        when before_km is not null and after_km is not null then case
          when before_km <= after_km + 1 and km < before_km - 1 then 'rollback'
          when before_km <= after_km + 1 and km > after_km + 1 then 'above_later'
          when km - before_km > 2640 * extract(epoch from at - before_at) / 86400 + 100 and km > after_km + 1 then 'impossible_distance' end
        when before_km is not null then case
          when km < before_km - 1 then 'rollback'
          when km - before_km > 2640 * extract(epoch from at - before_at) / 86400 + 100 then 'impossible_distance' end
        when after_km is not null and km > after_km + 1 and km - after_km > 100000 then 'above_later' end`);
  }

  private async decisions(q: QueryRunner): Promise<void> {
    await q.query(`
      create table fuel.decision (
        id bigint generated always as identity constraint decision_pk primary key,
        account_id uuid not null,
        record_id text not null,
        action text not null constraint decision_action check (action in ('apply', 'edit', 'decline', 'undo')),
        reason text,
        before_decision text,
        before_overlay jsonb,
        after_overlay jsonb,
        undone_by bigint,
        decided_by text not null,
        at timestamptz not null,
        constraint decision_of_record foreign key (account_id, record_id) references fuel.records (account_id, id)
      )`);
    await q.query(`create index decision_of on fuel.decision (account_id, record_id, id)`);
    await q.query(`select platform.tenant_wall('fuel.decision')`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop table fuel.decision, fuel.records`);
    await q.query(`drop function fuel.derive(), fuel.judge(uuid, text[]), fuel.odometer_fault(numeric, timestamptz, numeric, timestamptz, numeric, timestamptz)`);
  }
}
