import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock';
import { CONFIG, type Config } from '../config';
import { Db } from '../database';

const dayMs = 86_400_000;
const batchRows = 2000;

/** Forgets what nobody asks for any more, in batches that hold nobody up. */
@Injectable()
export class NotifyPruner {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async prune(signal?: AbortSignal): Promise<number> {
    const now = this.clock.now();
    const before = (days: number): Date => new Date(now.getTime() - days * dayMs);
    const old: [table: string, condition: string, limit: Date][] = [
      ['notify.delivery', 'created_at < $1', before(this.config.WEBHOOK_KEPT_DAYS)],
      ['notify.notice', 'last_at < $1', before(90)],
      ['notify.mail', `created_at < $1 and state <> 'pending'`, before(30)],
    ];
    let total = await this.db.system('notify.prune', (tx) =>
      tx.execute(`update notify.mail set state = 'dead', finished_at = $2, last_error = 'It could not be sent for three days.' where state = 'pending' and due_at < $1`, [before(3), now]),
    );
    for (const [table, condition, limit] of old) {
      for (let gone = batchRows; gone === batchRows && !signal?.aborted; total += gone) {
        gone = await this.db.system('notify.prune', (tx) => tx.execute(`delete from ${table} where id in (select id from ${table} where ${condition} limit ${batchRows})`, [limit]));
      }
    }
    return total;
  }
}
