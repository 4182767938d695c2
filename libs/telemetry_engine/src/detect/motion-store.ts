import { randomUUID } from 'node:crypto';
import { statement, type ReadTx, type Tx } from '@fleet/platform/database';
import { arrayOfTexts, copyOut, jsonTexts, nullableArray, numberArray } from '../store/copy-out';
import { pointColumns, pointOf, type Point } from '../trips/point';
import { parkedSilentMs } from '../trips/step';
import type { Found } from './found';
import type { Changes, Kept } from './reconcile';
import type { Checkpoint } from './vehicle-run';

export interface Head {
  vehicle_no: number;
  at_ms: number;
  state: string;
}

export interface MovedVehicle {
  vehicle_no: number;
  id: string;
  park_id: string | null;
  plate: string;
  limit_kmh: number | null;
}

export const pageRows = 10_000;

const epochMs = (column: string): string => `round(date_part('epoch', ${column}) * 1000)`;

const reach = `interval '${parkedSilentMs / 1000} s'`;

/** Samples of several vehicles between two moments of each, in order, with the last one before them unless that is too far away to matter. */
export async function eachSample(tx: ReadTx, wanted: readonly { vehicle_no: number; from_ms: number; to_ms: number }[], take: (vehicleNo: number, point: Point) => void): Promise<void> {
  if (wanted.length === 0) return;
  const column = (value: (w: (typeof wanted)[number]) => number): string => numberArray(wanted.map(value));
  const select = `
    select w.vehicle_no, s.* from (select v as vehicle_no, to_timestamp(f) as from_at, to_timestamp(t) as to_at from unnest('${column((w) => w.vehicle_no)}'::int[], '${column((w) => w.from_ms / 1000)}'::float8[], '${column((w) => w.to_ms / 1000)}'::float8[]) w(v, f, t)) w
     cross join lateral (
       (select ${pointColumns} from telemetry_engine.sample b where b.vehicle_no = w.vehicle_no and b.at < w.from_at and b.at >= w.from_at - ${reach} order by b.at desc limit 1)
       union all
       (select ${pointColumns} from telemetry_engine.sample i where i.vehicle_no = w.vehicle_no and i.at >= w.from_at and i.at < w.to_at order by i.at)) s`;
  await copyOut(tx, select, (row) => {
    const vehicleNo = row.int4() as number;
    take(vehicleNo, pointOf(row));
  });
}

/** At most so many samples of one vehicle between two moments. */
export async function readPage(tx: ReadTx, vehicleNo: number, fromMs: number, toMs: number): Promise<Point[]> {
  const until = toMs === Infinity ? '' : ` and at < to_timestamp(${toMs / 1000})`;
  const points: Point[] = [];
  const select = `select ${pointColumns} from telemetry_engine.sample where vehicle_no = ${vehicleNo} and at >= to_timestamp(${Math.max(0, fromMs) / 1000})${until} order by at limit ${pageRows}`;
  await copyOut(tx, select, (row) => points.push(pointOf(row)));
  return points;
}

/** The last sample before a moment, unless it is too far away to matter. */
export async function sampleBefore(tx: ReadTx, vehicleNo: number, ms: number): Promise<Point | undefined> {
  const points: Point[] = [];
  const at = `to_timestamp(${ms / 1000})`;
  await copyOut(tx, `select ${pointColumns} from telemetry_engine.sample where vehicle_no = ${vehicleNo} and at < ${at} and at >= ${at} - ${reach} order by at desc limit 1`, (row) => points.push(pointOf(row)));
  return points[0];
}

export const headsOf = (tx: ReadTx, vehicleNos: readonly number[]): Promise<Head[]> =>
  tx.sql<Head>(`select vehicle_no, ${epochMs('at')} as at_ms, state from telemetry_engine.motion_head where vehicle_no = any($1::int[])`, [vehicleNos]);

export const movedVehicles = (tx: ReadTx, vehicleNos: readonly number[]): Promise<MovedVehicle[]> =>
  tx.sql<MovedVehicle>(
    `select v.vehicle_no, v.id, v.park_id, v.plate, l.limit_kmh from transport_registry.vehicle v left join telemetry_engine.speed_limit l on l.vehicle_id = v.id where v.vehicle_no = any($1::int[])`,
    [vehicleNos],
  );

