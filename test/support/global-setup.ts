import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// Relative and direct: jest's aliases do not reach the global setup.
import { migrate } from '../../libs/platform/src/database/migrate';
import type { Cluster } from '../../apps/cli/src/up/cluster';
import { startEmbedded } from '../../apps/cli/src/up/database';

/** What test files need to clone their own database; handed to the workers through the environment. */
export interface TestServer {
  owner: string;
  app: string;
  template: string;
  dataDir: string;
}

declare global {
  var fleetTestCluster: { cluster: Cluster; dataDir: string } | undefined;
}

/** One PostgreSQL for the whole run, without fsync; its database `fleet` is migrated once and cloned per test file. */
export default async function globalSetup(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'fleet-test-'));
  const cluster = await startEmbedded({ dataDir, fsync: false, ownerMayCreateDatabases: true });
  globalThis.fleetTestCluster = { cluster, dataDir };
  try {
    await migrate(cluster.url('owner'), { appHasOwnLogin: true, root: join(__dirname, '../..') });
  } catch (error) {
    await cluster.stop('immediate');
    throw error;
  }
  const server: TestServer = { owner: cluster.url('owner', 'DATABASE'), app: cluster.url('app', 'DATABASE'), template: 'fleet', dataDir };
  process.env.FLEET_TEST_SERVER = JSON.stringify(server);
}
