import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Remembered answers are sealed: some show a secret once, and it must not stay readable in a table. */
export class HttpSealIdempotentAnswer implements MigrationInterface {
  name = 'http_seal_idempotent_answer_0202611210934';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      alter table http.idempotent_answer
        drop column body,
        add column id uuid not null default gen_random_uuid() constraint idempotent_answer_id_key unique,
        add column body_sealed bytea`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`alter table http.idempotent_answer drop column id, drop column body_sealed, add column body jsonb`);
  }
}
