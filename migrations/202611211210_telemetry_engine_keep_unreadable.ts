import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bytes of a known device that no decoder could read wait beside the samples that were set aside. */
export class TelemetryEngineKeepUnreadable implements MigrationInterface {
  name = 'telemetry_engine_keep_unreadable_0202611211210';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`alter table telemetry_engine.quarantine add column protocol text, add column fault text`);
    // A device repeats what was not acknowledged: the same bytes wait once.
    await q.query(`
      create unique index quarantine_bytes_once on telemetry_engine.quarantine (account_id, device_id, sha256(raw))
       where replayed_at is null and reason = 'unreadable'`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop index telemetry_engine.quarantine_bytes_once`);
    await q.query(`alter table telemetry_engine.quarantine drop column protocol, drop column fault`);
  }
}
