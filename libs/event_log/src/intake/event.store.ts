import type { ReadTx, Tx } from '@fleet/platform/database';
import { statement } from '@fleet/platform/database';
import type { Cause, Standing } from './rows';
import { standingColumns } from './rows';

export interface NewStanding extends Omit<Standing, 'account_id' | 'version' | 'fine_seq' | 'charge_id' | 'amount_minor' | 'said_sealed'> {
  amount_minor: number | string | null;
  said_sealed: Buffer | null;
  search: { a: string; b: string; c: string } | null;
  candidates: string[];
}

const recordset = `jsonb_to_recordset($1::jsonb) r (id uuid, revision int, source_revision int, type text, kind text, source text, reference text, issuer text, vehicle_id uuid, plate text,
  at timestamptz, to_at timestamptz, lat float8, lon float8, severity text, details jsonb, said text, driver_id uuid, shift_id uuid, outcome text, method text, state text, review jsonb,
  fine_state text, amount_minor bigint, currency text, recorded_by text, recorded_at timestamptz, changed_at timestamptz, search jsonb, candidates jsonb, moved boolean, ruled boolean)`;
const list = (column: string, type: string): string => `array(select jsonb_array_elements_text(r.${column}))::${type}[]`;
const vector = `case when r.search is null then null else setweight(to_tsvector('simple', r.search->>'a'), 'A') || setweight(to_tsvector('simple', r.search->>'b'), 'B') || setweight(to_tsvector('simple', r.search->>'c'), 'C') end`;

const keptFacts = `
  insert into event_log.event (account_id, id, revision, type, kind, source, source_revision, reference, issuer, vehicle_id, plate, at, to_at, lat, lon, severity, amount_minor, currency,
    details, said_sealed, recorded_by, recorded_at)
  select $2, r.id, r.revision, r.type, r.kind, r.source, r.source_revision, r.reference, r.issuer, r.vehicle_id, r.plate, r.at, r.to_at, r.lat, r.lon, r.severity, r.amount_minor, r.currency,
    r.details, decode(r.said, 'hex'), r.recorded_by, r.changed_at from r`;
const newStandings = `
  insert into event_log.standing (id, account_id, revision, source_revision, type, kind, source, reference, issuer, vehicle_id, plate, at, to_at, lat, lon, severity, details, said_sealed,
    driver_id, shift_id, outcome, method, state, review, fine_state, amount_minor, currency, recorded_by, recorded_at, changed_at, search)
  select r.id, $2, r.revision, r.source_revision, r.type, r.kind, r.source, r.reference, r.issuer, r.vehicle_id, r.plate, r.at, r.to_at, r.lat, r.lon, r.severity, r.details, decode(r.said, 'hex'),
    r.driver_id, r.shift_id, r.outcome, r.method, r.state, ${list('review', 'text')}, r.fine_state, r.amount_minor, r.currency, r.recorded_by, r.recorded_at, r.changed_at, ${vector} from r
  returning id, search, at`;
const revisedStandings = `
  update event_log.standing e set revision = r.revision, source_revision = r.source_revision, kind = r.kind, reference = r.reference, issuer = r.issuer, vehicle_id = r.vehicle_id, plate = r.plate,
    at = r.at, to_at = r.to_at, lat = r.lat, lon = r.lon, severity = r.severity, details = r.details, said_sealed = decode(r.said, 'hex'), driver_id = r.driver_id, shift_id = r.shift_id,
    outcome = r.outcome, method = r.method, state = r.state, review = ${list('review', 'text')}, amount_minor = r.amount_minor, currency = r.currency, changed_at = r.changed_at,
    version = e.version + 1, search = ${vector}
   from r where e.id = r.id and e.account_id = $2`;
const newWords = `insert into event_log.words (account_id, event_id, search, at) select $2, s.id, s.search || ${ownWord('s.id')}, s.at from stood s where s.search is not null`;
/** Of a new event it is the first; otherwise the next. */
const seqOf = (table: string, isNew: boolean): string => (isNew ? '1' : `coalesce((select max(a.seq) from event_log.${table} a where a.event_id = r.id), 0) + 1`);
const attributions = (isNew: boolean): string => `
  insert into event_log.attribution (account_id, event_id, seq, driver_id, shift_id, outcome, method, cause, cause_id, candidates, by_kind, by_id, at)
  select $2, r.id, ${seqOf('attribution', isNew)}, r.driver_id, r.shift_id, r.outcome, r.method, $3, $4, ${list('candidates', 'uuid')}, $5, $6, r.changed_at from r where r.moved`;
