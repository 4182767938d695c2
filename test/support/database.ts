import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { readConfig, type Config } from '@fleet/platform/config';
import type { TestServer } from './global-setup';

export interface TestDatabase {
  ownerUrl: string;
  appUrl: string;
  config: Config;
  /** Runs SQL as the owner, for arranging and looking behind the scenes. Walls stand even for the owner: name the account to see its rows. */
  sql<Row extends object>(text: string, params?: unknown[], accountId?: string): Promise<Row[]>;
  close(): Promise<void>;
}

export interface TestConnection {
  database: TestDatabase;
  client: pg.PoolClient;
  close(): Promise<void>;
}

/** One connection to a database of its own, for what lies below the house's door to PostgreSQL. */
export async function testConnection(): Promise<TestConnection> {
  const database = await testDatabase();
  const pool = new pg.Pool({ connectionString: database.config.DATABASE_URL, max: 1 });
  const client = await pool.connect();
  return {
    database,
    client,
    close: async () => {
      client.release();
      await pool.end();
      await database.close();
    },
  };
}

/** A database of one's own, cloned from the migrated template. `via` may lead the server's connections another way. */
export async function testDatabase(settings: Record<string, string> = {}, via: (appUrl: string) => Promise<string> = async (url) => url): Promise<TestDatabase> {
  const server = JSON.parse(process.env.FLEET_TEST_SERVER ?? 'null') as TestServer | null;
  if (!server) throw new Error('Database tests run in the jest project "system", whose global setup starts PostgreSQL.');
  const name = `t_${randomBytes(6).toString('hex')}`;
  await asOwner(server.owner.replace('DATABASE', 'postgres'), (client) => client.query(`create database ${name} template ${server.template}`));
  const ownerUrl = server.owner.replace('DATABASE', name);
  const dataDir = mkdtempSync(join(tmpdir(), 'fleet-test-data-'));
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: '0',
    IPS_PORT: '0',
    RETRANSLATOR_PORT: '0',
    TELTONIKA_PORT: '0',
    PUBLIC_URL: 'http://fleet.test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: ownerUrl,
    DATABASE_APP_URL: await via(server.app.replace('DATABASE', name)),
    DATABASE_POOL_MAX: '10',
    TELEMETRY_DERIVE_EVERY_MS: '0',
    FLEET_DATA_DIR: dataDir,
    FLEET_MASTER_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    ...settings,
  });
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 1 });
  owner.on('error', () => undefined);
  return {
    ownerUrl,
    appUrl: config.DATABASE_APP_URL ?? '',
    config,
    sql: async <Row extends object>(text: string, params: unknown[] = [], accountId = '') => {
      await owner.query(`select set_config('app.account_id', $1, false), set_config('app.scope', $2, false)`, [accountId, accountId ? 'account' : 'system']);
      return (await owner.query(text, params)).rows as Row[];
    },
    close: async () => {
      await owner.end();
      await asOwner(server.owner.replace('DATABASE', 'postgres'), (client) => drop(client, name));
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** An autovacuum worker belongs to the superuser: the owner cannot end it, only wait until it is through. */
async function drop(client: pg.Client, name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(`drop database ${name} with (force)`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== '42501' || attempt >= 50) throw error;
      await sleep(100);
    }
  }
}

async function asOwner(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
