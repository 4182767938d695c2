import { Injectable } from '@nestjs/common';
import { Db, systemActor } from '@fleet/platform/database';
import { defineTask } from '@fleet/platform/jobs';
import { keepSome } from './stretch.store';

const vehiclesAtOnce = 100;

/** Keeps the stretches of vehicles whose fill-ups changed. Nobody waits for it: until then they are worked out when asked. */
@Injectable()
export class StretchKeeper {
  constructor(private readonly db: Db) {}

  async keepAll(signal?: AbortSignal): Promise<number> {
    const accounts = await this.db.systemRead('fuel_log.keep_stretches', (tx) => tx.sql<{ id: string }>('select distinct account_id as id from fuel_log.stretch_stale'));
    let renewed = 0;
    for (const { id } of accounts) {
      for (let some = vehiclesAtOnce; some === vehiclesAtOnce && !signal?.aborted; renewed += some) some = await this.db.write(systemActor(id, 'fuel_log.keep_stretches'), (tx) => keepSome(tx, vehiclesAtOnce));
    }
    return renewed;
  }
}

export const keepStretchesTask = defineTask({
  name: 'fuel_log.keep_stretches',
  about: 'Keeps what lies between full tanks of vehicles whose fill-ups changed, so that months of a fleet are summed at once.',
  cron: '* * * * *',
  timeoutMs: 290_000,
  retries: 2,
  idempotent: true,
  scope: 'house',
  run: (ctx) => ctx.get(StretchKeeper).keepAll(ctx.signal),
});
