import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { remove } from './files';
import { Problem } from './problem';

export interface RunAs {
  uid: number;
  gid: number;
}

const isRoot = (): boolean => process.getuid?.() === 0;

function lookUp(name: string): RunAs | undefined {
  const ask = (option: string): number => Number.parseInt(spawnSync('id', [option, name], { encoding: 'utf8' }).stdout ?? '', 10);
  const [uid, gid] = [ask('-u'), ask('-g')];
  return uid > 0 && gid >= 0 ? { uid, gid } : undefined;
}

/** useradd is on most systems, the short options of adduser are those of BusyBox. */
function createPostgresUser(): RunAs | undefined {
  spawnSync('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    '/usr/sbin/nologin',
    'postgres',
  ]);
  const made = lookUp('postgres');
  if (made) return made;
  spawnSync('adduser', ['-S', '-D', '-H', '-s', '/sbin/nologin', 'postgres']);
  return lookUp('postgres');
}

/** PostgreSQL refuses to run as root. A cluster that exists stays with the user it belongs to. */
export function databaseUser(existingCluster?: string): RunAs | undefined {
  if (!isRoot()) return undefined;
  if (existingCluster) {
    const { uid, gid } = statSync(existingCluster);
    if (uid > 0) return { uid, gid };
  }
  return lookUp('postgres') ?? createPostgresUser() ?? lookUp('nobody') ?? { uid: 65534, gid: 65534 };
}

/** In a container root may be forbidden to become somebody else. */
export function requireSwitch(user: RunAs): void {
  if (succeeds(user, 'exit 0', '/')) return;
  throw new Problem(
    'PostgreSQL refuses to run as root, and this root may not start programs as another user.',
    'Start Fleet ERP as another user than root, or allow it to change users (CAP_SETUID, CAP_SETGID), or set DATABASE_URL.',
  );
}

/** Tries it as that user: mode bits alone do not tell about ACLs, mounts or security modules. */
const succeeds = (user: RunAs | undefined, script: string, path: string): boolean =>
  spawnSync('/bin/sh', ['-c', script, 'sh', path], { ...user, cwd: '/', stdio: 'ignore', timeout: 10_000 }).status === 0;

export const canRun = (user: RunAs | undefined, program: string): boolean => succeeds(user, 'exec "$1" --version', program);

export const canEnter = (user: RunAs, dir: string): boolean => succeeds(user, 'cd "$1" && : > .access && rm .access', dir);

/** Whether that user can work in a directory of its own below `parent`. */
export function canWorkBelow(user: RunAs, parent: string): boolean {
  const dir = join(parent, `.access-${process.pid}`);
  try {
    makeDir(dir, user);
    return canEnter(user, dir);
  } catch {
    return false;
  } finally {
    remove(dir);
  }
}

export function makeDir(dir: string, user: RunAs | undefined): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  if (user) chownSync(dir, user.uid, user.gid);
}

/** Only its user may look into the data directory; a database running as another user may pass through to its own part. */
export function makeDataDir(dataDir: string, user: RunAs | undefined): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (statSync(dataDir).uid !== process.getuid?.()) return;
  if (user) chownSync(dataDir, 0, user.gid);
  chmodSync(dataDir, user ? 0o710 : 0o700);
}
