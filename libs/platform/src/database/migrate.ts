import { join } from 'node:path';
import pg from 'pg';
import { appRole, createOwnerSource } from './data-source';

const migrationLock = 7_301_195_002;

export interface MigrationReport {
  applied: string[];
  serverVersion: string;
}

/** Brings a database to this version's schema. Safe to start on several machines at once: one migrates, the others wait. */
export async function migrate(ownerUrl: string, options: { appHasOwnLogin: boolean; root?: string }): Promise<MigrationReport> {
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000, application_name: 'fleet-erp-migrate' });
  await client.connect();
  client.on('error', () => undefined);
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    const serverVersion = await supportedVersion(client);
    await ensureAppRole(client, options.appHasOwnLogin);
    await client.query('create schema if not exists platform');
    const source = await createOwnerSource(ownerUrl, [join(options.root ?? defaultRoot(), 'migrations', '*.{js,ts}')]).initialize();
    try {
      await source.query(
        'create table if not exists platform.migration (id serial primary key, "timestamp" bigint not null, name varchar not null)',
      );
      const applied = await source.runMigrations();
      return { applied: applied.map((m) => m.name), serverVersion };
    } finally {
      await source.destroy();
    }
  } finally {
    await client.end();
  }
}

/** Compiled code lives in dist/libs/platform/src/database, migrations in dist/migrations; under jest both are sources. */
function defaultRoot(): string {
  return join(__dirname, '../../../..');
}

async function supportedVersion(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ number: string; version: string }>(
    `select current_setting('server_version_num') as number, current_setting('server_version') as version`,
  );
  const major = Math.floor(Number(rows[0]?.number) / 10_000);
  if (major < 15) throw new Error(`PostgreSQL ${rows[0]?.version} is too old: 15 to 18 are supported.`);
  return rows[0]?.version ?? '';
}

async function ensureAppRole(client: pg.Client, appHasOwnLogin: boolean): Promise<void> {
  const { rows } = await client.query<{ exists: boolean; member: boolean }>(
    `select exists (select from pg_roles where rolname = $1) as exists,
            exists (select from pg_roles where rolname = $1) and pg_has_role(current_user, (select oid from pg_roles where rolname = $1), 'member') as member`,
    [appRole],
  );
  if (!rows[0]?.exists) {
    await client.query(`create role ${appRole} nologin`).catch((error: { code?: string }) => {
      if (error.code === '42710') return;
      if (error.code !== '42501') throw error;
      throw new Error(`The database has no role "${appRole}" and DATABASE_URL may not create it. Run once as a superuser: create role ${appRole} nologin; grant ${appRole} to <owner>;`);
    });
  }
  if (!appHasOwnLogin && !rows[0]?.member) await client.query(`grant ${appRole} to current_user`);
}
