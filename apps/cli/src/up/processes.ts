import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { codeOf } from './problem';
import { setTimeout as sleep } from 'node:timers/promises';

const hasProc = existsSync('/proc/self/stat');

const ps = (pid: number, column: string): string =>
  spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], {
    encoding: 'utf8',
    env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' },
  }).stdout?.trim() ?? '';

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Fields of /proc/<pid>/stat from the state on; the name before them may contain blanks and brackets. */
function procStat(pid: number): string[] {
  const stat = readText(`/proc/${pid}/stat`);
  return stat ? stat.slice(stat.lastIndexOf(')') + 2).split(' ') : [];
}

/** A process that ended but was not collected by its parent (containers without an init) counts as gone. */
export function isAlive(pid: number): boolean {
  const state = hasProc ? procStat(pid)[0] : ps(pid, 'stat')[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Tells a process from a later one with the same number, also across a reboot. */
export function startOf(pid: number): string | undefined {
  if (!hasProc) return ps(pid, 'lstart') || undefined;
  const ticks = procStat(pid)[19];
  return ticks && `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${ticks}`;
}

/** A server's working directory is its data directory, which stays true when that directory is renamed. */
export function isPostgresOn(pid: number, dir: string): boolean {
  if (!hasProc) {
    const command = ps(pid, 'args');
    return command.includes('postgres') && command.includes(dir);
  }
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dir) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return false;
  }
}

/** Server processes of a cluster whose main process is gone. */
export function postgresOn(dir: string): number[] {
  if (!hasProc) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isPostgresOn(pid, dir));
}

/** Whether the number is in use as other programs see it, to whom an uncollected process looks alive. */
export function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function gone(pid: number, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(25)) if (!isAlive(pid)) return true;
  return !isAlive(pid);
}

/** Signals and how many milliseconds each of them gets. */
export type Steps = [NodeJS.Signals, number][];

/** Sends each signal in turn until the process is gone. */
export async function stopProcess(pid: number, steps: Steps): Promise<boolean> {
  for (const [signal, ms] of steps) {
    try {
      process.kill(pid, signal);
    } catch {
      return !isAlive(pid);
    }
    if (await gone(pid, ms)) return true;
  }
  return false;
}

/** npm runs a script through a shell, whose parent it is. */
function runners(): string {
  const shell = hasProc && (readText(`/proc/${process.ppid}/cmdline`) ?? '').includes('-c\0');
  return `${process.ppid} ${shell ? procStat(process.ppid)[1] : ''}`;
}

/**
 * A signal sent to npm alone ends npm and its shell but does not reach the script, which would run on unseen.
 * So a script that npm started ends when one of the two does.
 */
export function onRunnerGone(end: () => void): void {
  const before = runners();
  const watch = setInterval(() => {
    if (runners() === before) return;
    clearInterval(watch);
    end();
  }, 500);
  watch.unref();
}
