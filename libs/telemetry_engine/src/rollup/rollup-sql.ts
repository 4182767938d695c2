import { statement } from '@fleet/platform/database';
import { bucketMs } from '../pipeline/limits';
import { figureColumns, summed } from './figures';

const bucket = `interval '${bucketMs / 1000} s'`;
export const harshCounts = statement<{ vehicle_no: number; bucket_s: number; accelerations: number; brakings: number; cornerings: number }>(`
  select vehicle_no, date_part('epoch', date_bin(${bucket}, from_at, 'epoch')) as bucket_s, (count(*) filter (where kind = 'harsh_acceleration'))::int as accelerations,
         (count(*) filter (where kind = 'harsh_braking'))::int as brakings, (count(*) filter (where kind = 'harsh_cornering'))::int as cornerings
    from telemetry_engine.detection
   where vehicle_no = any($1::int[]) and from_at >= to_timestamp($2) and from_at < to_timestamp($3) and kind in ('harsh_acceleration', 'harsh_braking', 'harsh_cornering')
   group by 1, 2`);

/** An hour begins where it does on the account's clocks. */
const noteHours = (rows: string): string => `
  insert into telemetry_engine.rollup_work (grain, lane, at, vehicle_no)
  select distinct 60, r.vehicle_no % $1::int, date_trunc('hour', r.at, a.time_zone), r.vehicle_no from ${rows} r cross join auth.account a where a.id = $2`;

/** Of rows that are there, so that nothing is noted for five minutes that never had anything. */
export const dropFiveMinutes = statement<object>(`
  with gone as (
    delete from telemetry_engine.rollup_5m r using (select vehicle_no, to_timestamp(bucket_s) as at from unnest($3::int[], $4::float8[]) w(vehicle_no, bucket_s)) w
     where r.vehicle_no = w.vehicle_no and r.at = w.at returning r.vehicle_no, r.at)
  ${noteHours('gone')}`);

const typeOf = (name: string): string => (name === 'bucket_s' ? 'float8' : 'int');
const fiveColumns = figureColumns.filter((name) => name !== 'account_no');
const fiveGiven = ['bucket_s', ...fiveColumns];
const fiveUpdated = fiveColumns.slice(1).map((name) => `${name} = excluded.${name}`).join(', ');

/** Columns in the order of `fiveGiven`. */
export const writeFiveMinutes = statement<object>(`
  with r as materialized (select to_timestamp(bucket_s) as at, ${fiveColumns.join(', ')} from unnest(${fiveGiven.map((name, i) => `$${i + 3}::${typeOf(name)}[]`).join(', ')}) r(${fiveGiven.join(', ')})),
  written as (
    insert into telemetry_engine.rollup_5m (at, account_no, ${fiveColumns.join(', ')})
    select r.at, n.account_no, ${fiveColumns.map((name) => `r.${name}`).join(', ')} from r cross join telemetry_engine.account_number n where n.account_id = $2
    on conflict (vehicle_no, at) do update set ${fiveUpdated})
  ${noteHours('r')}`);

const sums = summed.map((name) => `sum(r.${name}) as ${name}`).join(', ');
const longColumns = figureColumns.join(', ');
const longUpdated = figureColumns.slice(1).map((name) => `${name} = excluded.${name}`).join(', ');
const longValues = figureColumns.map((name) => (name === 'vehicle_no' ? 's.vehicle_no' : `s.${name}`)).join(', ');

export const replaceHours = `
  with wanted as materialized (select distinct vehicle_no, to_timestamp(at_s) as at from unnest($1::int[], $2::float8[]) w(vehicle_no, at_s)),
  s as (
    select w.vehicle_no, w.at, min(r.account_no) as account_no, max(r.speed_max_x10) as speed_max_x10, ${sums}
      from wanted w join telemetry_engine.rollup_5m r on r.vehicle_no = w.vehicle_no and r.at >= w.at and r.at < w.at + interval '1 hour' group by w.vehicle_no, w.at),
  gone as (delete from telemetry_engine.rollup_hour h using wanted w where h.vehicle_no = w.vehicle_no and h.at = w.at and not exists (select from s where s.vehicle_no = w.vehicle_no and s.at = w.at)),
  days as (
    insert into telemetry_engine.rollup_work (grain, lane, at, vehicle_no)
    select distinct 1440, s.vehicle_no % $3::int, date_trunc('day', s.at, a.time_zone), s.vehicle_no
      from s join telemetry_engine.account_number n on n.account_no = s.account_no join auth.account a on a.id = n.account_id)
  insert into telemetry_engine.rollup_hour (at, ${longColumns}) select s.at, ${longValues} from s on conflict (vehicle_no, at) do update set ${longUpdated}`;

/** A day is as long as it is in the account's zone: 23 or 25 hours when the clocks change. */
export const replaceDays = `
  with wanted as materialized (
    select distinct w.vehicle_no, (w.at at time zone a.time_zone)::date as on_day, w.at as from_at,
           ((w.at at time zone a.time_zone)::date + 1)::timestamp at time zone a.time_zone as to_at
      from (select vehicle_no, to_timestamp(at_s) as at from unnest($1::int[], $2::float8[]) u(vehicle_no, at_s)) w
      cross join lateral (select h.account_no from telemetry_engine.rollup_hour h where h.vehicle_no = w.vehicle_no limit 1) h
      join telemetry_engine.account_number n on n.account_no = h.account_no join auth.account a on a.id = n.account_id),
  s as (
    select w.vehicle_no, w.on_day, w.from_at, w.to_at, min(r.account_no) as account_no, max(r.speed_max_x10) as speed_max_x10, ${sums}
      from wanted w join telemetry_engine.rollup_hour r on r.vehicle_no = w.vehicle_no and r.at >= w.from_at and r.at < w.to_at group by w.vehicle_no, w.on_day, w.from_at, w.to_at),
  gone as (delete from telemetry_engine.rollup_day d using wanted w where d.vehicle_no = w.vehicle_no and d.on_day = w.on_day and not exists (select from s where s.vehicle_no = w.vehicle_no and s.on_day = w.on_day))
  insert into telemetry_engine.rollup_day (on_day, from_at, to_at, ${longColumns}) select s.on_day, s.from_at, s.to_at, ${longValues} from s
  on conflict (vehicle_no, on_day) do update set from_at = excluded.from_at, to_at = excluded.to_at, ${longUpdated}`;
