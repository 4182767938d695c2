import { Injectable } from '@nestjs/common';
import { record } from '@fleet/platform/audit';
import type { Actor, Tx } from '@fleet/platform/database';
import { notFound, rule } from '@fleet/platform/http';
import type { EventView } from '../events/event.dto';
import { EventDesk } from '../events/event-desk';
import type { Standing } from '../intake/rows';
import { fineMayMove, fineMovesFrom, type FineState } from '../rules/fine-flow';
import { FineBook } from './fine-book';

/** People move a fine along its way; what may follow what is judged in one place. */
@Injectable()
export class FineDesk {
  constructor(
    private readonly desk: EventDesk,
    private readonly book: FineBook,
  ) {}

  async move(actor: Actor, id: string, to: FineState, reason: string | undefined, version?: number): Promise<EventView> {
    return this.desk.change(actor, id, version, (tx, fine) => this.step(tx, fine, to, reason));
  }

  /** The standing is locked. */
  async step(tx: Tx, fine: Standing, to: FineState, reason: string | undefined, requestId?: string): Promise<void> {
    const from = fine.fine_state;
    if (!from) throw notFound('fine', fine.id);
    if (!fineMayMove(from, to)) throw rule('FINE_MOVE_REFUSED', `A fine that is ${from} cannot become ${to}.`, { facts: { from, to, possible: fineMovesFrom(from) } });
    await this.book.move(tx, fine, to, { cause: requestId ? 'driver' : 'person', reason, requestId });
    await record(tx, { action: `event_log.fine.${to}`, subject: { type: 'event', id: fine.id }, data: { from, driver_id: fine.driver_id, amount_minor: Number(fine.amount_minor), currency: fine.currency } });
  }
}
