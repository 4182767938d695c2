import type { Clock } from '@fleet/platform/clock';
import type { MotionRunner } from '../detect/motion-runner';
import { bucketMs } from '../pipeline/limits';
import type { Rollups } from '../rollup/rollups';

/** Five minutes that still go on are brought up to date this often, not with every sample: the whole of them is read each time. */
const openBucketsEveryMs = 60_000;
const hoursEveryMs = 60_000;
const daysEveryMs = 300_000;

export type Derived = 'bucket' | 'vehicle' | 'hour' | 'day' | 'failed_vehicle';

/** What is computed from samples, brought up to date in rounds. */
export class Rounds {
  private readonly doneMs = { open: -Infinity, hours: -Infinity, days: -Infinity };

  constructor(
    private readonly rollups: Rollups,
    private readonly motion: MotionRunner,
    private readonly clock: Clock,
    private readonly took: (what: Derived, count: number) => void = () => undefined,
  ) {}

  async round(signal: AbortSignal): Promise<void> {
    await this.rollups.collect();
    const ended = new Date(this.clock.now().getTime() - bucketMs);
    const failed = this.motion.failures;
    // Rollups read by batches of buckets and trips by vehicles: two connections, and while one waits the other computes.
    await together([
      async () => this.took('bucket', await this.rollups.work(5, signal, this.isTime('open', openBucketsEveryMs) ? undefined : ended)),
      async () => this.took('vehicle', await this.motion.work(signal)),
    ]);
    if (this.motion.failures > failed) this.took('failed_vehicle', this.motion.failures - failed);
    if (this.isTime('hours', hoursEveryMs)) this.took('hour', await this.rollups.work(60, signal));
    if (this.isTime('days', daysEveryMs)) this.took('day', await this.rollups.work(1440, signal));
  }

  /** Everything there is to do, hours and days included: for tests and seeds, which wait for no clock. */
  async settle(signal: AbortSignal): Promise<void> {
    for (let busy = true; busy; ) {
      await this.rollups.collect();
      const five = await this.rollups.work(5, signal);
      const read = await this.motion.work(signal);
      busy = five + read + (await this.rollups.work(60, signal)) + (await this.rollups.work(1440, signal)) > 0 && !signal.aborted;
    }
  }

  private isTime(what: 'open' | 'hours' | 'days', everyMs: number): boolean {
    const now = performance.now();
    if (now - this.doneMs[what] < everyMs) return false;
    this.doneMs[what] = now;
    return true;
  }
}

/** Ends when all have ended, and only then fails with the first that failed: nothing is left at work behind a stop. */
async function together(works: readonly (() => Promise<void>)[]): Promise<void> {
  for (const result of await Promise.allSettled(works.map((work) => work()))) if (result.status === 'rejected') throw result.reason as Error;
}
