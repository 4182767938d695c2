import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Trips and stops of a whole fleet are listed by when they began; by vehicle alone, each list would read them all. */
export class TelemetryEngineIndexStretches implements MigrationInterface {
  name = 'telemetry_engine_index_stretches_0202611211416';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`create index stretch_of_account on telemetry_engine.stretch (account_id, kind, from_at desc, id)`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop index telemetry_engine.stretch_of_account`);
  }
}
