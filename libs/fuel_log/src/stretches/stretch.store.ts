import { statement, type ReadTx, type Tx } from '@fleet/platform/database';
import { filledColumns } from '../fill_ups/fill-up.store';
import { stretchesOf } from '../rules/efficiency';
import { keptOf, type Bought, type KeptStretch } from '../rules/segment';
import type { Tally } from '../rules/tally';

export const groupings = ['vehicle', 'driver', 'park', 'department', 'fuel_type'] as const;
export type Grouping = (typeof groupings)[number];
export const keyColumn = { vehicle: 'vehicle_id', driver: 'driver_id', park: 'park_id', department: 'department', fuel_type: 'fuel_type' } as const satisfies Record<Grouping, keyof KeptStretch>;

const marked = statement<{ vehicle_id: string }>('select vehicle_id from fuel_log.stretch_stale where account_id = $1 and ($2::uuid[] is null or vehicle_id = any($2))');

/** Vehicles whose kept stretches do not count at the moment. Ask before reading the kept ones, never after. */
export async function staleVehicles(tx: ReadTx, vehicleIds: readonly string[] | undefined): Promise<string[]> {
  return (await tx.sql(marked, [tx.accountId, vehicleIds ?? null])).map((row) => row.vehicle_id);
}

const bought = `${filledColumns}, f.vehicle_id, f.park_id, f.department, f.driver_id, f.fuel_type, f.total_cost_minor::float8 as cost, f.currency`;
const fillsOf = statement<Bought>(`select ${bought} from fuel_log.fill_up f where f.vehicle_id = any($1::uuid[]) and f.state <> 'voided' order by f.vehicle_id, f.fuel_date, f.id`);
/**
 * Where a vehicle has to be read from, for what ends at or after a moment to come out as if all of it were read: the last full
 * tank of each kind whose reading counts; without any, the last reading; and the very first fill-up where trips alone tell the way.
 */
const lastFull = (kind: string): string => {
  const full = `fuel_log.fill_up o where o.vehicle_id = v.id and o.fuel_date < $2 and o.state = 'recorded' and o.is_full_tank and o.${kind} is not null`;
  return `coalesce((select max(o.fuel_date) from ${full} and o.odometer_km is not null and o.odometer_counts), case when exists (select from ${full}) then '-infinity'::timestamptz end)`;
};
const fillsSince = statement<Bought>(`
  with opened as materialized (
    select v.id, coalesce(least(${lastFull('fuel_l')}, ${lastFull('energy_kwh')}),
             (select max(o.fuel_date) from fuel_log.fill_up o where o.vehicle_id = v.id and o.fuel_date < $2 and o.state <> 'voided' and o.odometer_km is not null and o.odometer_counts), '-infinity') as at
      from unnest($1::uuid[]) v (id))
  select ${bought} from opened cross join lateral (
           select b.* from fuel_log.fill_up b where b.vehicle_id = opened.id and b.fuel_date >= opened.at and b.fuel_date < $3 and b.state <> 'voided' offset 0) f
   order by f.vehicle_id, f.fuel_date, f.id`);

/** Worked out from the fill-ups, as far as they end inside the period. */
export async function workedOut(tx: ReadTx, vehicleIds: readonly string[], period?: { from: Date; to: Date }): Promise<KeptStretch[]> {
  if (vehicleIds.length === 0) return [];
  const rows = period ? await tx.sql(fillsSince, [vehicleIds, period.from, period.to]) : await tx.sql(fillsOf, [vehicleIds]);
  const found: KeptStretch[] = [];
  for (let begin = 0, end = 0; begin < rows.length; begin = end) {
    while (end < rows.length && rows[end]?.vehicle_id === rows[begin]?.vehicle_id) end += 1;
    for (const stretch of stretchesOf(rows.slice(begin, end))) if (!period || stretch.to.at >= period.from) found.push(keptOf(stretch));
  }
  return found;
}

const figures = `s.vehicle_id, s.park_id, s.department, s.driver_id, s.fuel_type, s.from_at, s.to_at, s.distance_km::float8 as distance_km, s.fuel_l::float8 as fuel_l, s.energy_kwh::float8 as energy_kwh,
  s.cost_minor::float8 as cost_minor, s.currency, s.co2_kg::float8 as co2_kg, s.from_fill_up_id, s.fill_up_ids`;
const notStale = 'not exists (select from unnest($4::uuid[]) g (id) where g.id = s.vehicle_id)';
const keptOfFleet = statement<KeptStretch>(`select ${figures} from fuel_log.stretch s where s.account_id = $1 and s.to_at >= $2 and s.to_at < $3 and ${notStale} order by s.vehicle_id, s.to_at, s.to_fill_up_id`);
const keptOfVehicles = statement<KeptStretch>(`select ${figures} from fuel_log.stretch s where s.account_id = $1 and s.vehicle_id = any($5::uuid[]) and s.to_at >= $2 and s.to_at < $3 and ${notStale} order by s.vehicle_id, s.to_at, s.to_fill_up_id`);

export interface Asked {
  from: Date;
  to: Date;
  vehicleIds?: readonly string[] | undefined;
}

