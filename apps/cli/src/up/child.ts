import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { once } from 'node:events';
import { lastError, openLog, readLog, sizeOf } from './logs';

/** A Node program and its arguments. */
export interface Command {
  file: string;
  args: string[];
}

export interface ChildOptions {
  name: string;
  command: Command;
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** Told when it runs, with its process id. */
  onStart?: (pid: number) => void;
  /** A sentence the program wants to show to the person who waits. */
  onProgress?: (line: string) => void;
}

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One run of a program after another; it never runs twice at once. */
export class Child {
  private process?: ChildProcess;
  private logOffset = 0;
  stopping = false;

  constructor(readonly options: ChildOptions) {}

  /** Resolves when the program ends. Its output goes to the log file; over the channel it learns that its parent has died. */
  async run(): Promise<Ending> {
    const { command, env, logFile, onStart, onProgress } = this.options;
    if (this.stopping) return { code: 0, signal: null };
    const log = openLog(logFile);
    this.logOffset = sizeOf(logFile);
    const child = spawn(process.execPath, [command.file, ...command.args], { env, detached: true, stdio: ['ignore', log, log, 'ipc'] });
    closeSync(log);
    this.process = child;
    if (child.pid) onStart?.(child.pid);
    child.on('message', (message: { progress?: unknown }) => {
      if (typeof message?.progress === 'string') onProgress?.(message.progress);
    });
    try {
      const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      return { code, signal };
    } finally {
      this.process = undefined;
    }
  }

  /** Asks it to end and insists after `patience` milliseconds. */
  async stop(patience: number): Promise<void> {
    this.stopping = true;
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    if (patience > 0) child.kill('SIGTERM');
    const insist = setTimeout(() => child.kill('SIGKILL'), patience);
    await ended.catch(() => undefined);
    clearTimeout(insist);
  }

  /** What it last complained about in this run. */
  complaint(): string | undefined {
    return lastError(readLog(this.options.logFile, this.logOffset));
  }
}

export const inWords = ({ code, signal }: Ending): string => (signal ? `signal ${signal}` : `exit code ${code}`);

/** Deaths of the last minute, and how long to wait before the next attempt. */
export class Patience {
  private deaths: number[] = [];

  /** The number of deaths within a minute, this one included. */
  another(now = Date.now()): number {
    this.deaths = [...this.deaths.filter((at) => now - at < 60_000), now];
    return this.deaths.length;
  }

  delay(): number {
    return Math.min(250 * 2 ** Math.max(0, this.deaths.length - 1), 30_000);
  }
}
