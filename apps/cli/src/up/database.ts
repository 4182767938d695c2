import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Cluster } from './cluster';
import { embeddedCluster, type EmbeddedOptions } from './embedded';
import { checkExternal } from './external';
import { readJson, remove, writeJson } from './files';
import { Lock } from './lock';
import { codeOf, describe, Problem } from './problem';
import { loadSecrets } from './secrets';
import type { Settings } from './settings';

/** Written when a data directory has been prepared in full; an interrupted first start leaves none. */
interface Prepared {
  demo: boolean;
  prepared_at: string;
}

const preparedFile = (dataDir: string): string => join(dataDir, 'prepared.json');

export function markPrepared(dataDir: string, demo: boolean): void {
  const before = readJson<Prepared>(preparedFile(dataDir));
  const marker: Prepared = { demo: demo || before?.demo === true, prepared_at: before?.prepared_at ?? new Date().toISOString() };
  writeJson(preparedFile(dataDir), marker);
}

/** The embedded database begins as a demo and stays what it began as; a database of the user's own is never filled. */
export function isDemo(settings: Settings): boolean {
  if (settings.demo !== undefined) return settings.demo;
  return settings.databaseUrl === undefined && (readJson<Prepared>(preparedFile(settings.dataDir))?.demo ?? true);
}

export function openDataDir(dataDir: string): void {
  try {
    mkdirSync(dirname(dataDir), { recursive: true });
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const probe = join(dataDir, `.write-${process.pid}`);
    mkdirSync(probe);
    remove(probe);
  } catch (error) {
    throw new Problem(
      `The data directory ${dataDir} cannot be written (${codeOf(error) ?? describe(error)}).`,
      'Give it to the user that starts Fleet ERP, or set FLEET_DATA_DIR to a directory of that user.',
      { cause: error },
    );
  }
}

/** A started cluster. What an earlier database of this data directory had prepared is forgotten with it. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Cluster> {
  const cluster = await embeddedCluster(options);
  options.onOpen?.(cluster);
  if (!cluster.exists()) {
    options.say?.('Creating a PostgreSQL database (first start).');
    remove(preparedFile(options.dataDir));
    remove(join(options.dataDir, 'demo-logins.json'));
    await cluster.create();
  }
  await cluster.start();
  return cluster;
}

/** What the programs are told about database, keys and data, whoever starts them. */
export function databaseEnvironment(settings: Settings, cluster: Cluster | undefined): NodeJS.ProcessEnv {
  const { dataDir, masterKeys, production } = settings;
  const env: NodeJS.ProcessEnv = { FLEET_DATA_DIR: dataDir, FLEET_DEMO: isDemo(settings) ? '1' : '0' };
  if (cluster) Object.assign(env, { DATABASE_URL: cluster.url('owner'), DATABASE_APP_URL: cluster.url('app') });
  // In production the operator keeps the key; the server names it when it is missing.
  if (!masterKeys && !production) env['FLEET_MASTER_KEYS'] = `k1:${loadSecrets(dataDir, false).master_key}`;
  return env;
}

/** Runs one command on the database of the settings: the user's own, the running one, or the embedded one started for as long. */
export async function withDatabase<T>(settings: Settings, use: (env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  const { databaseUrl, dataDir } = settings;
  openDataDir(dataDir);
  if (databaseUrl) {
    await checkExternal(databaseUrl);
    return use(databaseEnvironment(settings, undefined));
  }
  const running = await embeddedCluster({ dataDir });
  if (running.attach()) return use(databaseEnvironment(settings, running));
  const lock = await Lock.take(dataDir, 'command');
  let cluster: Cluster | undefined;
  try {
    cluster = await startEmbedded({ dataDir });
    return await use(databaseEnvironment(settings, cluster));
  } finally {
    await cluster?.stop('fast', 30_000);
    lock.release();
  }
}
