import { Logger, type Type } from '@nestjs/common';
import { hostname } from 'node:os';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { Config } from '../config';
import { appRole } from '../database/data-source';
import type { Db } from '../database';
import { withRequestId } from '../http/request-context';
import { Attempt, untilAborted } from './attempt';
import { laneOf, type Lane, type Task, type TaskList } from './define-task';
import { runStore, type RunRow } from './run-store';
import { onRunQueued } from './wake';

export interface WorkerOptions {
  pollMs: number;
  /** A worker silent this long has died; at least 10. */
  heartbeatS: number;
  /** How often the living look for the dead. */
  superviseS: number;
  retryDelayS: number;
  retryDelayMaxS: number;
  lanes: Record<Lane, number>;
}

// Silence is noticed within 30 + 15 s and the retry waits 5 to 10 s: a killed run goes on within about a minute.
export const workerDefaults: WorkerOptions = {
  pollMs: 1000,
  heartbeatS: 30,
  superviseS: 15,
  retryDelayS: 5,
  retryDelayMaxS: 600,
  lanes: { short: 3, long: 2 },
};

interface Carried {
  run_id: string;
}

type Polling = { pollingIntervalSeconds: number; includeMetadata: true };

const lanes: Lane[] = ['short', 'long'];
const queueOf = (lane: Lane): string => `fleet.${lane}`;
const deadQueue = 'fleet.dead';

class RunCancelled extends Error {
  constructor() {
    super('The run was cancelled.');
  }
}

/**
 * Executes runs. pg-boss carries only a run's id, claims, beats, retries and notices the dead; what a person sees is
 * jobs.run. Loaded in worker processes alone.
 */
export class JobWorker {
  private readonly log = new Logger('jobs');
  private readonly options: WorkerOptions;
  private readonly name = `${hostname()}:${process.pid}`;
  private readonly active = new Map<string, AbortController>();
  private readonly pollers: Record<Lane, string[]> = { short: [], long: [] };
  private readonly timers: NodeJS.Timeout[] = [];
  private boss: PgBoss | undefined;
  private feeding: Promise<void> | undefined;
  private hungry = false;
  private forgetWake: (() => void) | undefined;

  constructor(
    private readonly db: Db,
    private readonly tasks: TaskList,
    private readonly config: Config,
    private readonly resolve: <T>(token: Type<T>) => T,
    options: Partial<WorkerOptions> = {},
  ) {
    this.options = { ...workerDefaults, ...options };
  }

  async start(): Promise<void> {
    const { PgBoss } = await import('pg-boss');
    const boss = new PgBoss({
      connectionString: this.config.DATABASE_APP_URL ?? this.config.DATABASE_URL,
      options: `${this.config.DATABASE_APP_URL ? '' : `-c role=${appRole} `}-c timezone=UTC -c statement_timeout=${this.config.DATABASE_STATEMENT_TIMEOUT_MS}`,
      application_name: 'fleet-erp-jobs',
      max: 3,
      schema: 'pgboss',
      // The server's role owns nothing: the schema comes from migrations, and maintenance stays within plain SQL.
      migrate: false,
      createSchema: false,
      reindex: false,
      monitorVacuum: false,
      schedule: false,
      superviseIntervalSeconds: this.options.superviseS,
      monitorIntervalSeconds: this.options.superviseS,
      maintenanceIntervalSeconds: 3600,
    });
    boss.on('error', (error: Error) => this.log.warn(`queue: ${error.message}`));
    boss.on('warning', (warning) => this.log.warn({ facts: warning.data }, warning.message));
    await boss.start();
    this.boss = boss;
    await this.openQueues(boss);
    this.timers.push(setInterval(() => this.feed(), this.options.pollMs), setInterval(() => void this.heedCancellations(), 1000));
    this.forgetWake = onRunQueued(() => this.feed());
    this.feed();
  }

  /** Lets runs finish for the drain time; what then still goes is given back and taken up elsewhere. */
  async stop(): Promise<void> {
    this.forgetWake?.();
    for (const timer of this.timers.splice(0)) clearInterval(timer);
    await this.feeding;
    await this.boss?.stop({ graceful: true, timeout: Math.max(1000, this.config.SHUTDOWN_DRAIN_MS) });
  }

  private async openQueues(boss: PgBoss): Promise<void> {
    const seconds = this.options.pollMs / 1000;
    await boss.createQueue(deadQueue, { retryLimit: 100, retryDelay: 10 });
    for (const lane of lanes) {
      await boss.createQueue(queueOf(lane), { deadLetter: deadQueue, heartbeatSeconds: this.options.heartbeatS });
      for (let n = 0; n < this.options.lanes[lane]; n += 1) {
        const poller = await boss.work<Carried, void, Polling>(queueOf(lane), { pollingIntervalSeconds: Math.max(0.5, seconds), includeMetadata: true }, async ([job]) => {
          if (job) await this.execute(job);
        });
        this.pollers[lane].push(poller);
      }
    }
    await boss.work<Carried, void, Polling>(deadQueue, { pollingIntervalSeconds: Math.max(0.5, 2 * seconds), includeMetadata: true }, async ([job]) => {
      if (job?.sourceId && (await runStore.bury(this.db, job.data.run_id, job.sourceId)) > 0) this.log.error(`run ${job.data.run_id} waits among the dead letters: its worker stopped answering`);
    });
  }

