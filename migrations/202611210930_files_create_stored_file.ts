import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is known of each stored file; its bytes live in the object store. Rows with equal bytes may share one object. */
export class FilesCreateStoredFile implements MigrationInterface {
  name = 'files_create_stored_file_0202611210930';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`select platform.open_schema('files')`);
    await q.query(`
      create table files.stored_file (
        id uuid not null default gen_random_uuid() constraint stored_file_pk primary key,
        account_id uuid not null,
        purpose text not null constraint stored_file_purpose_named check (purpose ~ '^[a-z0-9_]+\\.[a-z0-9_]+$'),
        content_type text not null constraint stored_file_type_known check (content_type in ('image/jpeg', 'image/png', 'application/pdf')),
        size_bytes bigint not null constraint stored_file_size_positive check (size_bytes > 0),
        sha256 bytea,
        storage_key text not null,
        original_name text,
        original_name_sealed bytea,
        subject_id uuid,
        created_by text not null,
        created_at timestamptz not null,
        erased_at timestamptz,
        constraint stored_file_name_sealed_for_people check (subject_id is null or original_name is null),
        constraint stored_file_erased_or_known check ((erased_at is null) = (sha256 is not null))
      )`);
    await q.query(`create index stored_file_twin on files.stored_file (account_id, purpose, sha256) where erased_at is null`);
    await q.query(`create index stored_file_of_subject on files.stored_file (account_id, subject_id) where erased_at is null and subject_id is not null`);
    await q.query(`create index stored_file_object on files.stored_file (storage_key) where erased_at is null`);
    await q.query(`select platform.tenant_wall('files.stored_file'), platform.system_door('files.stored_file')`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop schema files cascade`);
  }
}
