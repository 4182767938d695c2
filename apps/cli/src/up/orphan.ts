import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { remove } from './files';
import { Problem } from './problem';
import { isAlive, isPostgresOn, isTaken, postgresOn, type Steps, stopProcess } from './processes';

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
 * Clears the way after a start that was killed. A pid file of a free number is left alone: PostgreSQL looks for survivors
 * of the old server with it. One whose number is still, or again, in use would keep it from starting.
 */
export async function stopOrphan(clusterDir: string): Promise<void> {
  const postmaster = postmasterOf(clusterDir);
  if (!postmaster?.pid || !isTaken(postmaster.pid)) return;
  if (isAlive(postmaster.pid) && isPostgresOn(postmaster.pid, clusterDir)) {
    await stopServer(postmaster.pid, [
      ['SIGINT', 5000],
      ['SIGQUIT', 3000],
      ['SIGKILL', 2000],
    ]);
  }
  // Processes of a server that did not end in order notice it on their own, mostly within milliseconds.
  await Promise.all(
    postgresOn(clusterDir).map((pid) =>
      stopServer(pid, [
        ['SIGQUIT', 2000],
        ['SIGKILL', 2000],
      ]),
    ),
  );
  if (isTaken(postmaster.pid)) remove(join(clusterDir, 'postmaster.pid'));
}

async function stopServer(pid: number, steps: Steps): Promise<void> {
  if (await stopProcess(pid, steps)) return;
  throw new Problem(`A PostgreSQL process left over from an earlier start (${pid}) does not end.`, `End it with: kill -9 ${pid}`);
}
