import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type Config } from '@fleet/platform/config';
import { Db } from '@fleet/platform/database';
import { Metrics } from '@fleet/platform/observability';
import { Subscribers } from '@fleet/platform/outbox';
import { DeriveThread } from '../derive/derive-thread';
import { Deriver } from '../derive/deriver';
import { Rounds } from '../derive/rounds';
import { Rollups } from '../rollup/rollups';

/**
 * Keeps rollups, trips and detections behind the samples by seconds. Every worker process does this; what one is at, the
 * others leave alone. Not a scheduled task: a row in the list of runs every ten seconds would tell nobody anything.
 */
@Injectable()
export class MotionTicker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('telemetry');
  private readonly stop = new AbortController();
  private readonly rounds: Rounds;
  private readonly took;
  private thread: DeriveThread | undefined;
  private first: NodeJS.Timeout | undefined;

  constructor(
    db: Db,
    deriver: Deriver,
    rollups: Rollups,
    private readonly subscribers: Subscribers,
    @Inject(CONFIG) private readonly config: Config,
    metrics: Metrics,
  ) {
    this.rounds = new Rounds(db, deriver, rollups);
    this.took = metrics.counter('fleet_telemetry_derived_total', 'Vehicles, hours and days computed anew, and vehicles that could not be.', ['what']);
  }

  onApplicationBootstrap(): void {
    const every = this.config.TELEMETRY_DERIVE_EVERY_MS;
    if (every === 0 || !this.config.FLEET_ROLES.includes('worker')) return;
    // Later: a server that starts has better things to do with its cores.
    this.first = setTimeout(() => this.begin(), Math.min(every, 5_000));
    this.first.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    clearTimeout(this.first);
    await this.thread?.stop();
  }

  /** All there is to do, here and now: for tests and seeds. */
  settle(): Promise<void> {
    return this.rounds.settle(this.stop.signal);
  }

  private begin(): void {
    this.thread = new DeriveThread(this.config, this.subscribers, {
      took: (what, count) => this.took.inc({ what }, count),
      died: (why, againInMs) => this.log.error({ why, again_in_s: againInMs / 1000 }, 'the thread of rollups and trips ended and is started again'),
    });
    this.thread.begin();
  }
}
