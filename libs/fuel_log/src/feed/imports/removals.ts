import type { Tx } from '@fleet/platform/database';

export interface Removals {
  removed: number;
  held: number;
  /** Of what was removed. */
  plates: string[];
}

/** So few may always go: in a small feed a share says nothing. */
const alwaysAllowed = 5;

/**
 * A snapshot is the whole truth of its moment: what it no longer holds was deleted at the source, and is hidden here, never erased.
 * Records stored after that moment are not touched. More than the allowed share looks like a broken export and waits for confirmation.
 */
export async function removeMissing(tx: Tx, runId: string, snapshotAt: Date, maxPct: number, confirmed: boolean): Promise<Removals> {
  await tx.sql(`set local statement_timeout = '10min'`);
  await tx.sql(`set local enable_nestloop = off`);
  const missing = `from fuel.records r where r.account_id = $1 and r.deleted_at is null and r.source_at <= $2
      and not exists (select from fuel.snapshot_seen s where s.account_id = $1 and s.run_id = $3 and s.id = r.id)`;
  const params = [tx.accountId, snapshotAt, runId];
  const { missing: count, live } = (await tx.one<{ missing: number; live: number }>(`select (select count(*)::int ${missing}) as missing, (select count(*)::int from fuel.records where account_id = $1 and deleted_at is null) as live`, params)) as { missing: number; live: number };
  if (count > Math.max(alwaysAllowed, (live * maxPct) / 100) && !confirmed) return { removed: 0, held: count, plates: [] };
  if (count === 0) return { removed: 0, held: 0, plates: [] };
  const gone = `update fuel.records set deleted_at = $2, missing_at = $2, version = version + 1 where account_id = $1 and id in (select r.id ${missing}) returning plate_norm`;
  const { removed, plates } = (await tx.one<{ removed: number; plates: string[] | null }>(`with gone as (${gone}) select count(*)::int as removed, array_agg(distinct plate_norm) filter (where plate_norm is not null) as plates from gone`, params)) as { removed: number; plates: string[] | null };
  return { removed, held: 0, plates: plates ?? [] };
}
