import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Raw samples: one row per vehicle and device time, in day partitions that are dropped whole. Numbers are scaled integers;
 * a column `speed_kmh_x100` holds hundredths of a km/h. The view `reading` gives them back in plain units.
 */
export class TelemetryEngineCreateSamples implements MigrationInterface {
  name = 'telemetry_engine_create_samples_0202611211200';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`select platform.open_schema('telemetry_engine')`);
    await this.accountNumbers(q);
    if (await timescaleReady(q)) await this.hypertable(q);
    else await this.partitions(q);
    await this.reading(q);
    await q.query(`select telemetry_engine.ensure_days(current_date - 8, current_date + 3)`);
    await this.dirtyBuckets(q);
  }

  /** Two bytes instead of sixteen in every sample: the short number of an account. */
  private async accountNumbers(q: QueryRunner): Promise<void> {
    await q.query(`
      create table telemetry_engine.account_number (
        account_id uuid primary key references auth.account,
        account_no smallint not null generated always as identity constraint account_number_key unique
      )`);
    await q.query(`select platform.tenant_wall('telemetry_engine.account_number'), platform.system_door('telemetry_engine.account_number')`);
    await q.query(`revoke update, delete, truncate on telemetry_engine.account_number from fleet_app`);
  }

  /**
   * Row-level security forbids COPY FROM outright, so the wall stands on the parent, where everybody reads, while the server
   * copies into the day partitions, where it may insert and nothing else.
   */
  private async partitions(q: QueryRunner): Promise<void> {
    await q.query(`create table telemetry_engine.sample (${columns}, constraint sample_key unique (vehicle_no, at)) partition by range (at)`);
    await q.query(`select platform.system_door('telemetry_engine.sample')`);
    await q.query(`create policy tenant_wall on telemetry_engine.sample using (${ofAccount}) with check (${ofAccount})`);
    await q.query(`revoke update, delete, truncate on telemetry_engine.sample from fleet_app`);
    // The server's role owns nothing, so it asks these functions; they know no other table and refuse absurd days.
    await q.query(`
      create function telemetry_engine.ensure_days(first date, last date) returns int
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
      declare
        day date;
        leaf text;
        made int := 0;
      begin
        if first < current_date - 60 or last > current_date + 60 or last - first > 60 then
          raise exception 'days % to % are not near today', first, last;
        end if;
        perform pg_advisory_xact_lock(7301195020);
        for day in select generate_series(first, last, interval '1 day')::date loop
          leaf := 'sample_' || to_char(day, 'YYYYMMDD');
          continue when to_regclass('telemetry_engine.' || leaf) is not null;
          execute format('create table telemetry_engine.%I (like telemetry_engine.sample including defaults including constraints)', leaf);
          execute format('alter table telemetry_engine.%I set (autovacuum_vacuum_insert_scale_factor = 0.05)', leaf);
          execute format('revoke all on telemetry_engine.%I from fleet_app', leaf);
          execute format('grant insert on telemetry_engine.%I to fleet_app', leaf);
          -- Attaching, unlike creating as a partition, does not stop readers and writers of the other days.
          execute format('alter table telemetry_engine.sample attach partition telemetry_engine.%I for values from (%L) to (%L)',
                         leaf, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
          made := made + 1;
        end loop;
        return made;
      end $$`);
    await q.query(`
      create function telemetry_engine.drop_days(keep_days int) returns int
      language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '3s' as $$
      declare
        leaf record;
        dropped int := 0;
      begin
        if keep_days < 7 then
          raise exception 'samples are kept seven days, not %', keep_days;
        end if;
        perform pg_advisory_xact_lock(7301195020);
        for leaf in
          select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
           where i.inhparent = 'telemetry_engine.sample'::regclass
             and to_date(right(c.relname, 8), 'YYYYMMDD') < (now() at time zone 'UTC')::date - keep_days
           order by c.relname
        loop
          execute format('drop table telemetry_engine.%I', leaf.relname);
          dropped := dropped + 1;
        end loop;
        return dropped;
      end $$`);
    await q.query(`create function telemetry_engine.copy_target(day date) returns text immutable language sql return 'telemetry_engine.sample_' || to_char(day::timestamp, 'YYYYMMDD')`);
  }

  /**
   * With TimescaleDB the same columns live in a compressed hypertable. It takes no row-level security beside compression,
   * so the server may only insert into it and reads through a view that is the wall.
   */
  private async hypertable(q: QueryRunner): Promise<void> {
    await q.query(`create table telemetry_engine.sample_store (${columns}, constraint sample_key unique (vehicle_no, at))`);
    await q.query(`select create_hypertable('telemetry_engine.sample_store', 'at', chunk_time_interval => interval '1 day')`);
    await q.query(`alter table telemetry_engine.sample_store set (timescaledb.compress, timescaledb.compress_segmentby = 'vehicle_no', timescaledb.compress_orderby = 'at')`);
    await q.query(`select add_compression_policy('telemetry_engine.sample_store', interval '2 days')`);
    await q.query(`revoke all on telemetry_engine.sample_store from fleet_app`);
    await q.query(`grant insert on telemetry_engine.sample_store to fleet_app`);
    await q.query(`
      create view telemetry_engine.sample with (security_barrier) as select * from telemetry_engine.sample_store
       where ${ofAccount} or (select current_setting('app.scope', true)) = 'system'`);
    await q.query(`revoke update, delete, truncate on telemetry_engine.sample from fleet_app`);
    await q.query(`create function telemetry_engine.ensure_days(first date, last date) returns int language sql return 0`);
    await q.query(`
      create function telemetry_engine.drop_days(keep_days int) returns int
      language plpgsql security definer set search_path = pg_catalog, public, pg_temp set lock_timeout = '3s' as $$
      begin
        if keep_days < 7 then
          raise exception 'samples are kept seven days, not %', keep_days;
        end if;
        return (select count(*) from drop_chunks('telemetry_engine.sample_store', older_than => make_interval(days => keep_days)));
      end $$`);
    await q.query(`create function telemetry_engine.copy_target(day date) returns text immutable language sql return 'telemetry_engine.sample_store'`);
  }

  private async reading(q: QueryRunner): Promise<void> {
    await q.query(`
      create view telemetry_engine.reading with (security_invoker) as
      select vehicle_no, at, at + delay_ms * interval '1 ms' as received_at, delay_ms, flags,
             lat_x1e7 / 1e7::float8 as lat, lon_x1e7 / 1e7::float8 as lon,
             speed_kmh_x100 / 100.0::float8 as speed_kmh, heading_deg_x10 / 10.0::float8 as heading_deg, altitude_m, satellites,
             case when flags & 1 <> 0 then flags & 2 <> 0 end as ignition,
             case when flags & 4 <> 0 then flags & 8 <> 0 end as valid,
             fuel_rate_lph_x100 / 100.0::float8 as fuel_rate_lph, fuel_level_l_x5 / 5.0::float8 as fuel_level_l,
             fuel_level_pct_x100 / 100.0::float8 as fuel_level_pct, odometer_km_x100 / 100.0::float8 as odometer_km,
             engine_hours_x1000 / 1000.0::float8 as engine_hours, rpm, engine_load_pct_x10 / 10.0::float8 as engine_load_pct,
             coolant_c_x10 / 10.0::float8 as coolant_c, voltage_v_x100 / 100.0::float8 as voltage_v,
             inputs, outputs, driver_key, dtcs, extras
        from telemetry_engine.sample`);
  }

  /**
   * What rollups must compute anew, marked by the transaction that stored the sample. Writers skip marks they know to stand;
   * the epoch tells them when somebody has taken marks away.
   */
  private async dirtyBuckets(q: QueryRunner): Promise<void> {
    await q.query(`
      create table telemetry_engine.dirty_bucket (
        vehicle_no int not null,
        bucket_at timestamptz not null,
        constraint dirty_bucket_pk primary key (vehicle_no, bucket_at)
      ) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05)`);
    await q.query(`select platform.system_door('telemetry_engine.dirty_bucket')`);
    await q.query(`create sequence telemetry_engine.dirty_epoch`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop schema telemetry_engine cascade`);
  }
}

const ofAccount = `account_no = (select n.account_no from telemetry_engine.account_number n where n.account_id = nullif(current_setting('app.account_id', true), '')::uuid)`;

/** Widest first, so that nothing is padded; what few devices send comes last and costs nothing when absent. */
const columns = `
  at timestamptz not null,
  vehicle_no int not null,
  delay_ms int not null,
  lat_x1e7 int,
  lon_x1e7 int,
  odometer_km_x100 int,
  engine_hours_x1000 int,
  inputs int,
  outputs int,
  account_no smallint not null,
  flags smallint not null,
  speed_kmh_x100 smallint,
  heading_deg_x10 smallint,
  altitude_m smallint,
  satellites smallint,
  rpm smallint,
  engine_load_pct_x10 smallint,
  coolant_c_x10 smallint,
  voltage_v_x100 smallint,
  fuel_rate_lph_x100 smallint,
  fuel_level_l_x5 smallint,
  fuel_level_pct_x100 smallint,
  driver_key text,
  dtcs jsonb,
  extras jsonb`;

/** Installed here, or ours to install. A server that has its files but does not load it counts as one without. */
async function timescaleReady(q: QueryRunner): Promise<boolean> {
  const [found] = (await q.query(`
    select exists (select from pg_extension where extname = 'timescaledb') as installed,
           exists (select from pg_available_extensions where name = 'timescaledb') as available`)) as { installed: boolean; available: boolean }[];
  if (found?.installed || !found?.available) return found?.installed ?? false;
  await q.query('savepoint timescale');
  try {
    await q.query('create extension timescaledb');
    return true;
  } catch {
    await q.query('rollback to savepoint timescale');
    return false;
  }
}
