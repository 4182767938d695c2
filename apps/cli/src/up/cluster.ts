import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { majorOf } from './binaries';
import { type Bootstrap, cannotRun, createCluster, spawnOptions, writeRoles } from './bootstrap';
import { openLog, readLog, sizeOf } from './logs';
import { runningServer, stopOrphan } from './orphan';
import { freePort } from './ports';
import { codeOf, Interrupted, Problem } from './problem';
import { stopProcess } from './processes';

export interface ClusterOptions extends Bootstrap {
  dir: string;
  /** The major version the programs are of. */
  major: string;
  logFile: string;
  /** Called when the server ends without having been asked to. */
  onCrash?: () => void;
  say?: (line: string) => void;
}

export type Role = 'owner' | 'app';
type Outcome = 'ready' | 'ended' | 'refused';

const READY_WITHIN = 5 * 60_000;

/** One PostgreSQL cluster: its files and the server that runs on them. */
export class Cluster {
  port = 0;
  private server?: ChildProcess;
  private spawnError?: Error;
  /** Asked to run; an end is a crash only then. */
  private wanted = false;
  private answered = false;

  constructor(private readonly options: ClusterOptions) {}

  get pid(): number | undefined {
    return this.server?.pid;
  }

  exists(): boolean {
    return existsSync(join(this.options.dir, 'PG_VERSION'));
  }

  async create(): Promise<void> {
    await createCluster(this.options.dir, this.options);
  }

  url(role: Role, database = 'fleet'): string {
    return `postgres://fleet_${role}:${this.options.passwords[role]}@127.0.0.1:${this.port}/${database}`;
  }

  /** Takes the server that another process runs on this cluster, to use it but not to look after it. */
  attach(): boolean {
    this.port = runningServer(this.options.dir)?.port ?? 0;
    return this.port !== 0;
  }

  /** Started again, it keeps its port: programs that know its address find it where it was. */
  async start(): Promise<void> {
    const { dir, major } = this.options;
    if (majorOf(dir) !== major) {
      throw new Problem(
        `The database in ${dir} is of PostgreSQL ${majorOf(dir)}, the installed programs are of ${major}.`,
        `Install the release of Fleet ERP that made it, run npm run backup there, and restore it into a new data directory here.`,
      );
    }
    await stopOrphan(dir);
    const fixed = this.port !== 0;
    let repaired = false;
    for (let attempt = 1; ; attempt++) {
      if (!fixed) this.port = await freePort();
      const offset = sizeOf(this.options.logFile);
      this.launch();
      const outcome = await this.outcome();
      if (outcome === 'ready') return;
      if (outcome === 'refused' && !repaired) {
        repaired = true;
        await this.stop('fast');
        await writeRoles(dir, this.options);
        continue;
      }
      const log = readLog(this.options.logFile, offset);
      await this.stop('fast');
      if (attempt === 5 || !/Address already in use|shared memory block .* still in use/.test(log)) throw this.failure(log);
      await sleep(300 * attempt);
    }
  }

  private launch(): void {
    const { binDir, dir, fsync, logFile, runAs, signal, onCrash } = this.options;
    signal?.throwIfAborted();
    const volatile = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${this.port}`, ...(fsync ? [] : volatile)];
    const log = openLog(logFile);
    const args = ['-D', dir, ...settings.flatMap((setting) => ['-c', setting])];
    // A process group of its own: Ctrl-C in the terminal must not stop it under the programs that use it.
    const server = spawn(join(binDir, 'postgres'), args, { ...spawnOptions(runAs), detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    this.server = server;
    this.wanted = true;
    server.once('error', (error) => (this.spawnError = error));
    server.once('exit', () => {
      // News of an earlier server may come in after the next one was started.
      if (this.server !== server) return;
      const crashed = this.wanted && this.answered;
      this.server = undefined;
      this.answered = false;
      if (crashed) onCrash?.();
    });
  }

  private async outcome(): Promise<Outcome> {
    const begin = Date.now();
    let told = false;
    while (Date.now() - begin < READY_WITHIN) {
      if (this.spawnError) throw cannotRun(join(this.options.binDir, 'postgres'), this.spawnError);
      if (this.options.signal?.aborted) throw new Interrupted();
      if (!this.server) return 'ended';
      const answer = (await this.answer('owner')) ?? (await this.answer('app'));
      if (answer === undefined && this.server) {
        this.answered = true;
        return 'ready';
      }
      // Wrong password, missing role, missing database.
      if (['28P01', '28000', '3D000'].includes(answer ?? '')) return 'refused';
      if (!told && Date.now() - begin > 5000) {
        told = true;
        this.options.say?.('PostgreSQL is putting its files in order after an unclean stop; this can take a minute.');
      }
      await sleep(40);
    }
    return 'ended';
  }

  /** undefined when that role can log in, else the code of what it was told. */
  private async answer(role: Role): Promise<string | undefined> {
    const client = new Client({ connectionString: this.url(role), connectionTimeoutMillis: 5000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return undefined;
    } catch (error) {
      return codeOf(error) ?? 'unknown';
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** fast: closes its files in order; immediate: at once, repaired at the next start. A fast stop that takes too long becomes one. */
  async stop(mode: 'fast' | 'immediate', patience = 1500): Promise<void> {
    this.wanted = false;
    const pid = this.server?.pid;
    if (!pid) return;
    await stopProcess(pid, [
      ['SIGINT', mode === 'fast' ? patience : 0],
      ['SIGQUIT', 500],
      ['SIGKILL', 1000],
    ]);
    this.server = undefined;
    this.answered = false;
  }

  private failure(log: string): Problem {
    const lines = log.split('\n').filter((text) => text.trim() !== '');
    const line = lines.findLast((text) => /(FATAL|PANIC|ERROR):/.test(text)) ?? lines.at(-1);
    const reason = line?.replace(/^.*?(FATAL|PANIC|ERROR):\s*/, '') ?? 'it did not say why';
    return new Problem(`PostgreSQL did not start: ${reason}.`, `Its log is ${this.options.logFile}, its files are in ${this.options.dir}.`);
  }
}
