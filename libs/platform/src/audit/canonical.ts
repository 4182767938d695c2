import { createHash } from 'node:crypto';

/** An audit row with every value as PostgreSQL writes it, so that the hash does not depend on how a program reads numbers or times. */
export interface EntryText {
  id: string;
  account_id: string;
  at: string;
  actor_kind: string;
  actor_id: string;
  session_id: string | null;
  action: string;
  subject_type: string;
  subject_id: string;
  reason: string | null;
  data: string | null;
  request_id: string | null;
}

export interface BatchText {
  account_id: string;
  batch_no: string;
  first_position: string;
  last_position: string;
  count: number;
  previous_hash: Buffer;
  hash: Buffer;
  sealed_at: string;
}

export type SignedBatch = BatchText & { signature: Buffer };

const micros = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Column list that yields an EntryText from alias e. jsonb prints its keys sorted and its numbers exactly. */
export const entryColumns = `e.id::text, e.account_id::text, ${micros('e.at')} as at, e.actor_kind, e.actor_id, e.session_id::text, e.action,
  e.subject_type, e.subject_id, e.reason, e.data::text as data, e.request_id`;

export const batchColumns = `b.account_id::text, b.batch_no::text, b.first_position::text, b.last_position::text, b.count, b.previous_hash, b.hash,
  ${micros('b.sealed_at')} as sealed_at, b.signature`;

export const nowColumn = `${micros('clock_timestamp()')} as now`;

/** What stands before the first entry of every account. */
export const genesis = Buffer.alloc(32);

// Keys are written out in sorted order; golden vectors pin every byte. A new layout is a new version, never a change.
export function canonicalEntry(e: EntryText): string {
  return `fleet-audit-entry/v1\n${JSON.stringify({
    account_id: e.account_id,
    action: e.action,
    actor_id: e.actor_id,
    actor_kind: e.actor_kind,
    at: e.at,
    data: e.data,
    id: e.id,
    reason: e.reason,
    request_id: e.request_id,
    session_id: e.session_id,
    subject_id: e.subject_id,
    subject_type: e.subject_type,
  })}`;
}

/** The bytes a batch is signed over. */
export function canonicalBatch(b: BatchText): Buffer {
  const text = JSON.stringify({
    account_id: b.account_id,
    batch_no: b.batch_no,
    count: b.count,
    first_position: b.first_position,
    hash: b.hash.toString('hex'),
    last_position: b.last_position,
    previous_hash: b.previous_hash.toString('hex'),
    sealed_at: b.sealed_at,
  });
  return Buffer.from(`fleet-audit-batch/v1\n${text}`);
}

export function chainHash(previous: Buffer, canonical: string): Buffer {
  return createHash('sha256').update(previous).update(canonical).digest();
}
