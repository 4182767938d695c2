import type { MigrationInterface, QueryRunner } from 'typeorm';

const builtIn: Record<string, Record<string, string>> = {
  fuel_type: {
    gasoline: 'gasoline gasolin petrol petroli petrl petorl pertol petol petral petrolsuper super supa superpetrol unleaded pms ulp premium vpower benzin benzine gas95 e10',
    diesel: 'diesel disiel deisel disel diesal dizel dizeli deseal desel diesle dieseli diezel dieasel dieesel diessel dsl ago gasoil adiesel automotivediesel lsd d50',
    electric: 'electric electricity elektric ev kwh umeme charging',
    lpg: 'lpg autogas gesi propane',
    cng: 'cng naturalgas',
    hybrid: 'hybrid haibridi',
  },
  department: {
    Logistics: 'logistics logistic logistcs logitics logsitics logistiks logisticsdept logisticsdepartment logdept usafirishaji uchukuzi',
    Sales: 'sales sale salez saless mauzo salesdept salesdepartment',
    Administration: 'admin administration adminstration administrasion utawala admindept',
    Operations: 'operations operation operatons opps ops shughuli',
    Maintenance: 'maintenance maintainance maintenence workshop garage matengenezo karakana',
    Finance: 'finance finanace accounts fedha',
    Management: 'management managment usimamizi',
    Security: 'security secuirty securty ulinzi usalama',
  },
};

