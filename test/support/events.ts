import { Db, systemActor } from '@fleet/platform/database';
import { emit } from '@fleet/platform/outbox';
import type { Agent, TestApp } from './app';

export const events = '/api/v1/event_log';

/** Tells something as another subsystem would, in a unit of work of its own. */
export async function tell(app: TestApp, accountId: string, event: Parameters<typeof emit>[1], payload: object): Promise<void> {
  await app.app.get(Db).write(systemActor(accountId, 'test.tell'), async (tx) => {
    tx.withoutAudit('arranged for a test');
    await emit(tx, event, payload as never);
  });
}

/** Waits until everything told so far was heard; a delivery that failed is a fault of the test. */
export async function heard(app: TestApp, accountId: string): Promise<void> {
  for (let i = 0; i < 400; i += 1) {
    const [row] = await app.db.sql<{ open: number; failed: string | null }>(
      `select count(*) filter (where done_at is null)::int as open, max(last_error) filter (where done_at is null) as failed from outbox.delivery where account_id = $1 and subscriber like 'event_log.%'`,
      [accountId],
    );
    if (row?.failed) throw new Error(`a delivery failed: ${row.failed}`);
    if (row?.open === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('not everything was heard');
}

export interface EventItem extends Record<string, unknown> {
  id: string;
  type: string;
  kind: string;
  state: string;
  review: string[];
  driver_id: string | null;
  version: number;
}

export async function listed(agent: Agent, query: string): Promise<EventItem[]> {
  return (await agent.get(`${events}/events?${query}`).expect(200)).body.items as EventItem[];
}

/** Where the newest rows of each kind and what lists read say different things. */
export const derived = `
  with facts as (select distinct on (id) * from event_log.event order by id, revision desc),
       drove as (select distinct on (event_id) * from event_log.attribution order by event_id, seq desc),
       ruled as (select distinct on (event_id) * from event_log.ruling order by event_id, seq desc),
       stepped as (select distinct on (event_id) * from event_log.fine_step order by event_id, seq desc)
  select s.id from event_log.standing s
    full join facts f on f.id = s.id left join drove a on a.event_id = f.id left join ruled r on r.event_id = f.id left join stepped x on x.event_id = f.id
   where (s.revision, s.kind, s.vehicle_id, s.at, s.details, s.amount_minor) is distinct from (f.revision, f.kind, f.vehicle_id, f.at, f.details, f.amount_minor)
      or (s.driver_id, s.shift_id, s.outcome, s.method) is distinct from (a.driver_id, a.shift_id, a.outcome, a.method)
      or (s.state, s.review) is distinct from (coalesce(r.state, 'accepted'), coalesce(r.review, '{}'))
      or (s.fine_state, s.fine_seq, s.charge_id) is distinct from (x.state, x.seq, x.charge_id)
      or (x.event_id is not null and x.driver_id is distinct from s.driver_id)`;