const rulings = (isNew: boolean): string => `
  insert into event_log.ruling (account_id, event_id, seq, state, review, cause, by_kind, by_id, at)
  select $2, r.id, ${seqOf('ruling', isNew)}, r.state, ${list('review', 'text')}, $3, $5, $6, r.changed_at from r where r.ruled`;
/** One statement, so that the rows are taken apart once for all the tables they go to. */
const keepNew = statement<object>(`with r as materialized (select * from ${recordset}), kept as (${keptFacts}), stood as (${newStandings}), spoken as (${newWords}), drove as (${attributions(true)}) ${rulings(true)}`);
const keepRevised = statement<object>(`with r as materialized (select * from ${recordset}), kept as (${keptFacts}), stood as (${revisedStandings}), drove as (${attributions(false)}) ${rulings(false)}`);
const insertWords = statement<object>(`insert into event_log.words (account_id, event_id, search, at) select e.account_id, e.id, e.search || ${ownWord('e.id')}, e.at from event_log.standing e where e.id = any($1::uuid[]) and e.search is not null`);
const deleteWords = statement<object>('delete from event_log.words where event_id = any($1::uuid[])');
const askWords = statement<object>(`select set_config('app.search', $1, false)`);

const lockRows = statement<Standing>(`select ${standingColumns} from event_log.standing e where e.id = any($1::uuid[]) order by e.id for update`);
const readRow = statement<Standing>(`select ${standingColumns} from event_log.standing e where e.id = $1`);

/** A word only this event has, so that its row can be named to a wall that asks for words. */
function ownWord(id: string): string {
  return `array_to_tsvector(array['zz' || replace(${id}::text, '-', '')])`;
}

/** Runs with these words in the wall of `event_log.words`, and takes them out again. */
export async function withWords<T>(tx: ReadTx, words: string, work: () => Promise<T>): Promise<T> {
  await tx.sql(askWords, [words]);
  try {
    return await work();
  } finally {
    // In a unit of work that failed nothing can be said any more; its rollback takes the setting back.
    await tx.sql(askWords, ['']).catch(() => undefined);
  }
}

/** The text index after what is said of these events has changed. */
export async function indexWords(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await withWords(tx, ids.map((id) => `zz${id.replaceAll('-', '')}`).join(' | '), () => tx.sql(deleteWords, [ids]));
  await tx.sql(insertWords, [ids]);
}

/** `moved` and `ruled` say which of the rows beside it an event gets. */
const packed = (rows: readonly (NewStanding & { moved: boolean; ruled: boolean })[]): string => JSON.stringify(rows.map(({ said_sealed, ...row }) => ({ ...row, said: said_sealed?.toString('hex') ?? null })));
const whyOf = (tx: Tx, why: Cause): unknown[] => [tx.accountId, why.cause, why.causeId ?? null, tx.actor.kind, tx.actor.id];

export async function insertNew(tx: Tx, rows: readonly NewStanding[], why: Cause): Promise<void> {
  await tx.sql(keepNew, [packed(rows.map((row) => ({ ...row, moved: true, ruled: row.state !== 'accepted' }))), ...whyOf(tx, why)]);
}

/** A new revision: the facts as one more row, and where the event stands after it. */
export async function insertRevision(tx: Tx, before: Standing, row: NewStanding, why: Cause): Promise<void> {
  const moved = row.driver_id !== before.driver_id || row.outcome !== before.outcome || row.shift_id !== before.shift_id;
  const ruled = row.state !== before.state || row.review.join() !== before.review.join();
  await tx.sql(keepRevised, [packed([{ ...row, moved, ruled }]), ...whyOf(tx, why)]);
  await indexWords(tx, [row.id]);
}

export const lockStandings = (tx: Tx, ids: readonly string[]): Promise<Standing[]> => tx.sql(lockRows, [ids]);

export const readStanding = (tx: ReadTx, id: string): Promise<Standing | undefined> => tx.one(readRow, [id]);

/** Writers of one vehicle's events wait for each other, so that a correction of shifts sees every event it must move. */
export async function lockVehicles(tx: Tx, vehicleIds: readonly string[]): Promise<void> {
  if (vehicleIds.length === 0) return;
  const keys = [...new Set(vehicleIds)].sort().map((id) => `event_log:${id}`);
  await tx.sql(lockAll, [keys]);
}

const lockAll = statement<object>('select pg_advisory_xact_lock(hashtextextended(k, 0)) from (select k from unnest($1::text[]) with ordinality as u(k, n) order by n offset 0) ordered');
