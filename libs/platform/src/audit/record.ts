import { statement, type Actor, type Tx } from '../database';
import { currentRequestId } from '../http/request-context';

/** One act. Subjects are ids, never names: the log outlives every person in it. */
export interface Act {
  /** `room.noun.verb`, in the past tense: `transport_registry.vehicle.onboarded`. */
  action: string;
  subject: { type: string; id: string };
  reason?: string;
  /** What changed, as pseudonymous facts. No personal data. */
  data?: Record<string, unknown>;
  /** Only for work in system scope: the account it concerns, or the caller it acts for. */
  accountId?: string;
  by?: Actor;
}

const insert = statement<{ id: string }>(`
  with added as (
    insert into audit.entry (account_id, actor_kind, actor_id, session_id, action, subject_type, subject_id, reason, data, request_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id, account_id)
  insert into audit.unsealed (entry_id, account_id) select id, account_id from added returning entry_id as id`);

/** Writes the act into the caller's unit of work: it is in the log exactly if it happened. Answers the entry's id. */
export async function record(tx: Tx, act: Act): Promise<string> {
  const actor = act.by ?? tx.actor;
  const row = await tx.one(insert, [
    act.accountId ?? actor.accountId,
    actor.kind,
    actor.id,
    actor.sessionId ?? null,
    act.action,
    act.subject.type,
    act.subject.id,
    act.reason ?? null,
    act.data ? JSON.stringify(act.data) : null,
    currentRequestId() ?? null,
  ]);
  tx.markAudited();
  return row?.id ?? '';
}
