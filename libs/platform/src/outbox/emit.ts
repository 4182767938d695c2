import type { z } from 'zod';
import { statement, type Tx } from '../database';
import { currentRequestId } from '../http/request-context';
import type { EventDefinition } from './event';
import type { Subscribers } from './subscribers';
import { wakeDispatchers } from './wake';

let subscribers: Subscribers | undefined;

/** Set by OutboxModule; scripts and tests without Nest set it themselves. */
export function useSubscribers(current: Subscribers): void {
  subscribers = current;
}

const insert = statement<{ id: string }>(`
  with added as (
    insert into outbox.event (account_id, name, version, payload, occurred_at, request_id)
    values ($1, $2, $3, $4, coalesce($5, now()), $6) returning id, account_id),
  addressed as (
    insert into outbox.delivery (event_id, account_id, subscriber, due_at)
    select id, account_id, s, clock_timestamp() from added, unnest($7::text[]) as s)
  select id from added`);

const hinted = new WeakSet<Tx>();

/** Tells every subscriber, exactly if the caller's unit of work commits. Answers the event's id. */
export async function emit<S extends z.ZodType>(tx: Tx, event: EventDefinition<S>, payload: z.input<S>, options: { occurredAt?: Date } = {}): Promise<string> {
  if (!subscribers) throw new Error('emit() before OutboxModule started.');
  const heardBy = subscribers.of(event);
  const row = await tx.one(insert, [
    tx.accountId,
    event.name,
    event.version,
    JSON.stringify(event.schema.parse(payload)),
    options.occurredAt ?? null,
    currentRequestId() ?? null,
    heardBy,
  ]);
  if (heardBy.length > 0 && !hinted.has(tx)) {
    hinted.add(tx);
    tx.afterCommit(wakeDispatchers);
  }
  return row?.id ?? '';
}
