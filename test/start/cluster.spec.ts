import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Cluster } from '../../apps/cli/src/up/cluster';
import { startEmbedded, withDatabase } from '../../apps/cli/src/up/database';
import type { Settings } from '../../apps/cli/src/up/settings';

describe('the embedded cluster', () => {
  const dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'fleet-cluster-')));
  let cluster: Cluster;

  beforeAll(async () => {
    chmodSync(dataDir, 0o755);
    cluster = await startEmbedded({ dataDir, fsync: false, ownerMayCreateDatabases: true });
  });
  afterAll(async () => {
    await cluster.stop('immediate');
    rmSync(dataDir, { recursive: true, force: true });
  });

  const query = async <T>(url: string, text: string): Promise<T[]> => {
    const client = new Client(url);
    await client.connect();
    try {
      return (await client.query(text)).rows as T[];
    } finally {
      await client.end();
    }
  };
  const settings = (): Settings => ({
    dataDir,
    port: 3000,
    portChosen: false,
    production: false,
    debug: false,
    underNpm: false,
    environment: {},
  });

  it('has an owner and an application role, and neither is more than it needs to be', async () => {
    const roles = 'SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolcanlogin ORDER BY 1';
    expect(await query(cluster.url('app'), roles)).toEqual([
      { rolname: 'fleet_app', rolsuper: false, rolbypassrls: false, rolcreaterole: false },
      { rolname: 'fleet_owner', rolsuper: false, rolbypassrls: false, rolcreaterole: true },
      { rolname: 'postgres', rolsuper: true, rolbypassrls: true, rolcreaterole: true },
    ]);
    await expect(query(cluster.url('app'), 'CREATE TABLE public.mine ()')).rejects.toThrow('permission denied');
    await expect(query(cluster.url('app'), 'CREATE SCHEMA mine')).rejects.toThrow('permission denied');
  });

  it('lets nobody in as the superuser', async () => {
    const url = cluster.url('owner').replace(/fleet_owner:[^@]+/, 'postgres:postgres');
    await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('lets the owner create the extensions that the product needs', async () => {
    for (const name of ['btree_gist', 'pg_trgm', 'pgcrypto']) await query(cluster.url('owner'), `CREATE EXTENSION ${name}`);
  });

  it('knows words and cases beyond ASCII, and keeps checksums', async () => {
    const [row] = await query(
      cluster.url('owner'),
      "SELECT lower('ÅЖ') AS lower, cardinality(show_trgm('Жигули')) AS trigrams, current_setting('data_checksums') AS checksums",
    );
    expect(row).toEqual({ lower: 'åж', trigrams: 7, checksums: 'on' });
  });

  it('gives a test suite databases of its own', async () => {
    await query(cluster.url('owner'), 'CREATE DATABASE fleet_test');
    expect(await query(cluster.url('app', 'fleet_test'), 'SELECT current_database() AS name')).toEqual([{ name: 'fleet_test' }]);
  });

  it('keeps its port when it is started again', async () => {
    const { port } = cluster;
    await cluster.stop('fast');
    await cluster.start();
    expect(cluster.port).toBe(port);
  });

  it('is found by a command while it runs, and started for one when it does not', async () => {
    const asked = (env: NodeJS.ProcessEnv): Promise<{ who: string }[]> => query(env['DATABASE_APP_URL']!, 'SELECT current_user AS who');
    expect(await withDatabase(settings(), asked)).toEqual([{ who: 'fleet_app' }]);
    await cluster.stop('fast');
    expect(await withDatabase(settings(), asked)).toEqual([{ who: 'fleet_app' }]);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
    expect(existsSync(join(dataDir, 'fleet.lock'))).toBe(false);
  });
});
