import type { PlayedFleet } from '@fleet/telemetry_engine/play';
import { Counts } from '../devices/counts';
import type { Faults } from '../devices/faults';
import { Ledger } from '../devices/ledger';
import type { Targets } from './links';
import { Player } from './player';

/** One process's share of a fleet. */
export interface Share {
  fleet: PlayedFleet;
  targets: Targets;
  interval_s: number;
  steady: boolean;
  faults: Faults;
  ledger?: string;
}

const drainMs = 15_000;

/** Plays a share until told to end; then sends what is left and tells its counts a last time. */
export class Running {
  readonly counts = new Counts();
  private readonly player: Player;
  private readonly ledger: Ledger | undefined;

  constructor({ ledger, ...share }: Share, shout: (message: string) => void) {
    this.ledger = ledger === undefined ? undefined : new Ledger(ledger);
    this.player = new Player({ ...share, counts: this.counts, grainMs: 50, startMs: Date.now(), shout, ...(this.ledger ? { ledger: this.ledger } : {}) });
    this.player.start();
  }

  async end(): Promise<Counts> {
    await this.player.drain(drainMs);
    this.player.close();
    this.ledger?.close();
    return this.counts;
  }
}

export type Message = { share: Share } | 'end';
export type Told = { counts: Counts; last?: true } | { shout: string };

/** A worker process: hears its share and the word to end, tells its counts every second. */
export function work(): Promise<number> {
  const tell = (told: Told): void => void process.send?.(told);
  return new Promise((resolve) => {
    let running: Running | undefined;
    process.on('SIGINT', () => undefined);
    process.on('disconnect', () => resolve(1));
    process.on('message', (message: Message) => {
      if (message === 'end') {
        void running?.end().then((counts) => process.send?.({ counts, last: true } satisfies Told, () => resolve(0)));
        return;
      }
      running = new Running(message.share, (shout) => tell({ shout }));
      setInterval(() => running && tell({ counts: running.counts }), 1000);
    });
  });
}
