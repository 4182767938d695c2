import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Trips, stops and detections, how far each vehicle's samples were read, and what people set about them. */
export class TelemetryEngineCreateMotion implements MigrationInterface {
  name = 'telemetry_engine_create_motion_0202611211222';

  async up(q: QueryRunner): Promise<void> {
    await this.progress(q);
    await this.found(q);
    await this.settings(q);
    await this.geofences(q);
  }

  private async progress(q: QueryRunner): Promise<void> {
    await q.query(`
      create table telemetry_engine.motion_work (
        vehicle_no int not null,
        bucket_at timestamptz not null
      ) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000)`);
    await q.query(`create index motion_work_next on telemetry_engine.motion_work (vehicle_no, bucket_at)`);
    await q.query(`select platform.system_door('telemetry_engine.motion_work')`);
    // What the rules remember after the newest sample, and after each four hours before it. Text: two are compared letter by letter.
    await q.query(`
      create table telemetry_engine.motion_head (
        vehicle_no int constraint motion_head_pk primary key,
        account_id uuid not null,
        at timestamptz not null,
        closes_at timestamptz,
        state text not null
      ) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.1)`);
    await q.query(`create index motion_head_closing on telemetry_engine.motion_head (closes_at) where closes_at is not null`);
    await q.query(`
      create table telemetry_engine.motion_checkpoint (
        vehicle_no int not null,
        slot_at timestamptz not null,
        account_id uuid not null,
        at timestamptz not null,
        state text not null,
        constraint motion_checkpoint_pk primary key (vehicle_no, slot_at)
      )`);
    await q.query(`select platform.tenant_wall(t), platform.system_door(t) from unnest(array['telemetry_engine.motion_head', 'telemetry_engine.motion_checkpoint']::regclass[]) t`);
  }

  /** `decided_at` is the moment in the samples from which on it was settled; infinity while it still goes on. */
  private async found(q: QueryRunner): Promise<void> {
    await q.query(`
      create table telemetry_engine.stretch (
        id uuid not null constraint stretch_pk primary key,
        account_id uuid not null,
        vehicle_no int not null,
        vehicle_id uuid not null,
        kind text not null constraint stretch_kind check (kind in ('trip', 'stop')),
        from_at timestamptz not null,
        to_at timestamptz,
        decided_at timestamptz not null,
        revision int not null,
        told_revision int,
        body jsonb not null,
        constraint stretch_in_order check (to_at >= from_at),
        constraint stretch_of_vehicle foreign key (account_id, vehicle_id) references transport_registry.vehicle (account_id, id)
      )`);
    await q.query(`create index stretch_of_vehicle_by_start on telemetry_engine.stretch (vehicle_no, from_at)`);
    await q.query(`create index stretch_decided on telemetry_engine.stretch (vehicle_no, decided_at)`);
    await q.query(`create index stretch_old on telemetry_engine.stretch using brin (from_at)`);
    await q.query(`
      create table telemetry_engine.detection (
        id uuid not null constraint detection_pk primary key,
        account_id uuid not null,
        vehicle_no int not null,
        vehicle_id uuid not null,
        kind text not null,
        subject text not null,
        from_at timestamptz not null,
        to_at timestamptz,
        decided_at timestamptz not null,
        revision int not null,
        told_revision int,
        body jsonb not null,
        constraint detection_in_order check (to_at >= from_at),
        constraint detection_of_vehicle foreign key (account_id, vehicle_id) references transport_registry.vehicle (account_id, id)
      )`);
    await q.query(`create index detection_of_vehicle_by_start on telemetry_engine.detection (vehicle_no, from_at)`);
    await q.query(`create index detection_decided on telemetry_engine.detection (vehicle_no, decided_at)`);
    await q.query(`create index detection_of_account on telemetry_engine.detection (account_id, from_at desc, id)`);
    // The rollups count these inside five minutes.
    await q.query(`create index detection_harsh on telemetry_engine.detection (vehicle_no, from_at) include (kind) where kind in ('harsh_acceleration', 'harsh_braking', 'harsh_cornering')`);
    await q.query(`create unique index detection_silent_once on telemetry_engine.detection (vehicle_no) where kind = 'device_silent' and to_at is null`);
    await q.query(`select platform.tenant_wall(t), platform.system_door(t) from unnest(array['telemetry_engine.stretch', 'telemetry_engine.detection']::regclass[]) t`);
  }

  private async settings(q: QueryRunner): Promise<void> {
    await q.query(`
      create table telemetry_engine.motion_setting (
        account_id uuid constraint motion_setting_pk primary key references auth.account,
        said jsonb not null,
        updated_at timestamptz not null,
        version int not null
      )`);
    await q.query(`
      create table telemetry_engine.speed_limit (
        vehicle_id uuid constraint speed_limit_pk primary key,
        account_id uuid not null,
        limit_kmh int not null constraint speed_limit_sane check (limit_kmh between 5 and 250),
        updated_at timestamptz not null,
        constraint speed_limit_of_vehicle foreign key (account_id, vehicle_id) references transport_registry.vehicle (account_id, id)
      )`);
    await q.query(`select platform.tenant_wall(t), platform.system_door(t) from unnest(array['telemetry_engine.motion_setting', 'telemetry_engine.speed_limit']::regclass[]) t`);
  }

  private async geofences(q: QueryRunner): Promise<void> {
    await q.query(`
      create table telemetry_engine.geofence (
        id uuid constraint geofence_pk primary key,
        account_id uuid not null references auth.account,
        park_id uuid,
        name text not null,
        shape jsonb not null,
        dwell_minutes int constraint geofence_dwell_sane check (dwell_minutes between 1 and 10080),
        created_at timestamptz not null,
        updated_at timestamptz not null,
        version int not null default 1
      )`);
    await q.query(`create unique index geofence_name_key on telemetry_engine.geofence (account_id, lower(name))`);
    await q.query(`select platform.tenant_wall('telemetry_engine.geofence'), platform.system_door('telemetry_engine.geofence')`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop table telemetry_engine.geofence, telemetry_engine.speed_limit, telemetry_engine.motion_setting, telemetry_engine.detection, telemetry_engine.stretch,
                              telemetry_engine.motion_checkpoint, telemetry_engine.motion_head, telemetry_engine.motion_work`);
  }
}