/** The newest state that holds nothing after `beforeMs`, and all later ones to meet again. */
export async function checkpointsAround(tx: ReadTx, vehicleNo: number, beforeMs: number): Promise<{ start: Checkpoint | undefined; later: Map<number, Checkpoint> }> {
  const rows = await tx.sql<Checkpoint>(
    `select ${epochMs('slot_at')} as slot_ms, ${epochMs('at')} as at_ms, state from telemetry_engine.motion_checkpoint
      where vehicle_no = $1 and slot_at >= coalesce((select max(slot_at) from telemetry_engine.motion_checkpoint where vehicle_no = $1 and at < to_timestamp($2 / 1000.0)), '-infinity') order by slot_at`,
    [vehicleNo, beforeMs],
  );
  const start = rows[0] && rows[0].at_ms < beforeMs ? rows[0] : undefined;
  return { start, later: new Map(rows.filter((row) => row !== start).map((row) => [row.slot_ms, row])) };
}

const dateOf = (ms: number): Date | string => (ms === Infinity ? 'infinity' : ms === -Infinity ? '-infinity' : new Date(ms));

type TableOf = 'stretch' | 'detection';
const tableOf = (kind: Found['kind']): TableOf => (kind === 'trip' || kind === 'stop' ? 'stretch' : 'detection');
const keptOf = (table: TableOf, more: string): string => `
  select k.* from unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) w(vehicle_no, after_at, until_at)
   cross join lateral (
     select vehicle_no, id, kind, ${table === 'stretch' ? `'' as subject` : 'subject'}, ${epochMs('from_at')} as from_ms, ${epochMs('to_at')} as to_ms,
            case when decided_at < 'infinity' then ${epochMs('decided_at')} end as decided_ms, revision, told_revision, body
       from telemetry_engine.${table} t where t.vehicle_no = w.vehicle_no and t.decided_at > w.after_at and t.decided_at <= w.until_at${more} order by from_at) k`;
const keptIn = { stretch: statement<never>(keptOf('stretch', '')), detection: statement<never>(keptOf('detection', ` and kind <> 'device_silent'`)) };

export interface Window {
  vehicle_no: number;
  after_ms: number;
  until_ms: number | undefined;
}

/** What was settled after one moment and not after the other. Silences belong to the task that notices them. */
export async function keptBetween(tx: ReadTx, windows: readonly Window[]): Promise<Map<number, Kept[]>> {
  const byVehicle = new Map<number, Kept[]>(windows.map((w) => [w.vehicle_no, []]));
  const params = [windows.map((w) => w.vehicle_no), windows.map((w) => dateOf(w.after_ms)), windows.map((w) => dateOf(w.until_ms ?? Infinity))];
  for (const table of ['stretch', 'detection'] as const) {
    const rows = await tx.sql<Omit<Kept, 'to_ms' | 'decided_ms'> & { vehicle_no: number; to_ms: number | null; decided_ms: number | null }>(keptIn[table], params);
    for (const row of rows) byVehicle.get(row.vehicle_no)?.push({ ...row, to_ms: row.to_ms ?? undefined, decided_ms: row.decided_ms ?? Infinity });
  }
  return byVehicle;
}

export interface Written {
  vehicle: MovedVehicle;
  id: string;
  revision: number;
  found: Found;
  /** Its content is new, and somebody should be told. */
  news: boolean;
}

/** A trip that goes on is no news yet, and a stop never is. */
const isTold = ({ kind, to_ms }: Found): boolean => kind !== 'stop' && (kind !== 'trip' || to_ms !== undefined);

/** What is news counts as told: whoever writes it tells it in the same transaction. */
export async function writeChanges(tx: Tx, all: readonly { vehicle: MovedVehicle; changes: Changes }[]): Promise<Written[]> {
  const changed = all.flatMap(({ vehicle, changes }) => changes.update.map((one) => ({ vehicle, ...one, revision: one.kept.revision + (one.anew ? 1 : 0) })));
  const withdrawn = all.flatMap(({ changes }) => changes.withdraw);
  for (const table of ['stretch', 'detection'] as const) {
    await withdraw(tx, table, withdrawn.filter(({ kind }) => tableOf(kind) === table));
    await update(tx, table, changed.filter(({ kept }) => tableOf(kept.kind) === table));
  }
  const fresh = all.flatMap(({ vehicle, changes }) => changes.insert.map((found) => ({ vehicle, id: randomUUID(), revision: 1, found, news: isTold(found) })));
  for (const table of ['stretch', 'detection'] as const) await insert(tx, table, fresh.filter(({ found }) => tableOf(found.kind) === table));
  return [...changed.map(({ vehicle, kept, revision, found, anew }) => ({ vehicle, id: kept.id, revision, found, news: anew && isTold(found) })), ...fresh];
}

async function withdraw(tx: Tx, table: TableOf, rows: readonly Kept[]): Promise<void> {
  if (rows.length > 0) await tx.sql(`delete from telemetry_engine.${table} where id = any($1::uuid[])`, [rows.map((row) => row.id)]);
}

