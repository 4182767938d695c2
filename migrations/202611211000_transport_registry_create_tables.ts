import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Vehicles, what happened to them, their papers, their odometer series and the devices in them. */
export class TransportRegistryCreateTables implements MigrationInterface {
  name = 'transport_registry_create_tables_0202611211000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`select platform.open_schema('transport_registry')`);
    // One spelling for every way of writing a plate: upper case, letters and digits of any script only.
    await q.query(`
      create function transport_registry.norm_plate(plate text) returns text immutable strict parallel safe language sql
      return upper(regexp_replace(plate, '[^[:alnum:]]', '', 'g'))`);
    await this.vehicles(q);
    await this.history(q);
    await this.papers(q);
    await this.odometer(q);
    await this.devices(q);
    await this.imports(q);
  }

  private async vehicles(q: QueryRunner): Promise<void> {
    await q.query(`
      create table transport_registry.vehicle (
        id uuid primary key,
        account_id uuid not null references auth.account,
        vehicle_no int not null generated always as identity constraint vehicle_no_key unique,
        park_id uuid,
        plate text not null constraint vehicle_plate_says_something check (transport_registry.norm_plate(plate) <> ''),
        plate_norm text not null generated always as (transport_registry.norm_plate(plate)) stored,
        vin text constraint vehicle_vin_shape check (vin ~ '^[A-HJ-NPR-Z0-9]{17}$'),
        name text,
        kind text not null constraint vehicle_kind check (kind in ('car', 'van', 'truck', 'bus', 'motorcycle', 'trailer', 'machine')),
        make text,
        model text,
        year int constraint vehicle_year check (year between 1900 and 2100),
        color text,
        fuel_type text not null constraint vehicle_fuel_type check (fuel_type in ('gasoline', 'diesel', 'electric', 'hybrid', 'lpg', 'cng')),
        tank_capacity_l numeric(8,2) constraint vehicle_tank_positive check (tank_capacity_l > 0),
        battery_capacity_kwh numeric(8,2) constraint vehicle_battery_positive check (battery_capacity_kwh > 0),
        odometer_unit text not null constraint vehicle_odometer_unit check (odometer_unit in ('km', 'mi')),
        distance_unit text not null constraint vehicle_distance_unit check (distance_unit in ('km', 'mi')),
        fuel_unit text not null constraint vehicle_fuel_unit check (fuel_unit in ('l', 'gal_us', 'gal_imp')),
        cost_centre text,
        assigned_city text,
        department text,
        tags text[] not null default '{}',
        notes text,
        status text not null constraint vehicle_status check (status in ('onboarding', 'active', 'in_repair', 'idle', 'retired')),
        status_since timestamptz not null,
        odometer_km numeric(10,1),
        odometer_at timestamptz,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        version int not null default 1,
        constraint vehicle_account_id_key unique (account_id, id),
        constraint vehicle_park_in_account foreign key (account_id, park_id) references auth.park (account_id, id)
      )`);
    // A retired vehicle gives its plate and VIN back: plates are reissued, vehicles are bought again.
    await q.query(`create unique index vehicle_plate_key on transport_registry.vehicle (account_id, plate_norm) where status <> 'retired'`);
    await q.query(`create unique index vehicle_vin_key on transport_registry.vehicle (account_id, vin) where status <> 'retired' and vin is not null`);
    await q.query(`create index vehicle_by_park on transport_registry.vehicle (account_id, park_id)`);
    await q.query(`create index vehicle_by_status on transport_registry.vehicle (account_id, status)`);
    await q.query(`create index vehicle_by_tag on transport_registry.vehicle using gin (tags)`);
    await q.query(`
      create index vehicle_search on transport_registry.vehicle using gin
        (lower(plate_norm || ' ' || coalesce(vin, '') || ' ' || coalesce(name, '') || ' ' || coalesce(make, '') || ' ' || coalesce(model, '')) public.gin_trgm_ops)`);
    await q.query(`select platform.tenant_wall('transport_registry.vehicle')`);
  }

  private async history(q: QueryRunner): Promise<void> {
    await q.query(`
      create table transport_registry.vehicle_change (
        id bigint generated always as identity primary key,
        account_id uuid not null,
        vehicle_id uuid not null references transport_registry.vehicle,
        at timestamptz not null,
        actor_kind text not null,
        actor_id text not null,
        action text not null,
        reason text,
        changes jsonb not null
      )`);
    await q.query(`create index vehicle_change_of on transport_registry.vehicle_change (vehicle_id, id desc)`);
    await q.query(`select platform.tenant_wall('transport_registry.vehicle_change'), platform.append_only('transport_registry.vehicle_change')`);
    await q.query(`
      create table transport_registry.status_period (
        account_id uuid not null,
        vehicle_id uuid not null references transport_registry.vehicle,
        status text not null,
        period tstzrange not null,
        reason text,
        primary key (vehicle_id, period),
        constraint status_period_no_overlap exclude using gist (vehicle_id with =, period with &&)
      )`);
    await q.query(`create index status_period_by_account on transport_registry.status_period (account_id, status)`);
    await q.query(`select platform.tenant_wall('transport_registry.status_period')`);
  }

  private async papers(q: QueryRunner): Promise<void> {
    await q.query(`
      create table transport_registry.registration_document (
        id uuid primary key,
        account_id uuid not null,
        vehicle_id uuid not null,
        kind text not null constraint registration_document_kind check (kind in ('registration', 'insurance', 'inspection', 'permit', 'lease', 'other')),
        number text,
        issuer text,
        issued_on date,
        expires_on date,
        file_id uuid,
        notes text,
        withdrawn_at timestamptz,
        created_at timestamptz not null,
        version int not null default 1,
        constraint registration_document_days_in_order check (expires_on >= issued_on),
        constraint registration_document_of_vehicle foreign key (account_id, vehicle_id) references transport_registry.vehicle (account_id, id)
      )`);
    await q.query(`create index registration_document_of on transport_registry.registration_document (vehicle_id)`);
    await q.query(`create index registration_document_expiring on transport_registry.registration_document (account_id, expires_on) where withdrawn_at is null`);
    await q.query(`create unique index registration_document_number_key on transport_registry.registration_document (account_id, kind, upper(number)) where withdrawn_at is null and number is not null`);
    await q.query(`select platform.tenant_wall('transport_registry.registration_document')`);
  }

  private async odometer(q: QueryRunner): Promise<void> {
    await q.query(`
      create table transport_registry.odometer_reading (
        id uuid primary key,
        account_id uuid not null,
        vehicle_id uuid not null,
        at timestamptz not null,
        odometer_km numeric(10,1) not null constraint odometer_reading_positive check (odometer_km >= 0),
        source text not null constraint odometer_reading_source check (source in ('manual', 'telemetry', 'fuel', 'service', 'handover', 'import')),
        source_ref text,
        recorded_by text not null,
        recorded_at timestamptz not null,
        voided_at timestamptz,
        void_reason text,
        constraint odometer_reading_void_said check ((voided_at is null) = (void_reason is null)),
        constraint odometer_reading_of_vehicle foreign key (account_id, vehicle_id) references transport_registry.vehicle (account_id, id)
      )`);
    await q.query(`create unique index odometer_reading_source_key on transport_registry.odometer_reading (vehicle_id, source, source_ref) where source_ref is not null`);
    await q.query(`create index odometer_reading_series on transport_registry.odometer_reading (vehicle_id, at) where voided_at is null`);
    await q.query(`create index odometer_reading_all on transport_registry.odometer_reading (vehicle_id, at)`);
    await q.query(`select platform.tenant_wall('transport_registry.odometer_reading')`);
  }

  private async devices(q: QueryRunner): Promise<void> {
    await q.query(`
      create table transport_registry.device_binding (
        id uuid primary key,
        account_id uuid not null,
        vehicle_id uuid not null,
        device_id text not null,
        period tstzrange not null constraint device_binding_not_empty check (not isempty(period)),
        bound_by text not null,
        created_at timestamptz not null,
        constraint device_binding_device_once exclude using gist (account_id with =, device_id with =, period with &&),
        constraint device_binding_vehicle_once exclude using gist (vehicle_id with =, period with &&),
        constraint device_binding_of_vehicle foreign key (account_id, vehicle_id) references transport_registry.vehicle (account_id, id)
      )`);
    await q.query(`select platform.tenant_wall('transport_registry.device_binding')`);
  }

  private async imports(q: QueryRunner): Promise<void> {
    await q.query(`
      create table transport_registry.vehicle_import (
        id uuid primary key,
        account_id uuid not null references auth.account,
        file_name text not null,
        content bytea,
        dry_run boolean not null,
        state text not null constraint vehicle_import_state check (state in ('waiting', 'running', 'done', 'failed')),
        rows_total int not null,
        rows_done int not null default 0,
        created_count int not null default 0,
        updated_count int not null default 0,
        unchanged_count int not null default 0,
        error_count int not null default 0,
        errors jsonb not null default '[]',
        fault text,
        started_by text not null,
        created_at timestamptz not null,
        finished_at timestamptz
      )`);
    await q.query(`create index vehicle_import_recent on transport_registry.vehicle_import (account_id, created_at desc)`);
    await q.query(`select platform.tenant_wall('transport_registry.vehicle_import')`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop schema transport_registry cascade`);
  }
}
