import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type Config } from '@fleet/platform/config';
import { Metrics } from '@fleet/platform/observability';
import { Rollups } from '../rollup/rollups';
import { MotionRunner } from './motion-runner';

const hoursEveryMs = 60_000;
const daysEveryMs = 300_000;

/**
 * Keeps rollups, trips and detections behind the samples by seconds. Every worker process does this; what one is at, the
 * others leave alone. Not a scheduled task: a row in the list of runs every ten seconds would tell nobody anything.
 */
@Injectable()
export class MotionTicker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('telemetry');
  private readonly stop = new AbortController();
  private readonly took;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private hoursMs = 0;
  private daysMs = 0;

  constructor(
    private readonly rollups: Rollups,
    private readonly motion: MotionRunner,
    @Inject(CONFIG) private readonly config: Config,
    metrics: Metrics,
  ) {
    this.took = metrics.counter('fleet_telemetry_derived_total', 'Rollups and vehicles computed anew.', ['what']);
  }

  onApplicationBootstrap(): void {
    const every = this.config.TELEMETRY_DERIVE_EVERY_MS;
    if (every > 0 && this.config.FLEET_ROLES.includes('worker')) this.next(every);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  /** One round of everything, hours and days included: for tests and seeds, which wait for no clock. */
  async settle(): Promise<void> {
    for (let busy = true; busy; ) {
      await this.rollups.collect();
      const five = await this.rollups.work(5, this.stop.signal);
      const read = await this.motion.work(this.stop.signal);
      busy = five + read + (await this.rollups.work(60, this.stop.signal)) + (await this.rollups.work(1440, this.stop.signal)) > 0 && !this.stop.signal.aborted;
    }
  }

  private next(every: number): void {
    this.timer = setTimeout(() => {
      this.running = this.round()
        .catch((error: unknown) => this.log.error({ err: error }, 'rollups and trips wait for the next round'))
        .finally(() => {
          if (!this.stop.signal.aborted) this.next(every);
        });
    }, every);
    this.timer.unref();
  }

  private async round(): Promise<void> {
    const { signal } = this.stop;
    await this.rollups.collect();
    this.took.inc({ what: 'bucket' }, await this.rollups.work(5, signal));
    this.took.inc({ what: 'vehicle' }, await this.motion.work(signal));
    if (performance.now() - this.hoursMs >= hoursEveryMs) {
      this.hoursMs = performance.now();
      this.took.inc({ what: 'hour' }, await this.rollups.work(60, signal));
    }
    if (performance.now() - this.daysMs >= daysEveryMs) {
      this.daysMs = performance.now();
      this.took.inc({ what: 'day' }, await this.rollups.work(1440, signal));
    }
  }
}