  /** Hands waiting runs to the queue. Single flight; a hint during one asks for another. */
  private feed(): void {
    this.hungry = true;
    this.feeding ??= (async () => {
      while (this.hungry) {
        this.hungry = false;
        if ((await this.feedSome()) === 50) this.hungry = true;
      }
    })()
      .catch((error: Error) => this.log.warn(`cannot look for waiting runs, trying again: ${error.message}`))
      .finally(() => (this.feeding = undefined));
  }

  private async feedSome(): Promise<number> {
    const boss = this.boss;
    if (!boss) return 0;
    const fed: Lane[] = [];
    await this.db.system('jobs.feed', async (tx) => {
      fed.length = 0;
      // The same transaction notes the run as sent and puts it into the queue: never lost, never twice.
      const db = { executeSql: (text: string, values?: unknown[]) => tx.connection.query(text, values) };
      for (const run of await runStore.unsent(tx, this.tasks.names)) {
        const task = this.tasks.find(run.task) as Task;
        const jobId = await boss.send(queueOf(laneOf(task)), { run_id: run.id } satisfies Carried, { ...this.sendOptions(task), db });
        if (!jobId) throw new Error(`run ${run.id} was not taken by the queue`);
        await runStore.sent(tx, run.id, jobId);
        fed.push(laneOf(task));
      }
    });
    for (const lane of new Set(fed)) {
      for (const poller of this.pollers[lane].slice(0, fed.filter((l) => l === lane).length)) boss.notifyWorker(poller);
    }
    return fed.length;
  }

  private sendOptions(task: Task): object {
    const { heartbeatS, retryDelayS, retryDelayMaxS } = this.options;
    return {
      retryLimit: task.retries,
      retryDelay: retryDelayS,
      retryBackoff: true,
      retryDelayMax: retryDelayMaxS,
      // The attempt stops itself at its time-out; the queue's own limit is the net below.
      expireInSeconds: Math.min(86_399, Math.ceil(task.timeoutMs / 1000) + 10),
      heartbeatSeconds: heartbeatS,
      deadLetter: deadQueue,
    };
  }

  private async execute(job: JobWithMetadata<Carried>): Promise<void> {
    const attempt = job.retryCount + 1;
    const run = await runStore.begin(this.db, job.data.run_id, job.id, attempt, this.name);
    if (!run) return;
    if (run.cancel_requested_at) {
      await runStore.end(this.db, run.id, attempt, 'cancelled', null, null);
      return;
    }
    const cancel = new AbortController();
    this.active.set(run.id, cancel);
    try {
      const rows = await this.work(run, attempt, AbortSignal.any([job.signal, cancel.signal]));
      await runStore.end(this.db, run.id, attempt, 'succeeded', null, rows ?? null);
    } catch (error) {
      if (cancel.signal.aborted) {
        await runStore.end(this.db, run.id, attempt, 'cancelled', null, null);
        return;
      }
      await this.noteFailure(run.id, run.task, attempt, job.retryCount >= job.retryLimit, error as Error);
      throw new Error(`attempt ${attempt} failed; jobs.run says why`);
    } finally {
      this.active.delete(run.id);
    }
  }

  private async work(run: RunRow, attempt: number, stop: AbortSignal): Promise<number | void> {
    const task = this.tasks.find(run.task);
    if (!task) throw new Error(`No task named "${run.task}" is part of the running version.`);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error(`It took longer than ${task.timeoutMs} ms.`)), task.timeoutMs);
    const payload = task.payload ? task.payload.parse(run.payload) : run.payload;
    const context = new Attempt(this.db, run, attempt, payload, AbortSignal.any([stop, late.signal]), this.resolve);
    try {
      const rows = await untilAborted(context.signal, withRequestId(run.id, () => task.run(context)));
      await context.flush();
      return rows;
    } finally {
      clearTimeout(timer);
    }
  }

  private async noteFailure(runId: string, task: string, attempt: number, last: boolean, error: Error): Promise<void> {
    const facts = { run: runId, attempt, err: error };
    if (last) this.log.error(facts, `${task} failed for good; it waits among the dead letters`);
    else this.log.warn(facts, `${task} failed, it will be tried again`);
    await runStore.end(this.db, runId, attempt, last ? 'dead' : 'retrying', `${error.name}: ${error.message}`.slice(0, 2000), null);
  }

  private async heedCancellations(): Promise<void> {
    if (this.active.size === 0) return;
    try {
      for (const id of await runStore.cancelled(this.db, [...this.active.keys()])) this.active.get(id)?.abort(new RunCancelled());
    } catch (error) {
      this.log.warn(`cannot look for cancellations: ${(error as Error).message}`);
    }
  }
}
