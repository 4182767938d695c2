import { statement } from '@fleet/platform/database';
import { bucketMs } from '../pipeline/limits';
import { parkedSilentMs } from '../trips/step';
import { stepColumns } from '../trips/point';
import { figureColumns, summed } from './figures';

const bucket = `interval '${bucketMs / 1000} s'`;
const reach = `interval '${parkedSilentMs / 1000} s'`;
const updated = [...figureColumns.slice(1), 'first_ms', 'last_ms'].map((name) => `${name} = excluded.${name}`).join(', ');
const columns = `account_no, ${stepColumns}`;

/** Samples of runs of buckets in order, with the number of their run, the last one before it and the first one after: from farther away nothing reaches in. */
export const samplesOfRuns = (vehicleNos: string, fromS: string, toS: string): string => `
  select r.n::int, s.*
    from (select n, vehicle_no, to_timestamp(from_s) as from_at, to_timestamp(to_s) as to_at
            from unnest('${vehicleNos}'::int[], '${fromS}'::float8[], '${toS}'::float8[]) with ordinality u(vehicle_no, from_s, to_s, n)) r
   cross join lateral (
     (select ${columns} from telemetry_engine.sample b where b.vehicle_no = r.vehicle_no and b.at < r.from_at and b.at >= r.from_at - ${reach} order by b.at desc limit 1)
     union all
     (select ${columns} from telemetry_engine.sample i where i.vehicle_no = r.vehicle_no and i.at >= r.from_at and i.at < r.to_at order by i.at)
     union all
     (select ${columns} from telemetry_engine.sample a where a.vehicle_no = r.vehicle_no and a.at >= r.to_at and a.at <= r.to_at + ${reach} order by a.at limit 1)) s`;

export const harshCounts = statement<{ vehicle_no: number; bucket_s: number; accelerations: number; brakings: number; cornerings: number }>(`
  select vehicle_no, date_part('epoch', date_bin(${bucket}, from_at, 'epoch')) as bucket_s, (count(*) filter (where kind = 'harsh_acceleration'))::int as accelerations,
         (count(*) filter (where kind = 'harsh_braking'))::int as brakings, (count(*) filter (where kind = 'harsh_cornering'))::int as cornerings
    from telemetry_engine.detection
   where vehicle_no = any($1::int[]) and from_at >= to_timestamp($2) and from_at < to_timestamp($3) and kind in ('harsh_acceleration', 'harsh_braking', 'harsh_cornering')
   group by 1, 2`);

export const edgesOf = statement<{ vehicle_no: number; bucket_s: number; first_ms: number | null; last_ms: number | null }>(`
  select r.vehicle_no, w.bucket_s, r.first_ms, r.last_ms from unnest($1::int[], $2::float8[]) w(vehicle_no, bucket_s)
   cross join lateral (select * from telemetry_engine.rollup_5m r where r.vehicle_no = w.vehicle_no and r.at = to_timestamp(w.bucket_s)) r`);

export const dropFiveMinutes = statement<object>(`
  delete from telemetry_engine.rollup_5m r using (select vehicle_no, to_timestamp(bucket_s) as at from unnest($1::int[], $2::float8[]) w(vehicle_no, bucket_s)) w where r.vehicle_no = w.vehicle_no and r.at = w.at`);

const typeOf = (name: string): string => (name === 'bucket_s' ? 'float8' : 'int');
const fiveColumns = ['bucket_s', ...figureColumns, 'first_ms', 'last_ms'];

/** Columns in the order of `fiveColumns`. Hours that these buckets lie in are noted: they begin where they do on the account's clocks. */
export const writeFiveMinutes = statement<object>(`
  with r as materialized (select * from unnest(${fiveColumns.map((name, i) => `$${i + 2}::${typeOf(name)}[]`).join(', ')}) r(${fiveColumns.join(', ')})),
  written as (
    insert into telemetry_engine.rollup_5m (at, ${fiveColumns.slice(1).join(', ')}) select to_timestamp(bucket_s), ${fiveColumns.slice(1).join(', ')} from r order by vehicle_no, bucket_s
    on conflict (vehicle_no, at) do update set ${updated})
  insert into telemetry_engine.rollup_work (grain, lane, at, vehicle_no)
  select distinct 60, r.vehicle_no % $1::int, date_trunc('hour', to_timestamp(r.bucket_s), a.time_zone), r.vehicle_no
    from r join telemetry_engine.account_number n on n.account_no = r.account_no join auth.account a on a.id = n.account_id`);

/** The same for buckets that are no more. */
export const noteHours = statement<object>(`
  insert into telemetry_engine.rollup_work (grain, lane, at, vehicle_no)
  select distinct 60, r.vehicle_no % $1::int, date_trunc('hour', to_timestamp(r.bucket_s), a.time_zone), r.vehicle_no
    from unnest($2::int[], $3::float8[], $4::int[]) r(vehicle_no, bucket_s, account_no)
    join telemetry_engine.account_number n on n.account_no = r.account_no join auth.account a on a.id = n.account_id`);

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
