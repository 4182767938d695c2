import { statement, type Db, type Tx } from '../../database';
import { wantsSql } from '../rules/event-types';

export interface DueDelivery {
  id: string;
  account_id: string;
  endpoint_id: string;
  event_id: string;
  type: string;
  body: string;
  attempts: number;
  url: string;
  secret_sealed: Buffer;
  old_secret_sealed: Buffer | null;
  old_secret_until: Date | null;
}

export interface Outcome {
  state: 'pending' | 'delivered' | 'dead';
  dueAt: Date;
  status: number | null;
  answer: string | null;
  error: string | null;
  tookMs: number;
}

/** So many at once to one endpoint, however much it has waiting; and one by one while it fails. */
const atOncePerEndpoint = 4;
const logged = 20;

/** By lot among the endpoints: in any fixed order those with a long queue would keep the others waiting. */
const claim = statement<DueDelivery>(`
  with due as (
    select d.id from notify.endpoint e
      cross join lateral (select count(*)::int as busy from notify.delivery b where b.endpoint_id = e.id and b.state = 'pending' and b.lease_until >= $1) b
      cross join lateral (
        select w.id from notify.delivery w
         where w.endpoint_id = e.id and w.state = 'pending' and w.due_at <= $1 and (w.lease_until is null or w.lease_until < $1)
         order by w.due_at limit greatest(0, case when e.failing_since is null then ${atOncePerEndpoint} else 1 end - b.busy) for update skip locked) d
     where e.state = 'active' order by random() limit $2),
  leased as (
    update notify.delivery d set lease_until = $3, leased_by = $4 from due where d.id = due.id
    returning d.id, d.account_id, d.endpoint_id, d.event_id, d.type, d.body, d.attempts)
  select l.*, e.url, e.secret_sealed, e.old_secret_sealed, e.old_secret_until from leased l join notify.endpoint e on e.id = l.endpoint_id`);

const finish = statement<{ endpoint_id: string }>(`
  update notify.delivery set state = $3, due_at = $4, attempts = attempts + 1, lease_until = null, leased_by = null, response_status = $5, response_body = $6,
         last_error = $7, finished_at = case when $3 = 'pending' then null else $8::timestamptz end,
         attempt_log = (case when jsonb_array_length(attempt_log) >= ${logged} then attempt_log - 0 else attempt_log end)
           || jsonb_build_array(jsonb_build_object('at', $8::timestamptz, 'status', $5::int, 'took_ms', $9::int, 'error', $7::text))
   where id = $1 and leased_by = $2 and state = 'pending' returning endpoint_id`);

/** The body a receiver gets, letter for letter: it is signed, and a repeat sends the same. */
const bodySql = `json_build_object('id', e.id, 'type', e.name, 'version', e.version, 'account_id', e.account_id,
  'at', to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'data', e.payload)::text`;
const fromEvents = (time: string): string => `
  insert into notify.delivery (id, account_id, endpoint_id, event_id, type, body, state, due_at, created_at)
  select gen_random_uuid(), p.account_id, p.id, e.id, e.name, ${bodySql}, 'pending', ${time}, ${time}
    from notify.endpoint p join outbox.event e on e.account_id = p.account_id and ${wantsSql('p.event_types', 'e.name')}`;

/** One for each endpoint that wants the event. Whoever is disabled hears of it when somebody replays. */
const spread = `${fromEvents('$2::timestamptz')} where e.id = $1 and p.account_id = $3 and p.state <> 'disabled' on conflict on constraint delivery_event_once do nothing`;

const again = `${fromEvents('$2::timestamptz')} where p.id = $1 and p.account_id = $3 and e.emitted_at >= $4 order by e.seq limit $5
  on conflict on constraint delivery_event_once do update set state = 'pending', attempts = 0, due_at = $2, finished_at = null
   where delivery.state = 'dead' or (delivery.state = 'delivered' and $6)`;

/** The SQL of deliveries. */
export const deliveryStore = {
  claim: (db: Db, now: Date, limit: number, leaseMs: number, by: string): Promise<DueDelivery[]> =>
    db.system('notify.claim_deliveries', (tx) => tx.sql(claim, [now, limit, new Date(now.getTime() + leaseMs), by])),

  /** False when the lease was lost to somebody else, or the delivery is gone. */
  finish: async (tx: Tx, id: string, by: string, { state, dueAt, status, answer, error, tookMs }: Outcome, now: Date): Promise<boolean> =>
    (await tx.one(finish, [id, by, state, dueAt, status, answer, error, now, Math.round(tookMs)])) !== undefined,

  spread: (tx: Tx, eventId: string, now: Date): Promise<number> => tx.execute(spread, [eventId, now, tx.accountId]),

  /** Makes everything due that the endpoint wants and that happened since. Answers how many, at most `max`. */
  again: (tx: Tx, endpointId: string, since: Date, delivered: boolean, now: Date, max: number): Promise<number> =>
    tx.execute(again, [endpointId, now, tx.accountId, since, max, delivered]),
};
