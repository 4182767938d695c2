import { setTimeout as sleep } from 'node:timers/promises';
import { upload, type Credentials, type UploadAnswer } from '../devices/http-gateway';

export interface Tally {
  read: number;
  /** Safe by the server's word, which does not say how: the three below are not known of these. */
  acknowledged: number;
  stored: number;
  duplicates: number;
  /** Set aside with a reason, bytes and all. */
  quarantined: number;
  /** Sent back: the server kept nothing. */
  refused: number;
  reasons: Record<string, number>;
}

/** A way into the pipeline. */
export interface Way {
  begin(): Promise<void>;
  send(items: readonly Record<string, unknown>[], tally: Tally): Promise<void>;
  end(tally: Tally): Promise<void>;
}

/** What the server keeps though it does not store it. All other codes say that an item makes no sense. */
const setAside = new Set(['no_vehicle', 'device_disabled', 'bad_time', 'future', 'gps_week_rollover', 'too_old', 'out_of_range']);
const attempts = 5;

export class HttpWay implements Way {
  constructor(
    private readonly url: string,
    private readonly credentials: Credentials,
  ) {}

  async begin(): Promise<void> {}

  async send(items: readonly Record<string, unknown>[], tally: Tally): Promise<void> {
    const { accepted, duplicates, rejected } = await this.persistently(items);
    tally.stored += accepted;
    tally.duplicates += duplicates;
    for (const { code } of rejected) {
      if (setAside.has(code)) tally.quarantined += 1;
      else tally.refused += 1;
      tally.reasons[code] = (tally.reasons[code] ?? 0) + 1;
    }
  }

  async end(): Promise<void> {}

  /** What was stored by an attempt whose answer got lost is a duplicate of the next one. */
  private async persistently(items: readonly Record<string, unknown>[]): Promise<UploadAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await upload(this.url, this.credentials, items);
      } catch (error) {
        const final = /answered 4(?!29)/.test((error as Error).message);
        if (final || attempt >= attempts) throw error;
        await sleep(attempt * 1_000);
      }
    }
  }
}
