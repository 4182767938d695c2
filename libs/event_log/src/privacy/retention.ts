import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Db, statement, systemActor, type Actor } from '@fleet/platform/database';
import type { RetentionView } from './retention.dto';

const retentionYears = 7;
const past = statement<{ count: number; oldest: Date | null }>(`select count(*)::int as count, min(at) as oldest from event_log.standing where account_id = $1 and at < $2`);

/** The log is append-only for the server too, so it says what may go; removing it is an act of whoever owns the database. */
@Injectable()
export class Retention {
  private readonly log = new Logger('event_log');

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  async of(actor: Actor): Promise<RetentionView> {
    const keepSince = this.clock.now();
    keepSince.setUTCFullYear(keepSince.getUTCFullYear() - retentionYears);
    const row = await this.db.read(actor, (tx) => tx.one(past, [actor.accountId, keepSince]));
    return { keep_since: keepSince, events_past_retention: row?.count ?? 0, oldest_at: row?.oldest ?? null };
  }

  /** Answers how many events of all accounts are past their time. */
  async reportAll(signal?: AbortSignal): Promise<number> {
    const accounts = await this.db.systemRead('event_log.report_retention', (tx) => tx.sql<{ id: string }>('select id from auth.account order by id'));
    let total = 0;
    for (const { id } of accounts) {
      if (signal?.aborted) break;
      const { events_past_retention: count, oldest_at } = await this.of(systemActor(id, 'event_log.report_retention'));
      if (count > 0) this.log.warn({ account_id: id, count, oldest_at }, `events older than ${retentionYears} years`);
      total += count;
    }
    return total;
  }
}
