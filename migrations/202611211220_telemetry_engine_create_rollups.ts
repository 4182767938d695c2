import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What samples add up to: rows of five minutes, hours and days, and the list of those that must be computed anew. */
export class TelemetryEngineCreateRollups implements MigrationInterface {
  name = 'telemetry_engine_create_rollups_0202611211220';

  async up(q: QueryRunner): Promise<void> {
    await this.work(q);
    await this.fiveMinutes(q);
    await this.longer(q);
  }

  /**
   * Notes of what was taken from dirty_bucket. Nothing here is unique, so writing a note never waits for somebody who works
   * one off; a lane is worked off by one at a time.
   */
  private async work(q: QueryRunner): Promise<void> {
    await q.query(`
      create table telemetry_engine.rollup_work (
        grain smallint not null constraint rollup_work_grain check (grain in (5, 60, 1440)),
        lane smallint not null,
        at timestamptz not null,
        vehicle_no int not null
      ) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000)`);
    await q.query(`create index rollup_work_next on telemetry_engine.rollup_work (grain, lane, at, vehicle_no)`);
    await q.query(`select platform.system_door('telemetry_engine.rollup_work')`);
  }

  /** Day partitions by UTC, dropped whole, like the samples. */
  private async fiveMinutes(q: QueryRunner): Promise<void> {
    await q.query(`
      create table telemetry_engine.rollup_5m (
        at timestamptz not null,
        ${figures('smallint')},
        first_ms int,
        last_ms int,
        constraint rollup_5m_pk primary key (vehicle_no, at)
      ) partition by range (at)`);
    await this.walls(q, 'rollup_5m');
    await q.query(`
      create function telemetry_engine.ensure_rollup_days(first date, last date) returns int
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
      declare
        day date;
        leaf text;
        made int := 0;
      begin
        if first < current_date - 100 or last > current_date + 60 or last - first > 160 then
          raise exception 'days % to % are not near today', first, last;
        end if;
        perform pg_advisory_xact_lock(7301195021);
        for day in select generate_series(first, last, interval '1 day')::date loop
          leaf := 'rollup_5m_' || to_char(day, 'YYYYMMDD');
          continue when to_regclass('telemetry_engine.' || leaf) is not null;
          execute format('create table telemetry_engine.%I (like telemetry_engine.rollup_5m including defaults including constraints) with (fillfactor = 85)', leaf);
          execute format('revoke all on telemetry_engine.%I from fleet_app', leaf);
          execute format('alter table telemetry_engine.rollup_5m attach partition telemetry_engine.%I for values from (%L) to (%L)',
                         leaf, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
          made := made + 1;
        end loop;
        return made;
      end $$`);
    await q.query(`
      create function telemetry_engine.drop_rollup_days(keep_days int) returns int
      language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '3s' as $$
      declare
        leaf record;
        dropped int := 0;
      begin
        if keep_days < 90 then
          raise exception 'rollups are kept ninety days, not %', keep_days;
        end if;
        perform pg_advisory_xact_lock(7301195021);
        for leaf in
          select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
           where i.inhparent = 'telemetry_engine.rollup_5m'::regclass
             and to_date(right(c.relname, 8), 'YYYYMMDD') < (now() at time zone 'UTC')::date - keep_days
           order by c.relname
        loop
          execute format('drop table telemetry_engine.%I', leaf.relname);
          dropped := dropped + 1;
        end loop;
        return dropped;
      end $$`);
    await q.query(`select telemetry_engine.ensure_rollup_days(current_date - 8, current_date + 3)`);
  }

  /** Hours begin where they begin on the account's clocks, so that days of any zone are made of whole ones. */
  private async longer(q: QueryRunner): Promise<void> {
    await q.query(`
      create table telemetry_engine.rollup_hour (
        at timestamptz not null,
        ${figures('int')},
        constraint rollup_hour_pk primary key (vehicle_no, at)
      ) with (fillfactor = 85)`);
    await q.query(`create index rollup_hour_old on telemetry_engine.rollup_hour using brin (at)`);
    await this.walls(q, 'rollup_hour');
    await q.query(`
      create table telemetry_engine.rollup_day (
        on_day date not null,
        from_at timestamptz not null,
        to_at timestamptz not null,
        ${figures('int')},
        constraint rollup_day_pk primary key (vehicle_no, on_day)
      ) with (fillfactor = 70)`);
    await q.query(`create index rollup_day_of_account on telemetry_engine.rollup_day (account_no, on_day)`);
    await this.walls(q, 'rollup_day');
  }

  private async walls(q: QueryRunner, table: string): Promise<void> {
    await q.query(`select platform.system_door('telemetry_engine.${table}')`);
    await q.query(`create policy tenant_wall on telemetry_engine.${table} using (${ofAccount}) with check (${ofAccount})`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop function telemetry_engine.ensure_rollup_days(date, date), telemetry_engine.drop_rollup_days(int)`);
    await q.query(`drop table telemetry_engine.rollup_day, telemetry_engine.rollup_hour, telemetry_engine.rollup_5m, telemetry_engine.rollup_work`);
  }
}

const ofAccount = `account_no = (select n.account_no from telemetry_engine.account_number n where n.account_id = nullif(current_setting('app.account_id', true), '')::uuid)`;

/** Tenths of a second driven at each ten km/h; percentiles of speed are read out of them. */
const bandCount = 16;

/** Times in milliseconds, so that they add up without a rest. */
const figures = (small: 'smallint' | 'int'): string => `
        vehicle_no int not null,
        account_no int not null,
        distance_m int not null,
        moving_ms int not null,
        idle_ms int not null,
        stopped_ms int not null,
        fuel_ml int,
        samples ${small} not null,
        speed_max_x10 smallint,
        harsh_accelerations ${small} not null,
        harsh_brakings ${small} not null,
        harsh_cornerings ${small} not null,
        ${Array.from({ length: bandCount }, (_, band) => `band_${band}_ds ${small} not null`).join(', ')}`;
