import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Photographed receipts, typed later, and questions about what looks odd. */
export class FuelLogCreateReceipts implements MigrationInterface {
  name = 'fuel_log_create_receipts_0202611211332';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table fuel_log.receipt (
        id uuid not null constraint receipt_pk primary key,
        account_id uuid not null,
        vehicle_id uuid,
        park_id uuid,
        driver_id uuid,
        fill_up_id uuid,
        file_id uuid not null,
        thumbnail_file_id uuid,
        sha256 text not null,
        size_bytes int not null,
        content_type text not null constraint receipt_content check (content_type in ('image/jpeg', 'image/png')),
        original_filename text not null,
        taken_at timestamptz not null,
        note text,
        discarded_at timestamptz,
        discard_reason text,
        uploaded_by text not null,
        created_at timestamptz not null,
        constraint receipt_discard_said check ((discarded_at is null) = (discard_reason is null)),
        constraint receipt_typed_or_discarded check (fill_up_id is null or discarded_at is null),
        constraint receipt_of_vehicle foreign key (account_id, vehicle_id) references transport_registry.vehicle (account_id, id),
        constraint receipt_of_driver foreign key (account_id, driver_id) references driver_module.driver (account_id, id),
        constraint receipt_of_fill_up foreign key (account_id, fill_up_id) references fuel_log.fill_up (account_id, id)
      )`);
    await q.query(`create unique index receipt_once_by_person on fuel_log.receipt (account_id, uploaded_by, sha256) where discarded_at is null`);
    await q.query(`create index receipt_same_picture on fuel_log.receipt (account_id, sha256)`);
    await q.query(`create index receipt_by_date on fuel_log.receipt (account_id, created_at, id)`);
    await q.query(`create index receipt_untyped on fuel_log.receipt (account_id, created_at, id) where fill_up_id is null and discarded_at is null`);
    await q.query(`create index receipt_of on fuel_log.receipt (fill_up_id) where fill_up_id is not null`);
    await q.query(`create index receipt_of_driver_by_date on fuel_log.receipt (driver_id, created_at, id) where driver_id is not null`);
    await this.anomalies(q);
    await q.query(`select platform.tenant_wall(('fuel_log.' || t)::regclass) from unnest(array['receipt', 'anomaly']) t`);
  }

  private async anomalies(q: QueryRunner): Promise<void> {
    await q.query(`
      create table fuel_log.anomaly (
        id uuid not null constraint anomaly_pk primary key,
        account_id uuid not null,
        vehicle_id uuid not null,
        park_id uuid,
        driver_id uuid,
        fill_up_id uuid constraint anomaly_of_fill_up references fuel_log.fill_up,
        kind text not null constraint anomaly_kind check (kind in ('too_close_together', 'price_outlier', 'odometer_jump', 'odometer_disagrees', 'more_than_tank', 'receipt_twice',
          'tank_rise_differs', 'away_from_station', 'drain_suspected')),
        at timestamptz not null,
        question text not null,
        evidence jsonb not null,
        state text not null default 'open' constraint anomaly_state check (state in ('open', 'explained', 'confirmed', 'dismissed')),
        note text,
        reviewed_by text,
        reviewed_at timestamptz,
        opened_at timestamptz not null,
        version int not null default 1,
        constraint anomaly_review_said check ((state = 'open') = (reviewed_at is null)),
        constraint anomaly_of_vehicle foreign key (account_id, vehicle_id) references transport_registry.vehicle (account_id, id)
      )`);
    await q.query(`create unique index anomaly_once on fuel_log.anomaly (fill_up_id, kind) where fill_up_id is not null`);
    await q.query(`create unique index anomaly_once_at on fuel_log.anomaly (vehicle_id, kind, at) where fill_up_id is null`);
    await q.query(`create index anomaly_by_date on fuel_log.anomaly (account_id, at, id)`);
    await q.query(`create index anomaly_open on fuel_log.anomaly (account_id, at, id) where state = 'open'`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop table fuel_log.anomaly, fuel_log.receipt`);
  }
}
