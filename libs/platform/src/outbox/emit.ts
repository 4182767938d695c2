import type { z } from 'zod';
import { statement, type Statement, type Tx } from '../database';
import { currentRequestId } from '../http/request-context';
import type { EventDefinition } from './event';
import type { Subscribers } from './subscribers';
import { wakeDispatchers } from './wake';

let subscribers: Subscribers | undefined;

/** Set by OutboxModule; scripts and tests without Nest set it themselves. */
export function useSubscribers(current: Subscribers): void {
  subscribers = current;
}

const insertTemplate = (listeners = ''): string => `
  with added as (
    insert into outbox.event (account_id, name, version, payload, occurred_at, request_id)
    select $1, $2, $3, p, coalesce($5, now()), $6 from unnest($4::jsonb[]) with ordinality as said(p, n) order by n returning id, account_id),
  addressed as (
    insert into outbox.delivery (event_id, account_id, subscriber, due_at)
    select id, account_id, s, clock_timestamp() from added, (select unnest($7::text[]) ${listeners}) as heard(s) returning 1)
  select id, (select count(*)::int from addressed) as addressed from added`;

interface Emitted {
  id: string;
  addressed: number;
}

let prepared: { for: string | undefined; insert: Statement<Emitted> } | undefined;

/** Prepared once: who listens to everything is known when the modules have started. */
function insertFor({ listenersSql }: Subscribers): Statement<Emitted> {
  if (prepared?.for !== listenersSql || !prepared) prepared = { for: listenersSql, insert: statement<Emitted>(insertTemplate(listenersSql && `union all ${listenersSql}`)) };
  return prepared.insert;
}

const hinted = new WeakSet<Tx>();

/** Tells every subscriber, exactly if the caller's unit of work commits. Answers the event's id. */
export async function emit<S extends z.ZodType>(tx: Tx, event: EventDefinition<S>, payload: z.input<S>, options: { occurredAt?: Date } = {}): Promise<string> {
  return (await emitAll(tx, event, [payload], options))[0] ?? '';
}

/** Many of one kind in one statement, in this order: a round trip for each would cost more than the work they tell of. */
export async function emitAll<S extends z.ZodType>(tx: Tx, event: EventDefinition<S>, payloads: readonly z.input<S>[], options: { occurredAt?: Date } = {}): Promise<string[]> {
  if (!subscribers) throw new Error('emit() before OutboxModule started.');
  if (payloads.length === 0) return [];
  const rows = await tx.sql(insertFor(subscribers), [
    tx.accountId,
    event.name,
    event.version,
    payloads.map((payload) => JSON.stringify(event.schema.parse(payload))),
    options.occurredAt ?? null,
    currentRequestId() ?? null,
    subscribers.of(event),
  ]);
  if ((rows[0]?.addressed ?? 0) > 0 && !hinted.has(tx)) {
    hinted.add(tx);
    tx.afterCommit(wakeDispatchers);
  }
  return rows.map(({ id }) => id);
}
