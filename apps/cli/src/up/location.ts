import { createHash, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyBinaries, findBinaries, hydrateLinks } from './binaries';
import { readJson, remove } from './files';
import { stopOrphan } from './orphan';
import { Problem } from './problem';
import { canEnter, canRun, canWorkBelow, databaseUser, makeDataDir, requireSwitch, type RunAs } from './run-as';

/** Where the database of a data directory lives, which is not always inside it. */
export interface Location {
  clusterDir: string;
  binDir: string;
  runAs?: RunAs;
}

/** Kept in the data directory and, as a second link to the same file, in the place outside. */
interface Record {
  id: string;
  data_dir: string;
  /** The place outside that the database user can enter. */
  directory: string;
  /** The cluster is there too, not only the programs. */
  holds_cluster: boolean;
}

type Say = (line: string) => void;

const recordFile = (dir: string): string => join(dir, 'postgres-location.json');

const hashOf = (dataDir: string): string => createHash('sha256').update(dataDir).digest('hex').slice(0, 12);

const outsideBases = (): string[] => ['/var/lib/fleet-erp', join(tmpdir(), 'fleet-erp')];

export async function locate(dataDir: string, say: Say): Promise<Location> {
  const inside = join(dataDir, 'postgres');
  const record = ownRecord(dataDir);
  const expected = record?.holds_cluster ? join(record.directory, 'cluster') : inside;
  const runAs = databaseUser(existsSync(expected) ? expected : undefined);
  if (runAs) requireSwitch(runAs);
  makeDataDir(dataDir, runAs);
  if (runAs && existsSync(expected) && !canEnter(runAs, expected)) throw shutOut(expected, runAs);
  const binaries = findBinaries();
  const complete = hydrateLinks(binaries.dir);
  const usable = complete && canRun(runAs, join(binaries.dir, 'bin', 'postgres'));
  if (!runAs) return { clusterDir: inside, binDir: join(usable ? binaries.dir : copyBinaries(binaries, dataDir), 'bin') };

  const outside = record?.holds_cluster || (!existsSync(inside) && !canWorkBelow(runAs, dataDir));
  if (!outside && !existsSync(inside)) await dropAbandoned(dataDir);
  if (!outside && usable) return { clusterDir: inside, binDir: join(binaries.dir, 'bin'), runAs };
  const place = record && (!outside || record.holds_cluster) ? record : await openPlace(dataDir, runAs, outside, say);
  return {
    clusterDir: outside ? join(place.directory, 'cluster') : inside,
    binDir: join(usable ? binaries.dir : copyBinaries(binaries, place.directory), 'bin'),
    runAs,
  };
}

const shutOut = (clusterDir: string, { uid }: RunAs): Problem =>
  new Problem(
    `The database in ${clusterDir} belongs to user ${uid}, who cannot enter that directory any more.`,
    'Let every user enter the directories above it (chmod a+x), or move the data directory to such a place and set FLEET_DATA_DIR.',
  );

/** The record of a data directory, after making sure that the place it names is still its own. */
function ownRecord(dataDir: string): Record | undefined {
  const record = readJson<Record>(recordFile(dataDir));
  const there = record && readJson<Record>(recordFile(record.directory));
  if (!record) return undefined;
  if (there?.id !== record.id) {
    if (!record.holds_cluster) return undefined;
    throw new Problem(
      `The database of ${dataDir} was kept in ${record.directory}, which is gone.`,
      `Bring it back, or delete ${dataDir} and restore a backup or begin with an empty system.`,
    );
  }
  if (there.data_dir === dataDir) return record;
  if (readJson<Record>(recordFile(there.data_dir))?.id === record.id) {
    throw new Problem(
      `${dataDir} is a copy of ${there.data_dir}, and both name the database in ${record.directory}.`,
      `Start from ${there.data_dir}, or delete ${dataDir} and bring the data over with a backup.`,
    );
  }
  const moved = { ...record, data_dir: dataDir };
  for (const dir of [record.directory, dataDir]) writeFileSync(recordFile(dir), JSON.stringify(moved, null, 2));
  return moved;
}

/** Makes a place outside the data directory that the database user can enter. */
async function openPlace(dataDir: string, runAs: RunAs, holdsCluster: boolean, say: Say): Promise<Record> {
  await dropAbandoned(dataDir);
  const base = outsideBases().find((dir) => isOursToUse(dir) && canWorkBelow(runAs, dir));
  if (!base) {
    throw new Problem(
      `The user PostgreSQL runs as cannot enter ${dataDir}, nor ${outsideBases().join(' or ')}.`,
      'Set FLEET_DATA_DIR to a directory on a path that every user may enter, or start as a user other than root.',
    );
  }
  const id = randomBytes(4).toString('hex');
  const record: Record = { id, data_dir: dataDir, directory: join(base, `${hashOf(dataDir)}-${id}`), holds_cluster: holdsCluster };
  mkdirSync(record.directory, { mode: 0o755 });
  writeFileSync(recordFile(record.directory), JSON.stringify(record, null, 2), { mode: 0o600 });
  remove(recordFile(dataDir));
  try {
    linkSync(recordFile(record.directory), recordFile(dataDir));
  } catch {
    writeFileSync(recordFile(dataDir), JSON.stringify(record, null, 2), { mode: 0o600 });
  }
  say(
    `The database user cannot enter ${dataDir}, so ${holdsCluster ? 'the database is' : 'the PostgreSQL programs are'} kept in ${record.directory}`,
  );
  return record;
}

/** Below a world-writable directory somebody else may have made it first. */
function isOursToUse(base: string): boolean {
  try {
    mkdirSync(base, { recursive: true, mode: 0o755 });
    const { uid, mode } = statSync(base);
    return uid === 0 && (mode & 0o022) === 0;
  } catch {
    return false;
  }
}

/**
 * Removes what a deleted data directory of the same path left outside. Its record was a second link to the data
 * directory's own: a count of one says that the data directory is gone and was not merely moved away.
 */
async function dropAbandoned(dataDir: string): Promise<void> {
  const current = readJson<Record>(recordFile(dataDir))?.id;
  for (const base of outsideBases().filter(existsSync)) {
    for (const name of readdirSync(base).filter((entry) => entry.startsWith(`${hashOf(dataDir)}-`))) {
      const place = join(base, name);
      const record = readJson<Record>(recordFile(place));
      if (record?.data_dir !== dataDir || record.id === current || statSync(recordFile(place)).nlink > 1) continue;
      await stopOrphan(join(place, 'cluster'));
      remove(place);
    }
  }
}
