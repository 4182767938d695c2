import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Marks are set by the request that stores the samples; it fails when marks that its sender took for standing have been taken away. */
export class TelemetryEngineMarkAtOnce implements MigrationInterface {
  name = 'telemetry_engine_mark_at_once_0202611220300';

  async up(q: QueryRunner): Promise<void> {
    // The lock is the one an insert takes anyway: many writers hold it at once, and nobody takes marks away meanwhile.
    await q.query(`
      create function telemetry_engine.mark_dirty(known_epoch text, vehicle_nos int[], buckets int[]) returns void language plpgsql as $$
      declare
        epoch text;
      begin
        lock table telemetry_engine.dirty_bucket in row exclusive mode;
        select last_value::text || is_called into epoch from telemetry_engine.dirty_epoch;
        if known_epoch <> epoch then
          raise exception 'marks were taken away since epoch %', known_epoch using errcode = 'FE001', detail = epoch;
        end if;
        insert into telemetry_engine.dirty_bucket (vehicle_no, bucket_at)
        select vehicle_no, to_timestamp(bucket * 300.0) from unnest(vehicle_nos, buckets) as touched(vehicle_no, bucket) on conflict do nothing;
      end $$`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop function telemetry_engine.mark_dirty(text, int[], int[])');
  }
}
