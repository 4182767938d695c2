import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Identities are found by their hash, and by nothing else; what nobody asks is not kept up with each event. */
export class EventLogDropUnaskedIndex implements MigrationInterface {
  name = 'event_log_drop_unasked_index_0202611211510';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`drop index event_log.identity_of_event`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`create index identity_of_event on event_log.identity (event_id)`);
  }
}
