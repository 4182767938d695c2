import { Injectable } from '@nestjs/common';
import { record } from '../../audit';
import { Clock } from '../../clock';
import { Db, type Actor } from '../../database';
import { conflict, invalid, listPage, notFound, rule, Where, type ListQuery, type Page } from '../../http';
import { wakeSenders } from '../lanes';
import type { AttemptView, DeliveryDetailView, DeliveryView } from './endpoint.dto';
import { deliveryStore } from './delivery-store';

const columns = `d.id, d.endpoint_id, d.event_id, d.type, d.state, d.attempts, d.due_at, d.created_at, d.finished_at, d.response_status, d.response_body, d.last_error`;
const dayMs = 86_400_000;
const replayMax = 20_000;

/** The log of what was sent, and sending it again. */
@Injectable()
export class Deliveries {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  async list(actor: Actor, endpointId: string, query: ListQuery & { state?: string; type?: string }): Promise<Page<DeliveryView>> {
    const spec = {
      select: columns,
      from: 'notify.delivery d',
      where: new Where().and('d.account_id = ?', actor.accountId).and('d.endpoint_id = ?', endpointId).and('d.state = ?', query.state).and('d.type = ?', query.type),
      sorts: { created_at: { sql: 'd.created_at', type: 'timestamptz' as const } },
      defaultSort: '-created_at',
      key: { sql: 'd.id', type: 'uuid' as const },
    };
    return this.db.read(actor, async (tx) => {
      if (!(await tx.one(`select 1 as one from notify.endpoint where id = $1 and account_id = $2`, [endpointId, actor.accountId]))) throw notFound('webhook', endpointId);
      return listPage<DeliveryView>(tx, spec, query);
    });
  }

  async get(actor: Actor, id: string): Promise<DeliveryDetailView> {
    return this.db.read(actor, async (tx) => {
      const row = await tx.one<DeliveryView & { body: string; attempt_log: AttemptView[] }>(`select ${columns}, d.body, d.attempt_log from notify.delivery d where d.id = $1 and d.account_id = $2`, [id, actor.accountId]);
      if (!row) throw notFound('delivery', id);
      return { ...row, payload: JSON.parse(row.body) as Record<string, unknown> };
    });
  }

  /** Sends one again, delivered or not, with all its attempts. */
  async replay(actor: Actor, id: string): Promise<DeliveryDetailView> {
    await this.db.write(actor, async (tx) => {
      const row = await tx.one<{ state: string; type: string; leased: boolean }>(
        `select state, type, coalesce(lease_until > $3, false) as leased from notify.delivery where id = $1 and account_id = $2 for update`,
        [id, actor.accountId, this.clock.now()],
      );
      if (!row) throw notFound('delivery', id);
      if (row.leased) throw conflict('DELIVERY_UNDER_WAY', 'This delivery is being sent just now.');
      await tx.sql(`update notify.delivery set state = 'pending', attempts = 0, due_at = $2, finished_at = null, lease_until = null, leased_by = null where id = $1`, [id, this.clock.now()]);
      await record(tx, { action: 'notify.delivery.replayed', subject: { type: 'delivery', id }, data: { type: row.type } });
      tx.afterCommit(wakeSenders);
    });
    return this.get(actor, id);
  }

  /**
   * Everything the endpoint wants that happened since: what is still in the outbox, heard before or not. Also for an endpoint
   * that came later or was disabled meanwhile.
   */
  async replaySince(actor: Actor, endpointId: string, since: Date, what: 'missed' | 'all'): Promise<number> {
    const now = this.clock.now();
    if (since.getTime() > now.getTime() || since.getTime() < now.getTime() - 30 * dayMs) throw invalid('BAD_SINCE', 'Say a moment in the last 30 days.');
    return this.db.write(actor, async (tx) => {
      if (!(await tx.one(`select 1 as one from notify.endpoint where id = $1 and account_id = $2 for update`, [endpointId, actor.accountId]))) throw notFound('webhook', endpointId);
      const due = await deliveryStore.again(tx, endpointId, since, what === 'all', now, replayMax + 1);
      if (due > replayMax) throw rule('TOO_MUCH_TO_REPLAY', `More than ${replayMax} deliveries; choose a later moment.`);
      await record(tx, { action: 'notify.endpoint.replayed', subject: { type: 'endpoint', id: endpointId }, data: { since: since.toISOString(), what, deliveries: due } });
      tx.afterCommit(wakeSenders);
      return due;
    });
  }
}
