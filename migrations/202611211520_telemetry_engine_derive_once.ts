import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rollups, trips and detections come from one reading, so there is one list of what must be read again, in spans: a day that
 * was touched is one row and not 288. What the neighbours of a row of five minutes see is told by the samples themselves.
 */
export class TelemetryEngineDeriveOnce implements MigrationInterface {
  name = 'telemetry_engine_derive_once_0202611211520';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table telemetry_engine.derive_work (
        vehicle_no int not null,
        from_at timestamptz not null,
        to_at timestamptz not null,
        constraint derive_work_in_order check (from_at < to_at)
      ) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000)`);
    await q.query(`create index derive_work_next on telemetry_engine.derive_work (vehicle_no)`);
    await q.query(`select platform.system_door('telemetry_engine.derive_work')`);
    await q.query(`
      insert into telemetry_engine.derive_work (vehicle_no, from_at, to_at)
      select vehicle_no, bucket_at, bucket_at + interval '5 minutes' from telemetry_engine.motion_work
      union select vehicle_no, at, at + interval '5 minutes' from telemetry_engine.rollup_work where grain = 5`);
    await q.query(`drop table telemetry_engine.motion_work`);
    await q.query(`delete from telemetry_engine.rollup_work where grain = 5`);
    await q.query(`alter table telemetry_engine.rollup_work drop constraint rollup_work_grain, add constraint rollup_work_grain check (grain in (60, 1440))`);
    await q.query(`alter table telemetry_engine.rollup_5m drop column first_ms, drop column last_ms`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`alter table telemetry_engine.rollup_5m add column first_ms int, add column last_ms int`);
    await q.query(`alter table telemetry_engine.rollup_work drop constraint rollup_work_grain, add constraint rollup_work_grain check (grain in (5, 60, 1440))`);
    await q.query(`
      create table telemetry_engine.motion_work (
        vehicle_no int not null,
        bucket_at timestamptz not null
      ) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000)`);
    await q.query(`create index motion_work_next on telemetry_engine.motion_work (vehicle_no, bucket_at)`);
    await q.query(`select platform.system_door('telemetry_engine.motion_work')`);
    const buckets = `telemetry_engine.derive_work w cross join lateral generate_series(w.from_at, w.to_at - interval '5 minutes', interval '5 minutes') b`;
    await q.query(`insert into telemetry_engine.motion_work (vehicle_no, bucket_at) select w.vehicle_no, b from ${buckets}`);
    await q.query(`insert into telemetry_engine.rollup_work (grain, lane, at, vehicle_no) select 5, w.vehicle_no % 16, b, w.vehicle_no from ${buckets}`);
    await q.query(`drop table telemetry_engine.derive_work`);
  }
}
