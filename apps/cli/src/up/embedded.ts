import { statSync } from 'node:fs';
import { join } from 'node:path';
import { findBinaries } from './binaries';
import { Cluster } from './cluster';
import { locate, type Location } from './location';
import { loadSecrets } from './secrets';

export interface EmbeddedOptions {
  dataDir: string;
  /** false gives up safety against power loss for speed: for tests. */
  fsync?: boolean;
  ownerMayCreateDatabases?: boolean;
  signal?: AbortSignal;
  say?: (line: string) => void;
  onCrash?: () => void;
  /** Hands the cluster over before it starts, so that a stop can reach it while it does. */
  onOpen?: (cluster: Cluster) => void;
}

/** The cluster of a data directory, in the place and as the user it can run, neither created nor started yet. */
export async function embeddedCluster(options: EmbeddedOptions): Promise<Cluster> {
  const say = options.say ?? (() => undefined);
  const location = await locate(options.dataDir, say);
  const secrets = loadSecrets(options.dataDir, exists(location));
  return new Cluster({
    dir: location.clusterDir,
    binDir: location.binDir,
    runAs: location.runAs,
    major: String(findBinaries().version.split('.')[0]),
    passwords: { owner: secrets.postgres_owner_password, app: secrets.postgres_app_password },
    logFile: join(options.dataDir, 'logs', 'postgres.log'),
    fsync: options.fsync ?? true,
    ownerMayCreateDatabases: options.ownerMayCreateDatabases ?? false,
    signal: options.signal,
    onCrash: options.onCrash,
    say,
  });
}

const exists = ({ clusterDir }: Location): boolean => statSync(join(clusterDir, 'PG_VERSION'), { throwIfNoEntry: false }) !== undefined;
