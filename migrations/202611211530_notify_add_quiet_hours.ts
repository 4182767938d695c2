import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Hours in which a person wants no e-mail, whatever the rules of the account say. */
export class NotifyAddQuietHours implements MigrationInterface {
  name = 'notify_add_quiet_hours_0202611211530';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table notify.quiet_hours (
        account_id uuid not null,
        user_id uuid not null,
        quiet_from time not null,
        quiet_to time not null,
        constraint quiet_hours_pk primary key (account_id, user_id),
        constraint quiet_hours_last_a_while check (quiet_from <> quiet_to)
      )`);
    await q.query(`select platform.tenant_wall('notify.quiet_hours'::regclass)`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop table notify.quiet_hours`);
  }
}
