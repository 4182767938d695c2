import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface StartOptions {
  cwd: string;
  env?: Record<string, string>;
  uid?: number;
  gid?: number;
  /** Through npm and its shell. */
  npm?: boolean;
}

/** One `npm start`; without npm unless asked for. */
export class Running {
  readonly process: ChildProcess;
  output = '';
  code: number | null | undefined;
  readonly begun = Date.now();
  private readonly exited: Promise<unknown>;

  constructor({ cwd, env = {}, uid, gid, npm }: StartOptions) {
    const [program, args] = npm ? ['npm', ['start']] : [process.execPath, [join(cwd, 'tools', 'start.js')]];
    this.process = spawn(program, args, {
      cwd,
      env: { PATH: process.env['PATH'], HOME: cwd, ...env },
      uid,
      gid,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) stream?.on('data', (data: Buffer) => (this.output += data));
    this.exited = once(this.process, 'close').then(([code]) => (this.code = code as number | null));
  }

  get address(): string {
    return /Address\s+(\S+)/.exec(this.output)?.[1] ?? '';
  }

  async until(text: string, ms = 30_000): Promise<number> {
    for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) {
      if (this.output.includes(text)) return Date.now() - this.begun;
      if (this.code !== undefined) break;
    }
    throw new Error(`"${text}" was not printed; this was:\n${this.output}`);
  }

  ready = (): Promise<number> => this.until('Press Ctrl-C');

  async end(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal) this.process.kill(signal);
    await this.exited;
    return this.code ?? null;
  }

  async ask<T>(path: string): Promise<T> {
    const response = await fetch(this.address.replace('localhost', '127.0.0.1') + path);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}

export interface Found {
  pid: number;
  command: string;
}

/** Processes that name the directory in their command or work in it. */
export function processesOf(dir: string): Found[] {
  const look = (pid: string): Found[] => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const cwd = readlinkSync(`/proc/${pid}/cwd`);
      return command.includes(dir) || cwd.startsWith(dir) ? [{ pid: Number(pid), command }] : [];
    } catch {
      return [];
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(look);
}

export async function eventually<T>(probe: () => T | Promise<T>, ms = 10_000): Promise<NonNullable<T>> {
  let last: unknown;
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) {
    try {
      const value = await probe();
      if (value) return value;
    } catch (error) {
      last = error;
    }
  }
  throw new Error('it did not come about', { cause: last });
}

/** A checkout and the starts made from it; everything is gone after the tests. */
export class Bench {
  readonly home: string;
  readonly data: string;
  private readonly started: Running[] = [];

  constructor(parent = tmpdir()) {
    this.home = realpathSync(mkdtempSync(join(parent, 'fleet-start-')));
    this.data = join(this.home, 'data');
  }

  start(env: Record<string, string> = {}, how: Pick<StartOptions, 'uid' | 'gid' | 'npm'> = {}): Running {
    const running = new Running({ cwd: this.home, env, ...how });
    this.started.push(running);
    return running;
  }

  async clear(): Promise<void> {
    for (const running of this.started) if (running.code === undefined) await running.end('SIGTERM');
    for (const { pid } of processesOf(this.home)) process.kill(pid, 'SIGKILL');
    rmSync(this.home, { recursive: true, force: true });
  }
}

export const freePort = (): Promise<string> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(String(port)));
    });
  });
