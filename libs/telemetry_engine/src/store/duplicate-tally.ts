import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Db } from '@fleet/platform/database';
import type { SampleRow } from './sample-row';

interface Count {
  account_id: string;
  duplicates: number;
}

const flushEveryMs = 10_000;

/** How many samples a vehicle sent twice, by day: a figure for people, counted in memory and written now and then. */
@Injectable()
export class DuplicateTally implements BeforeApplicationShutdown {
  private readonly log = new Logger('telemetry');
  private counts = new Map<string, Count>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly db: Db) {}

  add(rows: readonly SampleRow[]): void {
    for (const { vehicle, received_ms } of rows) {
      const key = `${vehicle.vehicle_no} ${new Date(received_ms).toISOString().slice(0, 10)}`;
      const count = this.counts.get(key);
      if (count) count.duplicates += 1;
      else this.counts.set(key, { account_id: vehicle.account_id, duplicates: 1 });
    }
    this.timer ??= setTimeout(() => void this.flush(), flushEveryMs).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const entries = [...this.counts].sort(([a], [b]) => (a < b ? -1 : 1));
    this.counts = new Map();
    if (entries.length === 0) return;
    const keys = entries.map(([key]) => key.split(' '));
    try {
      await this.db.system('telemetry_engine.duplicate_tally', (tx) =>
        tx.execute(
          `insert into telemetry_engine.daily_tally as t (vehicle_no, on_day, account_id, duplicates) select * from unnest($1::int[], $2::date[], $3::uuid[], $4::int[])
           on conflict (vehicle_no, on_day) do update set duplicates = t.duplicates + excluded.duplicates`,
          [keys.map((k) => k[0]), keys.map((k) => k[1]), entries.map(([, c]) => c.account_id), entries.map(([, c]) => c.duplicates)],
        ),
      );
    } catch (error) {
      this.log.warn({ err: error }, 'duplicates were not counted');
    }
  }
}
