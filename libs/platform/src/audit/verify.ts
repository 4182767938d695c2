import type { KeyObject } from 'node:crypto';
import { ChainWalk, type Finding, type Queryable } from './chain-walk';
import { isGenuine, type Checkpoint } from './checkpoints';

export interface VerifyOptions {
  publicKey: KeyObject;
  /** Lines from outside the database; null stands for a line that cannot be read. */
  checkpoints: AsyncIterable<Checkpoint | null>;
  /** Only this account; otherwise every account the connection may see. */
  accountId?: string;
}

export interface AuditReport {
  ok: boolean;
  accounts: number;
  batches: number;
  entries: number;
  /** Written and not sealed yet: normally the last two seconds. */
  unsealed: number;
  findings: Finding[];
  /** Faults beyond the ones listed. */
  moreFindings: number;
}

const findingsMax = 1000;
const rangeEntries = 200_000;
const nobody = '00000000-0000-0000-0000-000000000000';

/**
 * Proves that nothing sealed was edited, deleted, moved, cut off or added since. Reads page by page; the caller gives a
 * connection inside one repeatable read transaction, so that sealing may go on meanwhile.
 */
export async function verifyAudit(source: Queryable, options: VerifyOptions): Promise<AuditReport> {
  const report: AuditReport = { ok: true, accounts: 0, batches: 0, entries: 0, unsealed: 0, findings: [], moreFindings: 0 };
  const found = (finding: Finding): void => {
    report.ok = false;
    if (report.findings.length < findingsMax) report.findings.push(finding);
    else report.moreFindings += 1;
  };
  const marks = await marksByAccount(options, found);
  const accounts = new Set([...(options.accountId ? [options.accountId] : await chainedAccounts(source)), ...marks.keys()]);
  for (const accountId of accounts) {
    const walk = new ChainWalk(source, accountId, options.publicKey, found);
    await walk.walk();
    compareMarks(accountId, marks.get(accountId), walk.batchHashes, options.publicKey, found);
    report.accounts += 1;
    report.batches += walk.batches;
    report.entries += walk.entries;
  }
  await findStrangers(source, options.accountId, found);
  report.unsealed = await pending(source, options.accountId, found);
  return report;
}

/** Accounts with seals or batches, by skipping from one index entry to the next. */
async function chainedAccounts(source: Queryable): Promise<string[]> {
  const skip = (table: string): string => `
    (with recursive a as (
       (select account_id from ${table} order by account_id limit 1)
       union all
       select (select t.account_id from ${table} t where t.account_id > a.account_id order by t.account_id limit 1) from a where a.account_id is not null)
     select account_id::text as id from a where account_id is not null)`;
  const { rows } = await source.query<{ id: string }>(`${skip('audit.seal')} union ${skip('audit.batch')}`);
  return rows.map((r) => r.id).sort();
}

async function marksByAccount(options: VerifyOptions, found: (finding: Finding) => void): Promise<Map<string, Checkpoint[]>> {
  const marks = new Map<string, Checkpoint[]>();
  for await (const line of options.checkpoints) {
    if (!line) {
      found({ account_id: options.accountId ?? nobody, entry_id: null, batch_no: null, fault: 'checkpoint_forged', detail: 'a line of the checkpoint log cannot be read' });
      continue;
    }
    if (options.accountId && line.account_id !== options.accountId) continue;
    const known = marks.get(line.account_id);
    if (known) known.push(line);
    else marks.set(line.account_id, [line]);
  }
  return marks;
}

function compareMarks(accountId: string, marks: Checkpoint[] | undefined, batches: Map<number, string>, publicKey: KeyObject, found: (finding: Finding) => void): void {
  const newest = [...batches.keys()].reduce((a, b) => Math.max(a, b), 0);
  const report = (batchNo: number, fault: Finding['fault'], detail: string): void => found({ account_id: accountId, entry_id: null, batch_no: batchNo, fault, detail });
  let last = 0;
  for (const line of marks ?? []) {
    const batch = Number(line.batch_no);
    const stored = batches.get(batch);
    if (stored === line.hash || (stored === undefined && batch <= newest)) continue;
    if (!isGenuine(line, publicKey)) report(batch, 'checkpoint_forged', `the checkpoint log has a line for batch ${batch} that this house never signed`);
    else if (stored !== undefined) report(batch, 'checkpoint_differs', `batch ${batch} is not the one the checkpoint log remembers`);
    else last = Math.max(last, batch);
  }
  if (last === 0) return;
  const gone = last === newest + 1 ? `batch ${last}` : `batches ${newest + 1} to ${last}`;
  report(newest + 1, 'batch_deleted', `the checkpoint log remembers ${gone}, which the database does not have`);
}

/** Entries that are neither sealed nor waiting for it did not come through the house. */
async function findStrangers(source: Queryable, accountId: string | undefined, found: (finding: Finding) => void): Promise<void> {
  const bounds = await source.query<{ low: string | null; high: string | null }>('select min(id)::text as low, max(id)::text as high from audit.entry');
  const high = Number(bounds.rows[0]?.high ?? 0);
  for (let low = Number(bounds.rows[0]?.low ?? 1) - 1; low < high; low += rangeEntries) {
    const { rows } = await source.query<{ id: string; account_id: string }>(
      `select e.id::text, e.account_id::text from audit.entry e
        where e.id > $1 and e.id <= $2 and ($3::uuid is null or e.account_id = $3)
          and not exists (select from audit.seal s where s.entry_id = e.id)
          and not exists (select from audit.unsealed u where u.entry_id = e.id) order by e.id`,
      [low, low + rangeEntries, accountId ?? null],
    );
    for (const row of rows) found({ account_id: row.account_id, entry_id: row.id, batch_no: null, fault: 'entry_inserted', detail: `entry ${row.id} is in no batch and was not written through the house` });
  }
}

async function pending(source: Queryable, accountId: string | undefined, found: (finding: Finding) => void): Promise<number> {
  const { rows } = await source.query<{ id: string; account_id: string; gone: boolean }>(
    `select u.entry_id::text as id, u.account_id::text, e.id is null as gone from audit.unsealed u left join audit.entry e on e.id = u.entry_id
      where $1::uuid is null or u.account_id = $1`,
    [accountId ?? null],
  );
  for (const row of rows.filter((r) => r.gone)) {
    found({ account_id: row.account_id, entry_id: row.id, batch_no: null, fault: 'entry_deleted', detail: `entry ${row.id} is gone before it was sealed` });
  }
  return rows.length;
}
