import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { remove } from './files';
import { Problem } from './problem';
import { isAlive, isPostgresOn, stopProcess } from './processes';

/** The lines of postmaster.pid: pid, data directory, start time, port, ... and the state. */
export function postmasterOf(clusterDir: string): { pid: number; port: number; ready: boolean } | undefined {
  try {
    const lines = readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}

/** The running server of a cluster, if it really is one. */
export function runningServer(clusterDir: string): { pid: number; port: number } | undefined {
  const postmaster = postmasterOf(clusterDir);
  return postmaster && isAlive(postmaster.pid) && isPostgresOn(postmaster.pid, clusterDir) ? postmaster : undefined;
}

/**
 * Clears the way after a start that was killed. A pid file whose process is gone is left alone: PostgreSQL uses it to
 * look for survivors of the old server. One whose number now belongs to another program would keep it from starting.
 */
export async function stopOrphan(clusterDir: string): Promise<void> {
  const postmaster = postmasterOf(clusterDir);
  if (!postmaster?.pid || !isAlive(postmaster.pid)) return;
  if (!isPostgresOn(postmaster.pid, clusterDir)) return remove(join(clusterDir, 'postmaster.pid'));
  const stopped = await stopProcess(postmaster.pid, [['SIGINT', 5000], ['SIGQUIT', 3000], ['SIGKILL', 2000]]);
  if (stopped) return;
  throw new Problem(`A PostgreSQL left over from an earlier start (process ${postmaster.pid}) does not end.`, `End it with: kill -9 ${postmaster.pid}`);
}