async function update(tx: Tx, table: TableOf, rows: readonly { kept: Kept; found: Found; anew: boolean; revision: number }[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.sql(
    `update telemetry_engine.${table} t set from_at = u.from_at, to_at = u.to_at, decided_at = u.decided_at, revision = u.revision, body = coalesce(u.body, t.body),
           told_revision = case when u.told then u.revision else t.told_revision end
       from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::int[], $6::jsonb[], $7::bool[]) u(id, from_at, to_at, decided_at, revision, body, told) where t.id = u.id`,
    [
      rows.map((r) => r.kept.id),
      rows.map((r) => dateOf(r.found.from_ms)),
      rows.map((r) => (r.found.to_ms === undefined ? null : dateOf(r.found.to_ms))),
      rows.map((r) => dateOf(r.found.decided_ms)),
      rows.map((r) => r.revision),
      rows.map((r) => (r.anew ? JSON.stringify(r.found.body) : null)),
      rows.map((r) => r.anew && isTold(r.found)),
    ],
  );
}

async function insert(tx: Tx, table: TableOf, rows: readonly Written[]): Promise<void> {
  if (rows.length === 0) return;
  const subject = table === 'detection';
  await tx.sql(
    `insert into telemetry_engine.${table} (id, account_id, vehicle_no, vehicle_id, kind, from_at, to_at, decided_at, revision, told_revision, body${subject ? ', subject' : ''})
     select f.id, $1, f.vehicle_no, f.vehicle_id, f.kind, f.from_at, f.to_at, f.decided_at, 1, case when f.told then 1 end, f.body${subject ? ', f.subject' : ''}
       from unnest($2::uuid[], $3::int[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[], ${arrayOfTexts('$9')}::jsonb[], $10::bool[]${subject ? ', $11::text[]' : ''})
            as f(id, vehicle_no, vehicle_id, kind, from_at, to_at, decided_at, body, told${subject ? ', subject' : ''})`,
    [
      tx.accountId,
      rows.map((r) => r.id),
      rows.map((r) => r.vehicle.vehicle_no),
      rows.map((r) => r.vehicle.id),
      rows.map((r) => r.found.kind),
      rows.map((r) => dateOf(r.found.from_ms)),
      rows.map((r) => (r.found.to_ms === undefined ? null : dateOf(r.found.to_ms))),
      rows.map((r) => dateOf(r.found.decided_ms)),
      jsonTexts(rows.map((r) => JSON.stringify(r.found.body))),
      rows.map((r) => r.news),
      ...(subject ? [rows.map((r) => r.found.subject)] : []),
    ],
  );
}

export interface Progress {
  vehicle_no: number;
  head: { at_ms: number; state: string; closes_ms: number | undefined } | undefined;
  checkpoints: readonly Checkpoint[];
}

export async function writeProgress(tx: Tx, progress: readonly Progress[]): Promise<void> {
  const heads = progress.flatMap(({ vehicle_no, head }) => (head ? [{ vehicle_no, ...head }] : []));
  if (heads.length > 0) {
    await tx.sql(writeHeads, [
      tx.accountId,
      numberArray(heads.map((h) => h.vehicle_no)),
      numberArray(heads.map((h) => h.at_ms / 1000)),
      nullableArray(heads.map((h) => (h.closes_ms === undefined ? null : h.closes_ms / 1000))),
      jsonTexts(heads.map((h) => h.state)),
    ]);
  }
  const points = progress.flatMap(({ vehicle_no, checkpoints }) => checkpoints.map((c) => ({ vehicle_no, ...c })));
  if (points.length === 0) return;
  await tx.sql(writeCheckpoints, [
    tx.accountId,
    numberArray(points.map((c) => c.vehicle_no)),
    numberArray(points.map((c) => c.slot_ms / 1000)),
    numberArray(points.map((c) => c.at_ms / 1000)),
    jsonTexts(points.map((c) => c.state)),
  ]);
}

const writeHeads = statement<object>(`
  insert into telemetry_engine.motion_head (vehicle_no, account_id, at, closes_at, state) select h.vehicle_no, $1, to_timestamp(h.at_s), to_timestamp(h.closes_s), h.state
    from unnest($2::int[], $3::float8[], $4::float8[], ${arrayOfTexts('$5')}) h(vehicle_no, at_s, closes_s, state)
  on conflict (vehicle_no) do update set at = excluded.at, closes_at = excluded.closes_at, state = excluded.state`);

const writeCheckpoints = statement<object>(`
  insert into telemetry_engine.motion_checkpoint (vehicle_no, slot_at, account_id, at, state) select c.vehicle_no, to_timestamp(c.slot_s), $1, to_timestamp(c.at_s), c.state
    from unnest($2::int[], $3::float8[], $4::float8[], ${arrayOfTexts('$5')}) c(vehicle_no, slot_s, at_s, state)
  on conflict (vehicle_no, slot_at) do update set at = excluded.at, state = excluded.state`);
