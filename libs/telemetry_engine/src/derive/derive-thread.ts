import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DetectionWithdrawn, TripFinished, TripWithdrawn, VehicleDetection } from '@fleet/contracts';
import type { Config } from '@fleet/platform/config';
import type { Subscribers } from '@fleet/platform/outbox';
import type { Derived } from './rounds';

/** What the thread is given: settings and, because it has no modules, who hears what it tells. */
export interface Start {
  config: Config;
  heard: Record<string, string[]>;
  listenersSql: string | undefined;
}

export type Said = { took: Derived; count: number };

export interface Watcher {
  took(what: Derived, count: number): void;
  /** It ended, though nobody told it to. */
  died(why: string, againInMs: number): void;
}

const heapMaxMb = 256;
const firstPauseMs = 1_000;
const lastPauseMs = 60_000;
/** A thread that has lived so long is forgiven how often it died before. */
const steadyAfterMs = 120_000;
const stopWithinMs = 2_500;
const told = [TripFinished, TripWithdrawn, VehicleDetection, DetectionWithdrawn];

/**
 * Runs the rounds in a thread of their own, so that a day computed anew neither delays an answer nor a sample. Whatever ends it
 * is a transaction rolled back and a thread started again.
 */
export class DeriveThread {
  private worker: Worker | undefined;
  private again: NodeJS.Timeout | undefined;
  private stopping = false;
  private pauseMs = firstPauseMs;
  private readonly start: Start;

  constructor(
    config: Config,
    subscribers: Subscribers,
    private readonly watcher: Watcher,
    /** Of Node, where the code is not compiled. */
    private readonly execArgv?: string[],
  ) {
    this.start = { config, heard: Object.fromEntries(told.map((event) => [event.name, subscribers.of(event)])), listenersSql: subscribers.listenersSql };
  }

  /** Of the thread that runs, for whoever wants to see it end. */
  get running(): Worker | undefined {
    return this.worker;
  }

  begin(): void {
    const begunMs = performance.now();
    const worker = new Worker(join(__dirname, `thread-main${extname(__filename)}`), { name: 'derive', workerData: this.start, resourceLimits: { maxOldGenerationSizeMb: heapMaxMb }, ...(this.execArgv ? { execArgv: this.execArgv } : {}) });
    this.worker = worker;
    let why = '';
    worker.on('message', ({ took, count }: Said) => this.watcher.took(took, count));
    worker.on('error', (error) => (why = error.stack ?? error.message));
    worker.once('exit', (code) => {
      this.worker = undefined;
      if (this.stopping) return;
      if (performance.now() - begunMs > steadyAfterMs) this.pauseMs = firstPauseMs;
      this.watcher.died(why || `exit code ${code}`, this.pauseMs);
      this.again = setTimeout(() => this.begin(), this.pauseMs);
      this.again.unref();
      this.pauseMs = Math.min(lastPauseMs, this.pauseMs * 2);
    });
    // What holds the process open is the server, not this.
    worker.unref();
  }

  /** Lets the batch under way end; what takes longer is rolled back. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.again);
    const { worker } = this;
    if (!worker) return;
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage('stop');
    const cut = setTimeout(() => void worker.terminate(), stopWithinMs);
    await gone;
    clearTimeout(cut);
  }
}
