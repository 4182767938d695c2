import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a POST with an Idempotency-Key answered, kept in the same transaction as its effect. */
export class HttpCreateIdempotentAnswer implements MigrationInterface {
  name = 'http_create_idempotent_answer_0202611210912';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`select platform.open_schema('http')`);
    await q.query(`
      create table http.idempotent_answer (
        account_id uuid not null,
        actor_id text not null,
        key text not null,
        fingerprint text not null,
        status int,
        body jsonb,
        location text,
        created_at timestamptz not null default now(),
        primary key (account_id, actor_id, key)
      )`);
    await q.query(`create index idempotent_answer_age on http.idempotent_answer (created_at)`);
    await q.query(`select platform.tenant_wall('http.idempotent_answer'), platform.system_door('http.idempotent_answer')`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop schema http cascade`);
  }
}