/** Spellings and how numbers, dates and plates of chat messages are read. SQL is their only home: the trigger on the records and people ask the same functions. */
export class FuelLogCreateFeedSpellings implements MigrationInterface {
  name = 'fuel_log_create_feed_spellings_0202611211350';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`select platform.open_schema('fuel')`);
    await this.aliases(q);
    await this.words(q);
    await this.numbers(q);
    await this.moments(q);
  }

  private async aliases(q: QueryRunner): Promise<void> {
    const kinds = `check (kind in ('fuel_type', 'department', 'plate'))`;
    await q.query(`
      create table fuel.alias (
        id uuid not null constraint alias_pk primary key,
        account_id uuid not null references auth.account,
        kind text not null constraint alias_kind ${kinds},
        spelling_key text not null constraint alias_says_something check (spelling_key <> ''),
        spelling text not null,
        canonical text not null constraint alias_means_something check (canonical <> ''),
        taught_by text not null,
        created_at timestamptz not null,
        constraint alias_spelling_key unique (account_id, kind, spelling_key),
        constraint alias_fuel_type_known check (kind <> 'fuel_type' or canonical in ('gasoline', 'diesel', 'electric', 'hybrid', 'lpg', 'cng'))
      )`);
    await q.query(`select platform.tenant_wall('fuel.alias')`);
    await q.query(`create table fuel.builtin_alias (kind text not null constraint builtin_alias_kind ${kinds}, spelling_key text not null, canonical text not null, constraint builtin_alias_pk primary key (kind, spelling_key))`);
    for (const [kind, meanings] of Object.entries(builtIn)) {
      for (const [canonical, keys] of Object.entries(meanings)) {
        await q.query(`insert into fuel.builtin_alias select $1, key, $2 from unnest($3::text[]) key`, [kind, canonical, keys.split(' ')]);
      }
    }
    await q.query(`revoke insert, update, delete on fuel.builtin_alias from fleet_app`);
    await q.query(`alter table fuel.builtin_alias enable row level security, force row level security`);
    // Words of the language belong to nobody; every account may read them.
    await q.query(`create policy everybody_reads on fuel.builtin_alias for select using (true)`);
  }

  private async words(q: QueryRunner): Promise<void> {
    await q.query(`
      create function fuel.spelling_key(said text) returns text immutable strict parallel safe language sql
      return nullif(lower(regexp_replace(said, '[^[:alnum:]]', '', 'g')), '')`);
    await q.query(`
      create function fuel.norm_plate(plate text) returns text immutable strict parallel safe language sql
      return nullif(transport_registry.norm_plate(plate), '')`);
    // Everything one record asks of other tables, in one statement: whoever asks for a part asks here too. An account's own
    // word goes before the built-in one. Row security takes no coalesce and no function of ours into an index, so neither is asked.
    await q.query(`
      create function fuel.look_up(account uuid, fuel_key text, department_key text, plate_key text)
      returns table (time_zone text, currency text, fuel_type text, department text, vehicle_id uuid, plate_norm text, vehicle_fuel_type text, tank_capacity_l numeric)
      stable language sql begin atomic
        select a.time_zone, a.currency,
               coalesce((select o.canonical from fuel.alias o where o.account_id = account and o.kind = 'fuel_type' and o.spelling_key = fuel_key),
                        (select b.canonical from fuel.builtin_alias b where b.kind = 'fuel_type' and b.spelling_key = fuel_key)),
               coalesce((select o.canonical from fuel.alias o where o.account_id = account and o.kind = 'department' and o.spelling_key = department_key),
                        (select b.canonical from fuel.builtin_alias b where b.kind = 'department' and b.spelling_key = department_key)),
               v.id, v.plate_norm, v.fuel_type, v.tank_capacity_l
          from auth.account a
          left join lateral (
            select w.id, w.plate_norm, w.fuel_type, w.tank_capacity_l from transport_registry.vehicle w
             where w.account_id = account
               and w.plate_norm = any(array[plate_key, (select o.canonical from fuel.alias o where o.account_id = account and o.kind = 'plate' and o.spelling_key = lower(plate_key))])
             order by w.plate_norm <> plate_key, w.status = 'retired', w.status_since desc limit 1) v on true
         where a.id = account;
      end`);
    await q.query(`
      create function fuel.canon_fuel_type(said text) returns text stable strict language sql
      return (select l.fuel_type from fuel.look_up((select nullif(current_setting('app.account_id', true), '')::uuid), fuel.spelling_key(said), null, null) l)`);
    await q.query(`
      create function fuel.canon_department(said text) returns text stable strict language sql
      return (select l.department from fuel.look_up((select nullif(current_setting('app.account_id', true), '')::uuid), null, fuel.spelling_key(said), null) l)`);
    // The registry's departments are known as they stand there.
    await q.query(`
      create function fuel.learn_departments(account uuid) returns void language sql begin atomic
        insert into fuel.alias (id, account_id, kind, spelling_key, spelling, canonical, taught_by, created_at)
        select gen_random_uuid(), account, 'department', fuel.spelling_key(v.department), v.department, v.department, 'transport_registry', now()
          from (select distinct on (fuel.spelling_key(department)) department from transport_registry.vehicle
                 where account_id = account and fuel.spelling_key(department) is not null order by fuel.spelling_key(department), department) v
        on conflict (account_id, kind, spelling_key) do nothing;
      end`);
    // Retired vehicles gave their plates back, so the unique index does not hold them; their old fills still name them.
    await q.query(`create index vehicle_by_any_plate on transport_registry.vehicle (account_id, plate_norm)`);
  }

  private async numbers(q: QueryRunner): Promise<void> {
    // The first number in a text. A lone separator before exactly three digits groups thousands if it is one of lone_groups, else it is decimal.
    await q.query(`
      create function fuel.parse_number(said text, lone_groups text) returns numeric immutable strict parallel safe language plpgsql as $$
      declare t text; last_dot int; last_comma int; dots int; commas int; decimal_mark text; thousands boolean;
      begin
        if length(said) > 200 then return null; end if;
        if translate(said, '0123456789', '') = '' and length(said) between 1 and 12 then return said::numeric; end if;
        t := substring(said from '-?[0-9](?:[0-9]|[.,''’ ](?=[0-9]))*');
        if t is null then return null; end if;
        thousands := said ~* '[0-9] ?k(?![a-z])';
        t := split_part(regexp_replace(t, '[ ''’](?=[0-9]{3}(?![0-9]))', '', 'g'), ' ', 1);
        t := split_part(t, '''', 1);
        dots := length(t) - length(replace(t, '.', ''));
        commas := length(t) - length(replace(t, ',', ''));
        last_dot := length(t) - strpos(reverse(t), '.') + 1;
        last_comma := length(t) - strpos(reverse(t), ',') + 1;
        if dots > 0 and commas > 0 then
          decimal_mark := case when last_dot > last_comma then '.' else ',' end;
          if (decimal_mark = '.' and dots > 1) or (decimal_mark = ',' and commas > 1) then return null; end if;
        elsif dots + commas = 1 then
          decimal_mark := case when dots = 1 then '.' else ',' end;
          if strpos(lone_groups, decimal_mark) > 0 and t ~ '^-?[1-9][0-9]{0,2}[.,][0-9]{3}$' then decimal_mark := null; end if;
        elsif dots + commas > 1 and t !~ '^-?[0-9]{1,3}([.,][0-9]{3})+$' then return null;
        end if;
        if decimal_mark = '.' then t := replace(t, ',', '');
        elsif decimal_mark = ',' then t := replace(replace(t, '.', ''), ',', '.');
        else t := replace(replace(t, '.', ''), ',', '');
        end if;
        if t !~ '^-?[0-9]{1,12}(\\.[0-9]{1,12})?$' then return null; end if;
        return t::numeric * case when thousands then 1000 else 1 end;
      end $$`);
    const units = { litres: `','`, amount: `'.,'`, odometer: `'.,'` };
    for (const [what, loneGroups] of Object.entries(units)) {
      await q.query(`create function fuel.parse_${what}(said text) returns numeric immutable strict parallel safe language sql return fuel.parse_number(said, ${loneGroups})`);
    }
    await q.query(`
      create function fuel.parse_currency(said text) returns text immutable strict parallel safe language plpgsql as $$
      declare word text := upper(substring(said from '(?i)(kes|ksh|kshs|usd|eur|gbp|ugx|tzs|rwf|etb|zar|[$€£])'));
      begin
        return case when word in ('KSH', 'KSHS') then 'KES' when word = '$' then 'USD' when word = '€' then 'EUR' when word = '£' then 'GBP' else word end;
      end $$`);
    await q.query(`
      create function fuel.minor_digits(currency text) returns int immutable strict parallel safe language sql
      return case when currency in ('UGX', 'RWF', 'BIF', 'JPY', 'KRW', 'XOF', 'XAF', 'VND', 'CLP') then 0 else 2 end`);
  }

  private async moments(q: QueryRunner): Promise<void> {
    await q.query(`
      create function fuel.month_of(word text) returns int immutable strict parallel safe language sql
      return case left(lower(word), 3)
        when 'jan' then 1 when 'feb' then 2 when 'mar' then 3 when 'mac' then 3 when 'apr' then 4 when 'may' then 5 when 'mei' then 5 when 'jun' then 6
        when 'jul' then 7 when 'aug' then 8 when 'ago' then 8 when 'sep' then 9 when 'oct' then 10 when 'okt' then 10 when 'nov' then 11 when 'dec' then 12 when 'des' then 12 end`);
    // Date and time from their digits; null when no calendar has them.
    await q.query(`
      create function fuel.moment_of(y int, m int, d int, h int, mi int, s int, half text, zone text) returns timestamptz immutable parallel safe language plpgsql as $$
      begin
        if y < 100 then y := y + 2000; end if;
        if half is not null and h between 1 and 12 then h := h % 12 + case when half = 'pm' then 12 else 0 end; end if;
        if m is null or y not between 1990 and 2200 or m not between 1 and 12 or d < 1 or h > 23 or mi > 59 or s > 59 then return null; end if;
        if d > 28 and d > extract(day from make_date(y, m, 1) + interval '1 month - 1 day') then return null; end if;
        return make_timestamp(y, m, d, coalesce(h, 12), coalesce(mi, 0), coalesce(s, 0)) at time zone zone;
      end $$`);
    // ISO, day/month/year, "3 Mei 2026", seconds or milliseconds since 1970. Days go before months unless they cannot.
    // Shapes are tested without captures and then cut by position or separator: captures cost a hundred times more here.
    await q.query(`
      create function fuel.parse_moment(said text, zone text) returns timestamptz immutable strict parallel safe language plpgsql as $$
      declare t text := lower(btrim(said)); p text[]; tail text; half text;
      begin
        if length(t) > 60 then return null; end if;
        if right(t, 1) = 'z' and translate(left(t, 19), '0123456789', '') = '--t::' and t like '____-__-__t__:__:__%' and translate(substr(t, 20), '.0123456789', '') = 'z' then
          return fuel.moment_of(left(t, 4)::int, substr(t, 6, 2)::int, substr(t, 9, 2)::int, substr(t, 12, 2)::int, substr(t, 15, 2)::int, substr(t, 18, 2)::int, null, 'UTC');
        end if;
        if t ~ '^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([t ]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?( ?z| ?[+-][0-9]{2}:?[0-9]{2})?)?$' then
          if right(t, 1) = 'z' then zone := 'UTC';
          elsif t ~ ':.*[+-]' then
            tail := substr(t, length(t) - strpos(reverse(translate(t, '+', '-')), '-') + 1);
            t := left(t, length(t) - length(tail));
          end if;
          p := array_remove(string_to_array(replace(translate(t, '/t:., ', '------'), 'z', ''), '-'), '');
          return fuel.moment_of(p[1]::int, p[2]::int, p[3]::int, p[4]::int, p[5]::int, p[6]::int, null, case when tail is null then zone else 'UTC' end)
            - case when tail is null then interval '0' else make_interval(mins => (left(tail, 1) || '1')::int * (substr(tail, 2, 2)::int * 60 + right(tail, 2)::int)) end;
        end if;
        if t ~ '^([0-9]{1,2}[./-][0-9]{1,2}[./-]|[0-9]{1,2}(st|nd|rd|th)?[ -][a-z]{3,10}[ ,-]+)([0-9]{4}|[0-9]{2})([ ,t]+[0-9]{1,2}[:.][0-9]{2}(:[0-9]{2})? ?(am|pm|hrs)?)?$' then
          half := case when right(t, 2) in ('am', 'pm') then right(t, 2) end;
          p := regexp_split_to_array(t, '[^0-9]+');
          p := array(select nullif(part, '') from unnest(p) with ordinality u (part, n) order by n);
          if t ~ '^[0-9]{1,2}[./-][0-9]' then
            if p[2]::int > 12 then return fuel.moment_of(p[3]::int, p[1]::int, p[2]::int, p[4]::int, p[5]::int, p[6]::int, half, zone); end if;
            return fuel.moment_of(p[3]::int, p[2]::int, p[1]::int, p[4]::int, p[5]::int, p[6]::int, half, zone);
          end if;
          return fuel.moment_of(p[2]::int, fuel.month_of(substring(t from '[ -]([a-z]{3})')), p[1]::int, p[3]::int, p[4]::int, p[5]::int, half, zone);
        end if;
        if t ~ '^[0-9]{10}$' then return to_timestamp(t::double precision); end if;
        if t ~ '^[0-9]{13}$' then return to_timestamp(t::double precision / 1000); end if;
        return null;
      end $$`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop index transport_registry.vehicle_by_any_plate`);
    await q.query(`drop schema fuel cascade`);
  }
}
