import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemActor, type Db, type Tx } from '../database';
import { withRequestId } from '../http/request-context';
import { deliveryStore, type Claimed } from './delivery-store';
import type { Subscribers } from './subscribers';
import { onWake } from './wake';

export interface DispatcherOptions {
  pollMs: number;
  /** Deliveries claimed at once; they wait in memory under a lease. */
  batch: number;
  /** Handlers at work at once, one connection each. */
  concurrency: number;
  leaseMs: number;
  handlerTimeoutMs: number;
  /** Pause before each retry; the last one repeats. */
  backOffMs: readonly number[];
  maxAttempts: number;
  /** How long a delivery to nobody waits for a version that knows the subscriber. */
  unknownGraceMs: number;
}

const minute = 60_000;
export const dispatcherDefaults: DispatcherOptions = {
  pollMs: 1000,
  batch: 50,
  concurrency: 4,
  leaseMs: minute,
  handlerTimeoutMs: 30_000,
  backOffMs: [1000, 5000, 30_000, 2 * minute, 10 * minute, 60 * minute],
  maxAttempts: 10,
  unknownGraceMs: 15 * minute,
};

/**
 * Takes due deliveries to their subscribers. Marking one done and the handler's effect are one transaction, so a crash at
 * any point leaves either both or neither; leases only spare others the wait.
 */
export class Dispatcher {
  private readonly log = new Logger('outbox');
  private readonly options: DispatcherOptions;
  private readonly by = randomUUID();
  private readonly queue: Claimed[] = [];
  private lanes: Promise<void>[] = [];
  private stopping = false;
  private filling: Promise<void> | undefined;
  private nap: { promise: Promise<void>; wake: () => void } | undefined;
  private awake = false;
  private forgetWake: (() => void) | undefined;
  private buriedAtMs = 0;

  constructor(
    private readonly db: Db,
    private readonly subscribers: Subscribers,
    options: Partial<DispatcherOptions> = {},
  ) {
    this.options = { ...dispatcherDefaults, ...options };
  }

  start(): void {
    this.forgetWake = onWake(() => this.wake());
    this.lanes = Array.from({ length: this.options.concurrency }, () => this.lane());
  }

  /** Lets running handlers finish and gives back what was only claimed. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.forgetWake?.();
    this.wake();
    await Promise.all(this.lanes);
    this.queue.length = 0;
    await deliveryStore.release(this.db, this.by).catch((error: Error) => this.log.warn(`leases run out by themselves: ${error.message}`));
  }

  private async lane(): Promise<void> {
    while (!this.stopping) {
      const delivery = await this.next();
      if (delivery) await this.deliver(delivery);
      else if (!this.stopping) await this.rest();
    }
  }

  private async next(): Promise<Claimed | undefined> {
    const waiting = this.queue.shift();
    if (waiting) return waiting;
    this.filling ??= this.fill().finally(() => (this.filling = undefined));
    await this.filling;
    return this.queue.shift();
  }

  private async fill(): Promise<void> {
    this.awake = false;
    try {
      await this.buryUnknown();
      const { batch, leaseMs } = this.options;
      this.queue.push(...(await deliveryStore.claim(this.db, this.subscribers.names, batch, leaseMs, this.by)));
    } catch (error) {
      this.log.warn(`cannot look for due events, trying again: ${(error as Error).message}`);
      await sleep(this.options.pollMs);
    }
  }

  private async deliver(delivery: Claimed): Promise<void> {
    try {
      await this.db.write(systemActor(delivery.account_id, delivery.subscriber), async (tx) => {
        // The act that caused the event is in the log; a handler that does business of its own records that too.
        tx.withoutAudit('the delivery row says what was done');
        if (!(await deliveryStore.takeAsDone(tx, delivery, this.by))) return;
        await this.inTime(tx, this.hear(delivery, tx));
      });
    } catch (error) {
      await this.fail(delivery, error as Error);
    }
  }

  private async hear(delivery: Claimed, tx: Tx): Promise<void> {
    const { event_id: id, account_id: accountId, name, version, occurred_at: occurredAt, request_id: requestId } = delivery;
    const subscription = this.subscribers.find(delivery.subscriber, delivery);
    if (!subscription) throw new Error(`"${delivery.subscriber}" does not hear version ${version} of ${name}.`);
    const payload = subscription.event ? subscription.event.schema.parse(delivery.payload) : delivery.payload;
    const heard = { id, seq: Number(delivery.seq), accountId, name, version, occurredAt, requestId, payload };
    await withRequestId(requestId ?? id, () => subscription.hear(heard, tx));
  }

  private async inTime(tx: Tx, work: Promise<void>): Promise<void> {
    const { handlerTimeoutMs } = this.options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        // The handler may still hold the connection: end it, so that nothing it does later reaches another transaction.
        void tx.connection.end().catch(() => undefined);
        reject(new Error(`The handler took longer than ${handlerTimeoutMs} ms.`));
      }, handlerTimeoutMs);
    });
    try {
      await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async fail(delivery: Claimed, error: Error): Promise<void> {
    const { backOffMs, maxAttempts } = this.options;
    const retryInMs = backOffMs[Math.min(delivery.attempts, backOffMs.length - 1)] ?? 1000;
    const facts = { event: delivery.event_id, subscriber: delivery.subscriber, attempt: delivery.attempts + 1, err: error };
    try {
      const outcome = await deliveryStore.fail(this.db, delivery, this.by, `${error.name}: ${error.message}`.slice(0, 2000), retryInMs, maxAttempts);
      if (outcome?.dead) this.log.error(facts, `${delivery.name} could not be delivered to ${delivery.subscriber}; it waits among the dead letters`);
      else this.log.warn(facts, `${delivery.name} was not delivered to ${delivery.subscriber}, next try in ${retryInMs} ms`);
    } catch (second) {
      this.log.warn({ ...facts, second }, 'a failed delivery could not be noted; its lease will run out');
    }
  }

  private async buryUnknown(): Promise<void> {
    if (performance.now() - this.buriedAtMs < minute && this.buriedAtMs > 0) return;
    this.buriedAtMs = performance.now();
    const buried = await deliveryStore.buryUnknown(this.db, this.subscribers.names, this.options.unknownGraceMs);
    if (buried > 0) this.log.error(`${buried} deliveries are addressed to subscribers this version does not have; they wait among the dead letters`);
  }

  private wake(): void {
    this.awake = true;
    this.nap?.wake();
  }

  /** All lanes share one nap; a hint that came while the last look was under way cancels it. */
  private async rest(): Promise<void> {
    if (this.awake) return;
    this.nap ??= this.newNap();
    await this.nap.promise;
  }

  private newNap(): { promise: Promise<void>; wake: () => void } {
    let wake = (): void => undefined;
    const promise = new Promise<void>((resolve) => {
      const timer = setTimeout(() => wake(), this.options.pollMs);
      wake = () => {
        clearTimeout(timer);
        this.nap = undefined;
        resolve();
      };
    });
    return { promise, wake: () => wake() };
  }
}
