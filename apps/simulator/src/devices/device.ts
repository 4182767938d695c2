import type { Sample } from '@fleet/telemetry_engine/play';
import type { Vehicle } from '../drive/vehicle';
import { readOrder } from './commands';
import type { Counts } from './counts';
import type { Trouble } from './faults';
import type { Ledger } from './ledger';
import { Refused, type Link } from './link';

export interface DeviceSurroundings {
  counts: Counts;
  ledger?: Ledger | undefined;
  /** For what a person should see at once. */
  shout(message: string): void;
  intervalMs: number;
  now(): number;
}

const lateAnswerMs = 20_000;
/** A black box holds this much; the oldest is overwritten, as in a real one. */
const blackBoxMax = 20_000;

/** A tracker: it keeps what its vehicle reports until the server has acknowledged it, and does what it is told. */
export class Device {
  private box: Sample[] = [];
  private heldBack: Sample[] = [];
  private flying: Sample[] = [];
  private busy = false;
  private awayUntilMs = 0;
  private awayNow = false;
  private queuedCut: number | undefined;
  private attempts = 0;
  lost = 0;

  constructor(
    readonly id: string,
    readonly vehicle: Vehicle,
    private readonly link: Link,
    private readonly trouble: Trouble,
    private readonly around: DeviceSurroundings,
  ) {
    if (trouble.slow) link.dawdle?.();
  }

  get waiting(): number {
    return this.box.length + this.heldBack.length + this.flying.length;
  }

  /** Lives on to now, and sends what there is to send. */
  wake(nowMs: number): void {
    const { counts } = this.around;
    this.link.start?.();
    for (const sample of this.vehicle.advance(nowMs)) {
      counts.reported += 1;
      counts.waiting += 1;
      this.keep(this.trouble.skewMs === 0 ? sample : { ...sample, at_ms: sample.at_ms + this.trouble.skewMs });
    }
    this.obeyQueued();
    this.reach(nowMs);
    void this.pump();
  }

  /** Nothing new is reported; what was held back goes too. */
  flush(): void {
    this.box.push(...this.heldBack.splice(0));
    if (this.awayNow) this.link.away((this.awayNow = false));
    void this.pump();
  }

  command(text: string, answer: (text: string) => void): void {
    const { trouble } = this;
    if (trouble.happens('drop_command')) return this.link.cut();
    const reply = this.obey(text);
    if (trouble.happens('no_answer')) return;
    if (trouble.happens('late_answer')) setTimeout(() => answer(reply), lateAnswerMs).unref();
    else answer(reply);
    // The state of the relay is news: the next second reports it.
    setTimeout(() => this.wake(this.around.now()), 1_050).unref();
  }

  private keep(sample: Sample): void {
    if (this.trouble.happens('reorder')) {
      this.heldBack.push(sample);
      return;
    }
    this.box.push(sample, ...(this.heldBack.length > 2 ? this.heldBack.splice(0) : []));
    if (this.box.length <= blackBoxMax) return;
    this.lost += this.box.length - blackBoxMax;
    this.around.counts.waiting -= this.box.length - blackBoxMax;
    this.box.splice(0, this.box.length - blackBoxMax);
  }

  private reach(nowMs: number): void {
    if (!this.awayNow && this.trouble.happens('offline')) {
      this.awayUntilMs = nowMs + this.around.intervalMs * this.trouble.between(1, 3);
      this.awayNow = true;
      this.link.away(true);
    } else if (this.awayNow && nowMs >= this.awayUntilMs) {
      this.awayNow = false;
      this.link.away(false);
    }
  }

  private async pump(): Promise<void> {
    const { counts } = this.around;
    if (this.busy || this.awayNow || this.box.length === 0) return;
    this.busy = true;
    const batch = (this.flying = this.box.splice(0, this.link.batchMax));
    try {
      if (this.trouble.happens('garbage')) this.link.babble?.();
      counts.sent += batch.length;
      if (this.attempts > 0) counts.resent += batch.length;
      const delivered = this.link.deliver(batch);
      if (this.trouble.happens('drop')) setTimeout(() => this.link.cut(), 1);
      await delivered;
      this.settle(batch, true);
      if (this.trouble.happens('duplicate')) await this.repeat(batch);
    } catch (error) {
      if (error instanceof Refused) this.settle(batch, false);
      else this.keepForLater(batch);
    } finally {
      this.busy = false;
    }
    if (this.attempts === 0 && this.box.length > 0) void this.pump();
  }

  private keepForLater(batch: Sample[]): void {
    this.attempts += 1;
    this.flying = [];
    this.box.unshift(...batch);
  }

  private settle(batch: readonly Sample[], taken: boolean): void {
    const { counts, ledger } = this.around;
    this.attempts = 0;
    this.flying = [];
    counts.waiting -= batch.length;
    if (taken) counts.acknowledged += batch.length;
    else counts.refused += batch.length;
    if (taken) ledger?.acknowledged(this.id, batch.map((sample) => sample.at_ms), this.around.now());
  }

  /** What was acknowledged once may be sent again; nobody counts it as taken twice. */
  private async repeat(batch: readonly Sample[]): Promise<void> {
    this.around.counts.duplicates += batch.length;
    await this.link.deliver(batch).catch(() => undefined);
  }

  private obey(text: string): string {
    const { vehicle } = this;
    const order = readOrder(text);
    switch (order.kind) {
      case 'switch':
        return order.all.map(({ bit, on, belowKmh }) => this.switch(bit, on, belowKmh)).join(' ');
      case 'status':
        return `Ign:${Number(vehicle.engine.on)} Speed:${Math.round(vehicle.speedKmh)} DOUT1:${vehicle.outputs & 1} DOUT2:${(vehicle.outputs >> 1) & 1} Volt:${vehicle.engine.voltage_v.toFixed(1)}`;
      case 'version':
        return 'Fleet simulator 1.0';
      case 'unknown':
        return 'ERR unknown command';
    }
  }

  private switch(bit: number, on: boolean, belowKmh: number | undefined): string {
    const name = `DOUT${bit + 1}:${on ? 'ON' : 'OFF'} Timeout:INFINITY`;
    if (bit === 0) this.queuedCut = undefined;
    if (belowKmh !== undefined && this.vehicle.speedKmh > belowKmh && on && bit === 0) {
      this.queuedCut = belowKmh;
      return `${name} Speed threshold:${belowKmh}km/h Speed is above threshold, queued`;
    }
    this.set(bit, on);
    return belowKmh === undefined ? name : `${name} Speed threshold:${belowKmh}km/h`;
  }

  private obeyQueued(): void {
    if (this.queuedCut === undefined || this.vehicle.speedKmh > this.queuedCut) return;
    this.queuedCut = undefined;
    this.set(0, true);
  }

  private set(bit: number, on: boolean): void {
    const before = this.vehicle.hazards;
    const kmh = Math.round(this.vehicle.speedKmh);
    this.vehicle.setOutput(bit, on);
    if (this.vehicle.hazards === before) return;
    this.around.counts.hazards += 1;
    this.around.shout(`HAZARD: the engine of ${this.id} was cut at ${kmh} km/h`);
  }
}