export async function kept(tx: ReadTx, { from, to, vehicleIds }: Asked, stale: readonly string[]): Promise<KeptStretch[]> {
  return vehicleIds ? tx.sql(keptOfVehicles, [tx.accountId, from, to, stale, vehicleIds]) : tx.sql(keptOfFleet, [tx.accountId, from, to, stale]);
}

export interface Filter {
  vehicle_id?: string | undefined;
  driver_id?: string | undefined;
  park_id?: string | undefined;
  department?: string | undefined;
}

/** What a tally of rules/tally.ts is, said to the database. */
const tallied = (by: Grouping): string => `
  select s.${keyColumn[by]}::text as key, count(*)::int as segments, sum(s.distance_km)::float8 as km,
         coalesce(sum(s.distance_km) filter (where s.fuel_l is not null), 0)::float8 as litre_km, sum(s.fuel_l)::float8 as fuel_l,
         coalesce(sum(s.distance_km) filter (where s.energy_kwh is not null), 0)::float8 as kwh_km, sum(s.energy_kwh)::float8 as energy_kwh,
         case when count(s.currency) = count(*) and min(s.currency) = max(s.currency) then sum(s.cost_minor)::float8 end as cost_minor,
         case when count(s.currency) = count(*) and min(s.currency) = max(s.currency) then min(s.currency) end as currency,
         case when count(s.co2_kg) = count(*) then sum(s.co2_kg)::float8 end as co2_kg
    from fuel_log.stretch s
   where s.account_id = $1 and s.to_at >= $2 and s.to_at < $3 and ${notStale} and ($5::uuid[] is null or s.park_id = any($5))
     and ($6::uuid is null or s.vehicle_id = $6) and ($7::uuid is null or s.driver_id = $7) and ($8::uuid is null or s.park_id = $8) and ($9::text is null or s.department = $9)
   group by s.${keyColumn[by]}`;
const talliedBy = Object.fromEntries(groupings.map((by) => [by, statement<Tally & { key: string | null }>(tallied(by))])) as Record<Grouping, ReturnType<typeof statement<Tally & { key: string | null }>>>;

export async function keptTallies(tx: ReadTx, { from, to }: Asked, by: Grouping, filter: Filter, stale: readonly string[]): Promise<(Tally & { key: string | null })[]> {
  return tx.sql(talliedBy[by], [tx.accountId, from, to, stale, tx.actor.parkIds, filter.vehicle_id ?? null, filter.driver_id ?? null, filter.park_id ?? null, filter.department ?? null]);
}

/** What is kept, and the type in which a whole column of it goes to the database: a list of records as JSON takes three times as long to read there. */
const sent = {
  to_fill_up_id: 'uuid', vehicle_id: 'uuid', park_id: 'uuid', department: 'text', driver_id: 'uuid', fuel_type: 'text', from_at: 'timestamptz', to_at: 'timestamptz', distance_km: 'numeric', fuel_l: 'numeric',
  energy_kwh: 'numeric', cost_minor: 'bigint', currency: 'text', co2_kg: 'numeric', from_fill_up_id: 'uuid', fill_up_ids: 'text',
} as const;
const sentNames = Object.keys(sent) as (keyof typeof sent)[];
const names = ['account_id', ...sentNames.filter((name) => name !== 'to_fill_up_id')];
const columns = names.join(', ');
const put = `
  with fresh as materialized (
    select $2::uuid as account_id, ${sentNames.map((name) => (name === 'fill_up_ids' ? 'f.fill_up_ids::uuid[] as fill_up_ids' : `f.${name}`)).join(', ')}
      from unnest(${sentNames.map((name, i) => `$${i + 3}::${sent[name]}[]`).join(', ')}) as f (${sentNames.join(', ')})
  ), gone as (
    delete from fuel_log.stretch s where s.vehicle_id = any($1::uuid[]) and not exists (select from fresh f where f.to_fill_up_id = s.to_fill_up_id)
  )
  insert into fuel_log.stretch (to_fill_up_id, ${columns}) select to_fill_up_id, ${columns} from fresh
  on conflict (to_fill_up_id) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}
   where (${names.map((name) => `stretch.${name}`).join(', ')}) is distinct from (${names.map((name) => `excluded.${name}`).join(', ')})`;

/** Lists of lists go as text: they are of different lengths. */
const valueOf = (s: KeptStretch, name: keyof typeof sent): unknown => (name === 'to_fill_up_id' ? s.fill_up_ids.at(-1) : name === 'fill_up_ids' ? `{${s.fill_up_ids.join(',')}}` : s[name]);

/** Takes some marked vehicles and keeps what their fill-ups say now, replacing what was kept. Answers how many vehicles. */
export async function keepSome(tx: Tx, most: number): Promise<number> {
  tx.withoutAudit('derived from recorded fill-ups');
  const vehicles = await tx.sql<{ vehicle_id: string }>(
    `delete from fuel_log.stretch_stale where vehicle_id in (select s.vehicle_id from fuel_log.stretch_stale s where s.account_id = $1 order by s.since, s.vehicle_id limit $2 for update skip locked) returning vehicle_id`,
    [tx.accountId, most],
  );
  const ids = vehicles.map((v) => v.vehicle_id);
  const fresh = await workedOut(tx, ids);
  if (ids.length > 0) await tx.sql(put, [ids, tx.accountId, ...sentNames.map((name) => fresh.map((s) => valueOf(s, name)))]);
  return ids.length;
}
