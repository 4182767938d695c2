import type { Db } from '@fleet/platform/database';
import type { Rollups } from '../rollup/rollups';
import type { Deriver } from './deriver';
import { collectMarks } from './work-list';

const hoursEveryMs = 60_000;
const daysEveryMs = 300_000;

export type Derived = 'vehicle' | 'hour' | 'day' | 'failed_vehicle';

/** What is computed from samples, brought up to date in rounds. */
export class Rounds {
  private readonly doneMs = { hours: -Infinity, days: -Infinity };

  constructor(
    private readonly db: Db,
    private readonly deriver: Deriver,
    private readonly rollups: Rollups,
    private readonly took: (what: Derived, count: number) => void = () => undefined,
  ) {}

  async round(signal: AbortSignal): Promise<void> {
    const failed = this.deriver.failures;
    await collectMarks(this.db);
    this.took('vehicle', await this.deriver.work(signal, false));
    if (this.deriver.failures > failed) this.took('failed_vehicle', this.deriver.failures - failed);
    if (this.isTime('hours', hoursEveryMs)) this.took('hour', await this.rollups.work(60, signal));
    if (this.isTime('days', daysEveryMs)) this.took('day', await this.rollups.work(1440, signal));
  }

  /** Everything there is to do, hours and days included: for tests and seeds, which wait for no clock. */
  async settle(signal: AbortSignal): Promise<void> {
    for (let busy = true; busy; ) {
      await collectMarks(this.db);
      const read = await this.deriver.work(signal);
      busy = read + (await this.rollups.work(60, signal)) + (await this.rollups.work(1440, signal)) > 0 && !signal.aborted;
    }
  }

  private isTime(what: 'hours' | 'days', everyMs: number): boolean {
    const now = performance.now();
    if (now - this.doneMs[what] < everyMs) return false;
    this.doneMs[what] = now;
    return true;
  }
}
