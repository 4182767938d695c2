import { statement, type ReadTx, type Tx } from '@fleet/platform/database';

export interface BatchCounts {
  added: number;
  changed: number;
  unchanged: number;
  older: number;
}

export interface SkippedElement {
  /** Counted from 0 inside the batch. */
  n: number;
  record_id: string | null;
  code: string;
}

export interface BatchResult extends BatchCounts {
  skipped: SkippedElement[] | null;
}

export interface StoredBatch extends BatchResult {
  /** Of what was added or changed, with those that it was ascribed to before. */
  plates: string[] | null;
}

/**
 * What every batch is compared with before anything is written. A deletion may come with its id alone, so it only adds to what is known.
 * `(select $3)` keeps the account from the planner: to one that its statistics do not know, any index that begins with the account is as good as the key.
 */
const compared = `
  element as materialized (
    select e.value as raw, e.ordinality::int - 1 as n, case when jsonb_typeof(e.value) = 'object' then e.value->>'id' end as id
      from jsonb_array_elements(convert_from($1::bytea, 'UTF8')::jsonb) with ordinality e
  ), stamped as materialized (
    select n, id, raw, fuel.parse_moment(stamp, 'UTC') as said_at from (select n, id, raw, coalesce(raw->>'updated_at', raw->>'deleted_at') as stamp from element where length(id) between 1 and 200 offset 0) e
  ), fit as (
    select distinct on (id) n, id, raw, coalesce(said_at, $2::timestamptz) as source_at from stamped order by id, said_at desc nulls last, n desc
  ), met as materialized (
    select f.n, f.id, f.source_at, r.id is not null as known, r.raw as known_raw, r.overlay, r.missing_at, r.source_at as known_at, case when r.forgotten_at is not null then fuel.impersonal(f.raw) else f.raw end as said
      from fit f left join lateral (select k.* from fuel.records k where k.account_id = (select $3::uuid) and k.id = f.id offset 0) r on true
  ), compared as materialized (
    select m.n, m.id, case when m.said->>'deleted_at' is not null then coalesce(m.known_raw, '{}') || m.said else m.said end as raw, m.overlay, m.source_at, m.known,
           case when m.missing_at is not null then $2::timestamptz < m.missing_at else coalesce(m.known_at > m.source_at, false) end as older,
           coalesce(m.missing_at is null and m.known_raw = case when m.said->>'deleted_at' is not null then m.known_raw || m.said else m.said end, false) as same
      from met m
  )`;

const summary = `
  (select count(*)::int from compared where known and same) as unchanged,
  (select count(*)::int from compared where known and not same and older) as older,
  (select json_agg(json_build_object('n', n, 'record_id', left(id, 200), 'code', case
      when jsonb_typeof(raw) <> 'object' then 'FUEL_RECORD_NOT_AN_OBJECT' when coalesce(id, '') = '' then 'FUEL_RECORD_NO_ID' else 'FUEL_RECORD_ID_TOO_LONG' end) order by n)
     from element where id is null or length(id) not between 1 and 200) as skipped`;

const look = statement<BatchResult>(`
  with ${compared}
  select (select count(*)::int from compared where not known) as added, (select count(*)::int from compared where known and not same and not older) as changed, ${summary}`);

/** Derived a batch at a time; what the columns mean is said by fuel.derived alone. */
const derivedNames = 'car, plate_norm, vehicle_id, fueled_at, litres, amount_minor, currency, odometer_km, fuel_type_key, fuel_type, department_key, department, driver, station, message, deleted_at, issues';
const derived = (which: string): string => `(select array_agg(id) as ids, array_agg(raw) as raws, array_agg(overlay) as overlays, array_agg(source_at) as source_ats from (select * from compared where ${which} order by n) o) l
    cross join lateral fuel.derived($3, l.ids, l.raws, l.overlays, l.source_ats) d`;
const reviewed = `case when d.issues <> '{}' then gen_random_uuid() end`;

const store = statement<StoredBatch & { meant: number }>(`
  with ${compared}, added as (
    insert into fuel.records (account_id, id, raw, source_at, imported_at, review_id, ${derivedNames})
    select $3, d.id, d.raw, d.source_at, $4, ${reviewed}, ${derivedNames.replaceAll(/\w+/g, 'd.$&')} from ${derived('not known')}
    returning plate_norm
  ), changed as (
    update fuel.records r set raw = d.raw, source_at = d.source_at, imported_at = $4, missing_at = null, version = r.version + 1, ${derivedNames.replaceAll(/\w+/g, '$& = d.$&')},
           decision = case when r.raw = d.raw then r.decision end, review_id = coalesce(r.review_id, ${reviewed})
      from ${derived('known and not same and not older')}
      cross join lateral (select k.ctid as place, k.version, k.plate_norm as plate_before from fuel.records k where k.account_id = (select $3) and k.id = d.id offset 0) k
     where r.ctid = k.place and r.version = k.version
    returning r.plate_norm, k.plate_before
  ), noted as (
    insert into fuel.snapshot_seen (account_id, run_id, id) select $3, $5::uuid, id from fit where $5::uuid is not null
  )
  select (select count(*)::int from added) as added, (select count(*)::int from changed) as changed,
         (select count(*)::int from compared where known and not same and not older) as meant,
         (select array_agg(plate_norm) from (select plate_norm from added union select plate_norm from changed union select plate_before from changed) p where plate_norm is not null) as plates, ${summary}`);

/** A plan made while the table was small would read all of it for every batch once it is large. */
const byIndex = `select set_config('fuel.derived_already', 'yes', true), set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)`;

const open = Buffer.from('[');
const comma = Buffer.from(',');
const close = Buffer.from(']');

/** The bytes of the records as they stood in the file; PostgreSQL alone reads them. */
function asArray(elements: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [open];
  elements.forEach((bytes, i) => (i === 0 ? parts.push(bytes) : parts.push(comma, bytes)));
  parts.push(close);
  return Buffer.concat(parts);
}

export async function lookAtBatch(tx: ReadTx, elements: readonly Buffer[], storedAt: Date): Promise<BatchResult> {
  return (await tx.one(look, [asArray(elements), storedAt, tx.accountId])) as BatchResult;
}

/** Another lane wrote one of these ids in between: what the batch was compared with does not stand any more. */
export class MetInOneId extends Error {}

/** One statement a batch. */
export async function storeBatch(tx: Tx, elements: readonly Buffer[], storedAt: Date, importedAt: Date, snapshotRun: string | null): Promise<StoredBatch> {
  await tx.sql(byIndex);
  const { meant, ...result } = (await tx.one(store, [asArray(elements), storedAt, tx.accountId, importedAt, snapshotRun]).catch(metInOne)) as StoredBatch & { meant: number };
  if (result.changed !== meant) throw new MetInOneId();
  return result;
}

function metInOne(error: unknown): never {
  throw (error as { constraint?: string }).constraint === 'records_pk' ? new MetInOneId() : error;
}
