import { Logger } from '@nestjs/common';
import { Refusal } from '@fleet/platform/http';
import type { Outcome } from '../sample';
import type { Quarantined } from '../store/quarantine-store';
import type { SampleRow } from '../store/sample-row';

/** What one caller handed in, judged. `rows[i]` answers as `outcomes[slots[i]]`. */
export interface Submission {
  rows: SampleRow[];
  slots: number[];
  quarantined: Quarantined[];
  outcomes: Outcome[];
}

export interface BatcherOptions {
  write(rows: readonly SampleRow[], quarantined: readonly Quarantined[]): Promise<boolean[]>;
  /** Called once per batch, after its commit. */
  stored(rows: readonly SampleRow[], isNew: readonly boolean[]): void;
  now(): number;
}

interface Waiting {
  submission: Submission;
  weight: number;
  since_ms: number;
  resolve(outcomes: Outcome[]): void;
  reject(error: Error): void;
}

interface Entry {
  row: SampleRow;
  slot: number;
  outcomes: Outcome[];
}

/** A batch goes when it is this big, or when its oldest sample has waited this long. */
const batchWeight = 500;
const lingerMs = 20;
const batchWeightMax = 4000;
/** A second transaction begins beside one under way only for a batch worth it: each costs as much as hundreds of rows. */
const secondLaneWeight = 2000;
const lanesMax = 2;
const queueWeightMax = 50_000;

const outcomeStored: Outcome = Object.freeze({ kind: 'stored' });
const outcomeDuplicate: Outcome = Object.freeze({ kind: 'duplicate' });

/**
 * Collects what many callers hand in and writes it in few transactions. Nobody gets an answer before the commit; when
 * the queue is full or the database away, nobody gets an answer at all and everybody repeats.
 */
export class Batcher {
  private readonly log = new Logger('telemetry');
  private readonly waiting: Waiting[] = [];
  private waitingWeight = 0;
  private lanes = 0;
  private timer: NodeJS.Timeout | undefined;
  private idle: (() => void)[] = [];

  constructor(private readonly options: BatcherOptions) {}

  add(submission: Submission): Promise<Outcome[]> {
    const weight = weightOf(submission);
    if (this.waitingWeight > 0 && this.waitingWeight + weight > queueWeightMax) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      this.waiting.push({ submission, weight, since_ms: this.options.now(), resolve, reject });
      this.waitingWeight += weight;
      this.pump();
    });
  }

  get hasRoom(): boolean {
    return this.waitingWeight < queueWeightMax;
  }

  get queued(): number {
    return this.waitingWeight;
  }

  /** How long the oldest sample in the queue has waited. */
  get lagMs(): number {
    const oldest = this.waiting[0];
    return oldest ? Math.max(0, this.options.now() - oldest.since_ms) : 0;
  }

  /** Resolves when nothing is queued or being written. */
  async drained(): Promise<void> {
    if (this.waiting.length === 0 && this.lanes === 0) return;
    this.go();
    await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private pump(): void {
    if (this.waitingWeight >= (this.lanes === 0 ? batchWeight : secondLaneWeight)) this.go();
    else if (this.lanes === 0) this.timer ??= setTimeout(() => this.go(), lingerMs);
  }

  private go(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting.length === 0 || this.lanes >= lanesMax) return;
    this.lanes += 1;
    void this.writeBatch(this.take()).finally(() => this.laneFree());
    if (this.waiting.length > 0) this.pump();
  }

  private laneFree(): void {
    this.lanes -= 1;
    // What came while others were written has waited long enough.
    if (this.waiting.length > 0) this.go();
    else if (this.lanes === 0) for (const resolve of this.idle.splice(0)) resolve();
  }

  private take(): Waiting[] {
    let weight = 0;
    let count = 0;
    for (const { weight: its } of this.waiting) {
      if (count > 0 && weight + its > batchWeightMax) break;
      weight += its;
      count += 1;
    }
    this.waitingWeight -= weight;
    return this.waiting.splice(0, count);
  }

  private async writeBatch(batch: Waiting[]): Promise<void> {
    try {
      await this.writeTogether(batch);
      for (const { resolve, submission } of batch) resolve(submission.outcomes);
    } catch (error) {
      if (batch.length > 1 && isDataFault(error)) return this.writeApart(batch);
      this.log.error({ err: error, samples: batch.reduce((sum, w) => sum + w.submission.rows.length, 0) }, 'samples were not stored');
      for (const { reject } of batch) reject(isDataFault(error) ? (error as Error) : notStored());
    }
  }

  /** One caller's unacceptable row must not keep the others from being stored. */
  private async writeApart(batch: Waiting[]): Promise<void> {
    for (const one of batch) await this.writeBatch([one]);
  }

  private async writeTogether(batch: Waiting[]): Promise<void> {
    const entries: Entry[] = [];
    const quarantined: Quarantined[] = [];
    for (const { submission } of batch) {
      const { rows, slots, outcomes } = submission;
      for (let i = 0; i < rows.length; i += 1) entries.push({ row: rows[i] as SampleRow, slot: slots[i] as number, outcomes });
      quarantined.push(...submission.quarantined);
    }
    entries.sort((a, b) => a.row.vehicle.vehicle_no - b.row.vehicle.vehicle_no || a.row.sample.at_ms - b.row.sample.at_ms);
    const unique: Entry[] = [];
    for (const entry of entries) {
      const before = unique.at(-1);
      if (before && isTwin(entry.row, before.row)) entry.outcomes[entry.slot] = outcomeDuplicate;
      else unique.push(entry);
    }
    const rows = unique.map((entry) => entry.row);
    const isNew = rows.length + quarantined.length === 0 ? [] : await this.options.write(rows, quarantined);
    for (let i = 0; i < unique.length; i += 1) {
      const { outcomes, slot } = unique[i] as Entry;
      outcomes[slot] = isNew[i] ? outcomeStored : outcomeDuplicate;
    }
    this.options.stored(rows, isNew);
  }
}

const isTwin = (a: SampleRow, b: SampleRow): boolean => a.vehicle.vehicle_no === b.vehicle.vehicle_no && a.sample.at_ms === b.sample.at_ms;

/** Rows with many extras count for several, so that the queue is bounded in bytes too. */
function weightOf({ rows, quarantined }: Submission): number {
  let weight = rows.length + quarantined.length;
  for (const { sample } of rows) if (sample.extras) weight += Object.keys(sample.extras).length / 4;
  return Math.ceil(weight);
}

/** The row itself is not acceptable; trying again changes nothing. */
const isDataFault = (error: unknown): boolean => /^(22|23)/.test((error as { code?: string }).code ?? '');

const notStored = (): Refusal => new Refusal('unavailable', 'NOT_STORED', 'The samples were not stored. Send them again.', { headers: { 'retry-after': '2' } });
export const busy = (): Refusal => new Refusal('unavailable', 'INGEST_BUSY', 'More samples arrive than can be stored. Send them again later.', { headers: { 'retry-after': '5' } });
