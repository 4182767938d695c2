import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The words of an event know when it was, so that of ten thousand hits only the latest are looked up. They are derived, and made anew. */
export class EventLogDateWords implements MigrationInterface {
  name = 'event_log_date_words_0202611211512';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`drop index event_log.words_search`);
    await q.query(`truncate event_log.words`);
    await q.query(`alter table event_log.words add column at timestamptz not null`);
    // Of every account: the owner is let through the walls for as long as this takes.
    for (const table of ['words', 'standing']) await q.query(`alter table event_log.${table} no force row level security`);
    await q.query(`
      insert into event_log.words (account_id, event_id, search, at)
      select e.account_id, e.id, e.search || array_to_tsvector(array['zz' || replace(e.id::text, '-', '')]), e.at from event_log.standing e where e.search is not null order by e.at`);
    for (const table of ['words', 'standing']) await q.query(`alter table event_log.${table} force row level security`);
    await q.query(`create index words_search on event_log.words using gin (search)`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`alter table event_log.words drop column at`);
  }
}
