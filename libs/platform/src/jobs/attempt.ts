import type { Type } from '@nestjs/common';
import { systemActor, type Actor, type Db, type Tx } from '../database';
import type { TaskContext } from './define-task';
import { runStore, type RunRow } from './run-store';

const progressEveryMs = 500;

/** One attempt of one run, as the task sees it. */
export class Attempt implements TaskContext {
  readonly runId: string;
  readonly task: string;
  readonly slotAt: Date | null;
  readonly accountId: string | null;
  private reportedAtMs = -Infinity;
  private latest: Record<string, unknown> | undefined;

  constructor(
    private readonly db: Db,
    run: RunRow,
    readonly attempt: number,
    readonly payload: unknown,
    readonly signal: AbortSignal,
    private readonly resolve: <T>(token: Type<T>) => T,
  ) {
    this.runId = run.id;
    this.task = run.task;
    this.slotAt = run.slot_at;
    this.accountId = run.account_id;
  }

  get actor(): Actor {
    if (!this.accountId) throw new Error(`"${this.task}" runs for the house, not for one account.`);
    return systemActor(this.accountId, this.task);
  }

  get<T>(token: Type<T>): T {
    return this.resolve(token);
  }

  async progress(progress: Record<string, unknown>): Promise<void> {
    this.signal.throwIfAborted();
    this.latest = progress;
    if (performance.now() - this.reportedAtMs < progressEveryMs) return;
    await this.flush();
  }

  /** Writes the newest progress that was held back. */
  async flush(): Promise<void> {
    if (!this.latest) return;
    const progress = this.latest;
    this.latest = undefined;
    this.reportedAtMs = performance.now();
    await runStore.progress(this.db, this.runId, this.attempt, progress);
  }

  async once(step: string, work: (tx: Tx) => Promise<unknown>, in_?: { accountId: string }): Promise<boolean> {
    this.signal.throwIfAborted();
    const accountId = in_?.accountId ?? this.accountId;
    const inside = async (tx: Tx): Promise<boolean> => {
      const mine = await tx.execute('insert into jobs.step (run_id, name, account_id) values ($1, $2, $3) on conflict (run_id, name) do nothing', [this.runId, step, accountId]);
      if (mine === 1) await work(tx);
      else tx.withoutAudit('an earlier attempt did and recorded it');
      return mine === 1;
    };
    return accountId ? this.db.write(systemActor(accountId, this.task), inside) : this.db.system(this.task, inside);
  }
}

/** Settles with the work, or as soon as the signal aborts: a task that ignores the signal must not hold the lane. */
export async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    work.catch(() => undefined);
  }
}
