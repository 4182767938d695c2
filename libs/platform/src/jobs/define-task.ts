import type { Type } from '@nestjs/common';
import type { z } from 'zod';
import type { Actor, Tx } from '../database';

/** What a running task knows and may do. */
export interface TaskContext<P = unknown> {
  readonly runId: string;
  readonly task: string;
  /** The slot it was fired for; null when a person or program asked. */
  readonly slotAt: Date | null;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly accountId: string | null;
  readonly payload: P;
  /** Aborts on time-out, cancellation, a lost claim and a stopping server. */
  readonly signal: AbortSignal;
  /** The house acting in the run's account. */
  readonly actor: Actor;
  /** A provider of the running application. */
  get<T>(token: Type<T>): T;
  /** Shows how far it is; throws when the run was stopped, so that loops end. */
  progress(progress: Record<string, unknown>): Promise<void>;
  /**
   * Does a piece of work at most once per run, however often the run is taken up again: the effect and the note that it
   * happened are one transaction. False when it was done before.
   */
  once(step: string, work: (tx: Tx) => Promise<unknown>, in_?: { accountId: string }): Promise<boolean>;
}

export interface Task<P = unknown> {
  /** `room.verb` or `room.noun.verb`; names runs, the status page and the schedule. */
  readonly name: string;
  /** One sentence for the status page. */
  readonly about: string;
  /** Five fields (or six with seconds), in UTC. Without it the task runs on demand only. */
  readonly cron?: string;
  readonly timeoutMs: number;
  /** Attempts after the first. */
  readonly retries: number;
  /** A promise: running it again after half a run does no harm. */
  readonly idempotent: true;
  /** `account` tasks carry an account and a payload and are started with `jobs.start`. */
  readonly scope: 'house' | 'account';
  readonly payload?: z.ZodType<P>;
  /** Answers how many rows it worked on, if that means anything. */
  run(ctx: TaskContext<P>): Promise<number | void>;
}

const shape = /^[a-z0-9_]+(\.[a-z0-9_]+){1,2}$/;

export function defineTask<P = unknown>(task: Task<P>): Task<P> {
  if (!shape.test(task.name)) throw new Error(`"${task.name}" is no task name; write room.verb.`);
  if (task.cron && task.scope === 'account') throw new Error(`"${task.name}": a task of one account is started on demand; let a house task on a schedule start it.`);
  if (task.timeoutMs < 1000 || task.timeoutMs > 86_000_000) throw new Error(`"${task.name}": timeoutMs must be between a second and a day.`);
  return Object.freeze(task);
}

/** Runs this long go to lanes of their own, so that an import never holds up the five-minute batches. */
const longMs = 300_000;
export type Lane = 'short' | 'long';
export const laneOf = (task: { timeoutMs: number }): Lane => (task.timeoutMs > longMs ? 'long' : 'short');

/** Every batch of the house, in the one list the composition root gives. */
export class TaskList {
  private readonly byName = new Map<string, Task>();

  constructor(tasks: readonly Task[]) {
    for (const task of tasks) {
      if (this.byName.has(task.name)) throw new Error(`Two tasks are called "${task.name}".`);
      this.byName.set(task.name, task);
    }
  }

  get all(): Task[] {
    return [...this.byName.values()];
  }

  get names(): string[] {
    return [...this.byName.keys()];
  }

  find(name: string): Task | undefined {
    return this.byName.get(name);
  }
}
