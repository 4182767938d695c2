import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LaneOptions {
  /** How often due work is looked for without a hint. */
  pollMs: number;
  concurrency: number;
}

const sleepers = new Set<() => void>();

/** A hint within this process that something may be due. */
export function wakeSenders(): void {
  for (const wake of sleepers) wake();
}

/** Takes batches of leased work and sends them, so many at once, outside any transaction. */
export class Lanes<Work> {
  private readonly log = new Logger('notify');
  private readonly queue: Work[] = [];
  private lanes: Promise<void>[] = [];
  private stopping = false;
  private filling: Promise<void> | undefined;
  private hinted = false;
  private wakeAll: (() => void)[] = [];
  private readonly hint = (): void => {
    this.hinted = true;
    for (const wake of this.wakeAll.splice(0)) wake();
  };

  constructor(
    private readonly options: LaneOptions,
    private readonly claim: (limit: number) => Promise<Work[]>,
    private readonly send: (work: Work) => Promise<void>,
  ) {}

  start(): void {
    sleepers.add(this.hint);
    this.lanes = Array.from({ length: this.options.concurrency }, () => this.lane());
  }

  /** Waits for what is being sent; what was only claimed is free again when its lease runs out. */
  async stop(): Promise<void> {
    this.stopping = true;
    sleepers.delete(this.hint);
    this.hint();
    await Promise.all(this.lanes);
  }

  private async lane(): Promise<void> {
    while (!this.stopping) {
      const work = await this.next();
      if (work === undefined) await this.rest();
      else await this.send(work).catch((error: Error) => this.log.warn(`not noted what became of a message, it is tried again: ${error.message}`));
    }
  }

  private async next(): Promise<Work | undefined> {
    if (this.queue.length === 0) await (this.filling ??= this.fill().finally(() => (this.filling = undefined)));
    return this.stopping ? undefined : this.queue.shift();
  }

  private async fill(): Promise<void> {
    this.hinted = false;
    try {
      this.queue.push(...(await this.claim(this.options.concurrency)));
    } catch (error) {
      this.log.warn(`cannot look for due messages, trying again: ${(error as Error).message}`);
      await sleep(this.options.pollMs);
    }
  }

  private async rest(): Promise<void> {
    if (this.hinted || this.stopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.options.pollMs);
      this.wakeAll.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
