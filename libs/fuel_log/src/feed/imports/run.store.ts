import { randomUUID } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import type { Tx } from '@fleet/platform/database';
import { countNames, type ImportKind, type ImportOutcome, type RunCounts, type Skip } from './run-counts';

export const skipsKept = 1000;

/** A run that waits to be taken up. */
export async function announceRun(tx: Tx, now: Date, kind: ImportKind, source: string, confirmRemovals: boolean): Promise<string> {
  const id = randomUUID();
  await tx.sql(`insert into fuel.import_run (id, account_id, kind, state, source, confirm_removals, started_by, created_at) values ($1, $2, $3, 'waiting', $4, $5, $6, $7)`, [id, tx.accountId, kind, source, confirmRemovals, tx.actor.id, now]);
  await record(tx, { action: 'fuel_log.feed_import.started', subject: { type: 'feed_import', id }, data: { kind, confirm_removals: confirmRemovals } });
  return id;
}

/**
 * Whoever holds the account's lock is the only import: every other run that says it is running was cut off.
 * Answers whether one of them stored something that was not compared with its neighbours.
 */
export async function beginRun(tx: Tx, id: string, now: Date): Promise<boolean> {
  await tx.sql(
    `update fuel.import_run set state = 'failed', fault_code = 'FUEL_IMPORT_INTERRUPTED', fault = 'The import was cut off. What it had stored stays; the next import goes on.', finished_at = $2
      where account_id = $1 and state = 'running' and id <> $3`,
    [tx.accountId, now, id],
  );
  await tx.sql('delete from fuel.snapshot_seen where account_id = $1', [tx.accountId]);
  await tx.sql('delete from fuel.import_skip where run_id = $1', [id]);
  await tx.sql(`update fuel.import_run set state = 'running', started_at = $2, finished_at = null, fault_code = null, fault = null where id = $1`, [id, now]);
  const before = await tx.one<{ unjudged: boolean }>('select judge_from is not null as unjudged from fuel.ingest_state where account_id = $1', [tx.accountId]);
  // Until the end is reached, everything stored from now on still has to be compared with its neighbours.
  await tx.sql(
    `insert into fuel.ingest_state (account_id, judge_from, updated_at) values ($1, $2, $2)
     on conflict (account_id) do update set judge_from = coalesce(ingest_state.judge_from, excluded.judge_from), updated_at = excluded.updated_at`,
    [tx.accountId, now],
  );
  // Who onboarded a vehicle or a department since, sees its records settled without a further word.
  await tx.sql('select fuel.learn_departments($1)', [tx.accountId]);
  await tx.sql(
    `update fuel.records r set raw = raw where r.account_id = $1 and r.review_id is not null and r.state = 'waiting' and r.issues @> array['plate_unknown']
        and exists (select from transport_registry.vehicle v where v.account_id = $1 and v.plate_norm = r.plate_norm)`,
    [tx.accountId],
  );
  tx.withoutAudit('that it was started is recorded');
  return before?.unjudged ?? false;
}

export async function noteProgress(tx: Tx, id: string, counts: RunCounts): Promise<void> {
  tx.withoutAudit('progress of a recorded import');
  await tx.sql(`update fuel.import_run set ${countNames.map((n, i) => `${n}_count = $${i + 2}`).join(', ')} where id = $1`, [id, ...countNames.map((n) => counts[n])]);
}

export async function noteSkips(tx: Tx, id: string, skips: Skip[]): Promise<void> {
  tx.withoutAudit('part of a recorded import');
  await tx.sql(
    `insert into fuel.import_skip (account_id, run_id, file, position, record_id, code, detail, excerpt)
     select $1, $2, s.file, s.position, s.record_id, s.code, s.detail, s.excerpt
       from unnest($3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[]) s (file, position, record_id, code, detail, excerpt)`,
    [tx.accountId, id, skips.map((s) => s.file), skips.map((s) => s.position), skips.map((s) => s.record_id), skips.map((s) => s.code), skips.map((s) => s.detail), skips.map((s) => s.excerpt)],
  );
}

export async function endRun(tx: Tx, id: string, now: Date, outcome: ImportOutcome): Promise<void> {
  await noteProgress(tx, id, outcome);
  await tx.sql(`update fuel.import_run set state = $2, finished_at = $3, fault_code = $4, fault = $5, held_removals = $6 where id = $1`, [id, outcome.state, now, outcome.fault_code, outcome.fault, outcome.held_removals]);
  await tx.sql('delete from fuel.snapshot_seen where account_id = $1', [tx.accountId]);
  const { kind, state, added, changed, removed, skipped, fault_code } = outcome;
  await record(tx, { action: 'fuel_log.feed_import.finished', subject: { type: 'feed_import', id }, data: { kind, state, added, changed, removed, skipped, fault_code } });
}
