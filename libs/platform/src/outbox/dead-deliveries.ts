import { Injectable } from '@nestjs/common';
import { record } from '../audit';
import { Db, type Actor } from '../database';
import { notFound } from '../http/refusal';
import { wakeDispatchers } from './wake';

/** Deliveries that were given up, for a person to look at and send again. */
@Injectable()
export class DeadDeliveries {
  constructor(private readonly db: Db) {}

  /** Sends one again, with all its attempts. False when the account has no such dead delivery. */
  async tryReplay(actor: Actor, id: string): Promise<boolean> {
    return this.db.write(actor, async (tx) => {
      const row = await tx.one<{ event_id: string; subscriber: string; attempts: number }>(
        `with dead as (select event_id, subscriber, attempts from outbox.delivery where id = $1 and dead_at is not null for update)
         update outbox.delivery d set dead_at = null, attempts = 0, due_at = now(), lease_until = null, leased_by = null
           from dead where d.event_id = dead.event_id and d.subscriber = dead.subscriber returning dead.event_id, dead.subscriber, dead.attempts`,
        [id],
      );
      if (!row) {
        tx.withoutAudit('nothing was changed');
        return false;
      }
      await record(tx, { action: 'outbox.delivery.replayed', subject: { type: 'delivery', id }, data: { ...row } });
      tx.afterCommit(wakeDispatchers);
      return true;
    });
  }

  async replay(actor: Actor, id: string): Promise<void> {
    if (!(await this.tryReplay(actor, id))) throw notFound('dead delivery', id);
  }
}
