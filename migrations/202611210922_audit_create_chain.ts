import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who did what, and the sealed chain that proves nobody changed it since. */
export class AuditCreateChain implements MigrationInterface {
  name = 'audit_create_chain_0202611210922';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`select platform.open_schema('audit')`);
    await this.entries(q);
    await this.chain(q);
  }

  private async entries(q: QueryRunner): Promise<void> {
    await q.query(`
      create table audit.entry (
        id bigint generated always as identity constraint entry_pk primary key,
        account_id uuid not null,
        at timestamptz not null default clock_timestamp(),
        actor_kind text not null constraint entry_actor_kind check (actor_kind in ('user', 'client', 'system')),
        actor_id text not null,
        session_id uuid,
        action text not null constraint entry_action_named check (action ~ '^[a-z0-9_]+(\\.[a-z0-9_]+){1,3}$'),
        subject_type text not null,
        subject_id text not null,
        reason text,
        data jsonb,
        request_id text
      )`);
    await q.query(`create index entry_by_time on audit.entry (account_id, at, id)`);
    await q.query(`create index entry_by_subject on audit.entry (account_id, subject_id, at, id)`);
    await q.query(`create index entry_by_actor on audit.entry (account_id, actor_id, at, id)`);
    // What the sealer has still to do. An entry that is neither here nor sealed was put in behind the house's back.
    await q.query(`
      create table audit.unsealed (
        entry_id bigint not null constraint unsealed_pk primary key,
        account_id uuid not null
      )`);
    await q.query(`select platform.tenant_wall(t), platform.system_door(t) from unnest(array['audit.entry', 'audit.unsealed']::regclass[]) t`);
    await q.query(`select platform.append_only('audit.entry')`);
  }

  private async chain(q: QueryRunner): Promise<void> {
    await q.query(`
      create table audit.seal (
        account_id uuid not null,
        position bigint not null,
        batch_no bigint not null,
        entry_id bigint not null constraint seal_entry_key unique,
        hash bytea not null,
        constraint seal_pk primary key (account_id, position)
      )`);
    await q.query(`
      create table audit.batch (
        account_id uuid not null,
        batch_no bigint not null,
        first_position bigint not null,
        last_position bigint not null,
        count int not null,
        previous_hash bytea not null,
        hash bytea not null,
        sealed_at timestamptz not null,
        signature bytea not null,
        constraint batch_pk primary key (account_id, batch_no)
      )`);
    await q.query(`select platform.tenant_wall(t), platform.system_door(t), platform.append_only(t) from unnest(array['audit.seal', 'audit.batch']::regclass[]) t`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop schema audit cascade`);
  }
}
