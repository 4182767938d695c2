import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Devices that may talk to us, keys that sign uploads, the last word of each vehicle, and what could not be stored. */
export class TelemetryEngineCreateDevices implements MigrationInterface {
  name = 'telemetry_engine_create_devices_0202611211205';

  async up(q: QueryRunner): Promise<void> {
    await this.devices(q);
    await this.keys(q);
    await this.lastPositions(q);
    await this.quarantine(q);
  }

  private async devices(q: QueryRunner): Promise<void> {
    // A socket knows its device id and nothing else, so ids are unique over the installation.
    await q.query(`
      create table telemetry_engine.device (
        device_id text constraint device_pk primary key constraint device_id_shape check (device_id ~ '^[A-Za-z0-9_.:-]{3,64}$'),
        account_id uuid not null references auth.account,
        protocol text not null,
        secret_hash bytea,
        secret_salt bytea,
        disabled_at timestamptz,
        registered_by text not null,
        created_at timestamptz not null,
        version int not null default 1,
        constraint device_secret_whole check ((secret_hash is null) = (secret_salt is null))
      )`);
    await q.query(`create index device_of_account on telemetry_engine.device (account_id, device_id)`);
    await q.query(`select platform.tenant_wall('telemetry_engine.device'), platform.system_door('telemetry_engine.device')`);
    // Written every few seconds while a device talks: kept apart, small, and without an index that changes.
    await q.query(`
      create table telemetry_engine.device_contact (
        account_id uuid not null,
        device_id text not null,
        heard_at timestamptz,
        protocol text,
        rejected_at timestamptz,
        reject_reason text,
        constraint device_contact_pk primary key (account_id, device_id)
      ) with (fillfactor = 50)`);
    await q.query(`select platform.tenant_wall('telemetry_engine.device_contact'), platform.system_door('telemetry_engine.device_contact')`);
  }

  private async keys(q: QueryRunner): Promise<void> {
    await q.query(`
      create table telemetry_engine.ingest_key (
        id text constraint ingest_key_pk primary key,
        account_id uuid not null references auth.account,
        name text not null,
        secret_sealed bytea not null,
        park_ids uuid[],
        disabled_at timestamptz,
        created_by text not null,
        created_at timestamptz not null
      )`);
    await q.query(`create unique index ingest_key_name_key on telemetry_engine.ingest_key (account_id, lower(name)) where disabled_at is null`);
    await q.query(`select platform.tenant_wall('telemetry_engine.ingest_key'), platform.system_door('telemetry_engine.ingest_key')`);
  }

  /** One row a vehicle, rewritten in place: no index holds a column that changes. */
  private async lastPositions(q: QueryRunner): Promise<void> {
    await q.query(`
      create table telemetry_engine.last_position (
        vehicle_no int constraint last_position_pk primary key,
        account_id uuid not null,
        vehicle_id uuid not null,
        at timestamptz not null,
        received_at timestamptz not null,
        position_at timestamptz,
        lat float8,
        lon float8,
        heading_deg real,
        speed_kmh real,
        ignition boolean,
        odometer_km float8,
        fuel_level_l real,
        fuel_level_pct real,
        voltage_v real,
        flushed_at timestamptz not null default clock_timestamp()
      ) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.1)`);
    await q.query(`create index last_position_of_account on telemetry_engine.last_position (account_id, vehicle_no)`);
    await q.query(`select platform.tenant_wall('telemetry_engine.last_position'), platform.system_door('telemetry_engine.last_position')`);
    await q.query(`
      create table telemetry_engine.daily_tally (
        vehicle_no int not null,
        on_day date not null,
        account_id uuid not null,
        duplicates int not null default 0,
        constraint daily_tally_pk primary key (vehicle_no, on_day)
      ) with (fillfactor = 70)`);
    await q.query(`select platform.tenant_wall('telemetry_engine.daily_tally'), platform.system_door('telemetry_engine.daily_tally')`);
  }

  private async quarantine(q: QueryRunner): Promise<void> {
    await q.query(`
      create table telemetry_engine.quarantine (
        id uuid not null default gen_random_uuid() constraint quarantine_pk primary key,
        account_id uuid not null,
        device_id text,
        vehicle_id uuid,
        received_at timestamptz not null,
        reason text not null,
        at timestamptz,
        sample jsonb not null,
        raw bytea,
        replayed_at timestamptz,
        replayed_by text,
        outcome text
      )`);
    await q.query(`create index quarantine_recent on telemetry_engine.quarantine (account_id, received_at desc)`);
    await q.query(`create index quarantine_old on telemetry_engine.quarantine (received_at)`);
    // A resent sample that was set aside already is not set aside again.
    await q.query(`
      create unique index quarantine_once on telemetry_engine.quarantine (account_id, coalesce(device_id, vehicle_id::text), at, reason)
       where replayed_at is null and at is not null`);
    await q.query(`select platform.tenant_wall('telemetry_engine.quarantine'), platform.system_door('telemetry_engine.quarantine')`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop table telemetry_engine.quarantine, telemetry_engine.daily_tally, telemetry_engine.last_position, telemetry_engine.ingest_key,
                              telemetry_engine.device_contact, telemetry_engine.device`);
  }
}
