import { statement, type Db, type ReadTx, type Tx } from '../database';

export interface Claimed {
  event_id: string;
  subscriber: string;
  attempts: number;
  account_id: string;
  seq: string;
  name: string;
  version: number;
  payload: unknown;
  occurred_at: Date;
  request_id: string | null;
}

const claimDue = statement<Claimed>(`
  with due as (
    select event_id, subscriber from outbox.delivery
     where done_at is null and dead_at is null and due_at <= now() and subscriber = any($1::text[])
       and (lease_until is null or lease_until < now())
     order by due_at limit $2 for update skip locked),
  leased as (
    update outbox.delivery d set lease_until = now() + $3::int * interval '1 ms', leased_by = $4
      from due where d.event_id = due.event_id and d.subscriber = due.subscriber
    returning d.event_id, d.subscriber, d.attempts)
  select l.event_id, l.subscriber, l.attempts, e.account_id, e.seq::text, e.name, e.version, e.payload, e.occurred_at, e.request_id
    from leased l join outbox.event e on e.id = l.event_id order by e.seq`);

const markDone = statement<{ attempts: number }>(`
  update outbox.delivery set done_at = now(), attempts = attempts + 1, lease_until = null, last_error = null
   where event_id = $1 and subscriber = $2 and leased_by = $3 and done_at is null and dead_at is null returning attempts`);

const markFailed = statement<{ dead: boolean }>(`
  update outbox.delivery set attempts = attempts + 1, last_error = $4, lease_until = null,
         due_at = now() + $5::int * interval '1 ms', dead_at = case when attempts + 1 >= $6::int then now() end
   where event_id = $1 and subscriber = $2 and leased_by = $3 and done_at is null and dead_at is null returning dead_at is not null as dead`);

/** The SQL of deliveries; who may run it when is the dispatcher's business. */
export const deliveryStore = {
  claim: (db: Db, subscribers: string[], limit: number, leaseMs: number, by: string): Promise<Claimed[]> =>
    db.system('outbox.claim', (tx) => tx.sql(claimDue, [subscribers, limit, leaseMs, by])),

  /** False when somebody else holds or finished the delivery. The row lock lasts until the handler's effect commits. */
  takeAsDone: async (tx: Tx, delivery: Claimed, by: string): Promise<boolean> =>
    (await tx.one(markDone, [delivery.event_id, delivery.subscriber, by])) !== undefined,

  fail: (db: Db, delivery: Claimed, by: string, error: string, retryInMs: number, maxAttempts: number): Promise<{ dead: boolean } | undefined> =>
    db.system('outbox.fail', (tx) => tx.one(markFailed, [delivery.event_id, delivery.subscriber, by, error, retryInMs, maxAttempts])),

  release: (db: Db, by: string): Promise<number> =>
    db.system('outbox.release', (tx) =>
      tx.execute('update outbox.delivery set lease_until = null, leased_by = null where leased_by = $1 and done_at is null and dead_at is null', [by]),
    ),

  /** During a rolling deploy another version may still know the subscriber; after the grace nobody does. */
  buryUnknown: (db: Db, known: string[], graceMs: number): Promise<number> =>
    db.system('outbox.bury', (tx) =>
      tx.execute(
        `update outbox.delivery set dead_at = now(), last_error = 'No subscriber named "' || subscriber || '" is part of the running version.'
          where done_at is null and dead_at is null and subscriber <> all($1::text[]) and due_at < now() - $2::int * interval '1 ms'`,
        [known, graceMs],
      ),
    ),

  oldestDueMs: async (tx: ReadTx): Promise<number> =>
    Number(
      (
        await tx.one<{ ms: string }>(
          `select coalesce(extract(epoch from clock_timestamp() - min(due_at)) * 1000, 0)::text as ms
             from outbox.delivery where done_at is null and dead_at is null and due_at <= now()`,
        )
      )?.ms ?? 0,
    ),
};
