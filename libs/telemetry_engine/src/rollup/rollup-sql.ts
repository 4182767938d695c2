import { statement } from '@fleet/platform/database';
import { bucketMs, jumpKmh, jumpMinM } from '../pipeline/limits';
import { movingAboveKmh, parkedSilentMs, placedAboveKmh, silentMs } from '../trips/step';
import { bandCount, bandKmh, bands, figureColumns, summed } from './figures';

const columns = 'at, account_no, lat_x1e7, lon_x1e7, speed_kmh_x100, flags, fuel_rate_lph_x100';
const bucket = `interval '${bucketMs / 1000} s'`;
const reach = `interval '${parkedSilentMs / 1000} s'`;
const ms = (interval: string): string => `(date_part('epoch', ${interval}) * 1000)`;
const next = (column: string): string => `lead(${column}) over w as c_${column}`;
const updated = [...figureColumns.slice(1), 'first_ms', 'last_ms'].map((name) => `${name} = excluded.${name}`).join(', ');

/**
 * Buckets of five minutes from their samples, the last sample before and the first one after. Each pair of neighbours is
 * judged as trips/step.ts does, and counts in a bucket for the part of it that lies inside. `offset 0` keeps the planner from
 * writing an expression out again for each of its readers. Answers buckets whose neighbours see another first or last
 * sample now: they must be computed anew too.
 */
export const replaceFiveMinutes = statement<{ vehicle_no: number; from_at: Date; to_at: Date }>(`
  with wanted as materialized (select vehicle_no, at from unnest($1::int[], $2::timestamptz[]) w(vehicle_no, at)),
  raw as (
    select w.vehicle_no, w.at as bucket_at, s.*
      from wanted w cross join lateral (
        (select ${columns} from telemetry_engine.sample b where b.vehicle_no = w.vehicle_no and b.at < w.at and b.at >= w.at - ${reach} order by b.at desc limit 1)
        union all
        (select ${columns} from telemetry_engine.sample i where i.vehicle_no = w.vehicle_no and i.at >= w.at and i.at < w.at + ${bucket})
        union all
        (select ${columns} from telemetry_engine.sample a where a.vehicle_no = w.vehicle_no and a.at >= w.at + ${bucket} and a.at <= w.at + ${bucket} + ${reach} order by a.at limit 1)) s),
  pair as (
    select vehicle_no, bucket_at, account_no, at, lat_x1e7 as lat, lon_x1e7 as lon, speed_kmh_x100 as speed, flags, fuel_rate_lph_x100 as rate,
           ${['at', 'lat_x1e7', 'lon_x1e7', 'speed_kmh_x100', 'flags', 'fuel_rate_lph_x100'].map(next).join(', ')}
      from raw window w as (partition by vehicle_no, bucket_at order by at)),
  apart as (
    select *, ${ms('c_at - at')} as dt,
           case when lat is not null and c_lat_x1e7 is not null and flags & 12 <> 4 and c_flags & 12 <> 4 then
             111195.08 * sqrt(((c_lat_x1e7 - lat) / 1e7::float8) ^ 2 +
               ((case when c_lon_x1e7::float8 - lon > 18e8 then c_lon_x1e7::float8 - lon - 36e8 when c_lon_x1e7::float8 - lon < -18e8 then c_lon_x1e7::float8 - lon + 36e8 else c_lon_x1e7::float8 - lon end
                / 1e7) * cos(radians((lat::float8 + c_lat_x1e7) / 2e7))) ^ 2) end as m
      from pair offset 0),
  speed as (
    select *, coalesce(m <= ${jumpMinM} or m * 3600 / dt <= ${jumpKmh}, true) as plausible, (flags & 1 = 1 and flags & 2 = 2) or (flags & 1 = 0 and c_flags & 3 = 3) as ignition
      from apart offset 0),
  mean as (
    select *, coalesce((coalesce(speed, c_speed_kmh_x100)::float8 + coalesce(c_speed_kmh_x100, speed)) / 200,
                       case when plausible and m * 3600 / dt > ${placedAboveKmh} then m * 3600 / dt end, 0) as kmh
      from speed offset 0),
  judged as (
    select *, c_at is not null and dt <= case when kmh <= ${movingAboveKmh} and not ignition and coalesce(m <= ${jumpMinM}, true) then ${parkedSilentMs} else ${silentMs} end as known,
           greatest(0, ${ms(`least(c_at, bucket_at + ${bucket}) - greatest(at, bucket_at)`)}) as inside,
           at >= bucket_at and at < bucket_at + ${bucket} as own, ${ms('at - bucket_at')} as offset_ms
      from mean offset 0),
  counted as (
    select *, known and kmh > ${movingAboveKmh} as moving, least(${bandCount - 1}, floor(kmh / ${bandKmh})) as band,
           case when plausible and m is not null then m else kmh * dt / 3600 end * inside / dt as part_m,
           (coalesce(rate, c_fuel_rate_lph_x100)::float8 + coalesce(c_fuel_rate_lph_x100, rate)) / 200 * inside / 3600 as part_ml,
           own and speed is not null and not coalesce(lag(speed) over w is not null and at - lag(at) over w <= interval '30 s'
             and (speed - lag(speed) over w) / 100.0 > greatest(60, 40 * date_part('epoch', at - lag(at) over w)), false) as fair
      from judged window w as (partition by vehicle_no, bucket_at order by at) offset 0),
  fresh as materialized (
    select vehicle_no, min(account_no) as account_no, bucket_at as at,
           round(coalesce(sum(part_m) filter (where moving), 0)) as distance_m,
           round(coalesce(sum(inside) filter (where moving), 0)) as moving_ms,
           round(coalesce(sum(inside) filter (where known and not moving and ignition), 0)) as idle_ms,
           round(coalesce(sum(inside) filter (where known and not moving and not ignition), 0)) as stopped_ms,
           round(sum(part_ml) filter (where known and inside > 0)) as fuel_ml,
           count(*) filter (where own) as samples,
           round((max(speed) filter (where fair)) / 10.0) as speed_max_x10,
           round(min(offset_ms) filter (where own)) as first_ms, round(max(offset_ms) filter (where own)) as last_ms,
           min(at) filter (where at < bucket_at) as before_at, max(at) filter (where at >= bucket_at + ${bucket}) as after_at,
           ${bands.map((name, band) => `round(coalesce(sum(inside) filter (where moving and band = ${band}), 0) / 100) as ${name}`).join(', ')}
      from counted group by vehicle_no, bucket_at),
  known as materialized (select o.vehicle_no, o.at, o.first_ms, o.last_ms from telemetry_engine.rollup_5m o join wanted w on o.vehicle_no = w.vehicle_no and o.at = w.at),
  written as (
    insert into telemetry_engine.rollup_5m as r (at, ${figureColumns.join(', ')}, first_ms, last_ms)
    select f.at, ${figureColumns.map((name) => (name.startsWith('harsh') ? `h.${name}` : `f.${name}`)).join(', ')}, f.first_ms, f.last_ms
      from fresh f cross join lateral (
        select count(*) filter (where kind = 'harsh_acceleration') as harsh_accelerations, count(*) filter (where kind = 'harsh_braking') as harsh_brakings,
               count(*) filter (where kind = 'harsh_cornering') as harsh_cornerings
          from telemetry_engine.detection d
         where d.vehicle_no = f.vehicle_no and d.from_at >= f.at and d.from_at < f.at + ${bucket} and d.kind in ('harsh_acceleration', 'harsh_braking', 'harsh_cornering')) h
     where f.samples > 0 or f.moving_ms + f.idle_ms + f.stopped_ms > 0
     order by f.vehicle_no, f.at
    on conflict (vehicle_no, at) do update set ${updated}),
  gone as (
    delete from telemetry_engine.rollup_5m r using known k
     where r.vehicle_no = k.vehicle_no and r.at = k.at
       and not exists (select from fresh f where f.vehicle_no = k.vehicle_no and f.at = k.at and (f.samples > 0 or f.moving_ms + f.idle_ms + f.stopped_ms > 0))),
  hours as (
    insert into telemetry_engine.rollup_work (grain, lane, at, vehicle_no)
    select distinct 60, w.vehicle_no % $3::int, date_trunc('hour', w.at, a.time_zone), w.vehicle_no
      from wanted w left join fresh f on f.vehicle_no = w.vehicle_no and f.at = w.at
      left join telemetry_engine.account_number n on n.account_no = f.account_no left join auth.account a on a.id = n.account_id
     where a.time_zone is not null)
  select f.vehicle_no, date_bin(${bucket}, f.before_at, 'epoch') as from_at, f.at - ${bucket} as to_at
    from fresh f left join known k on k.vehicle_no = f.vehicle_no and k.at = f.at where f.before_at is not null and f.first_ms is distinct from k.first_ms
  union all
  select f.vehicle_no, f.at + ${bucket}, date_bin(${bucket}, f.after_at, 'epoch')
    from fresh f left join known k on k.vehicle_no = f.vehicle_no and k.at = f.at where f.after_at is not null and f.last_ms is distinct from k.last_ms`);

const sums = summed.map((name) => `sum(r.${name}) as ${name}`).join(', ');
const longColumns = figureColumns.join(', ');
const longUpdated = figureColumns.slice(1).map((name) => `${name} = excluded.${name}`).join(', ');
const longValues = figureColumns.map((name) => (name === 'vehicle_no' ? 's.vehicle_no' : `s.${name}`)).join(', ');

export const replaceHours = `
  with wanted as materialized (select distinct vehicle_no, at from unnest($1::int[], $2::timestamptz[]) w(vehicle_no, at)),
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
      from unnest($1::int[], $2::timestamptz[]) w(vehicle_no, at)
      cross join lateral (select h.account_no from telemetry_engine.rollup_hour h where h.vehicle_no = w.vehicle_no limit 1) h
      join telemetry_engine.account_number n on n.account_no = h.account_no join auth.account a on a.id = n.account_id),
  s as (
    select w.vehicle_no, w.on_day, w.from_at, w.to_at, min(r.account_no) as account_no, max(r.speed_max_x10) as speed_max_x10, ${sums}
      from wanted w join telemetry_engine.rollup_hour r on r.vehicle_no = w.vehicle_no and r.at >= w.from_at and r.at < w.to_at group by w.vehicle_no, w.on_day, w.from_at, w.to_at),
  gone as (delete from telemetry_engine.rollup_day d using wanted w where d.vehicle_no = w.vehicle_no and d.on_day = w.on_day and not exists (select from s where s.vehicle_no = w.vehicle_no and s.on_day = w.on_day))
  insert into telemetry_engine.rollup_day (on_day, from_at, to_at, ${longColumns}) select s.on_day, s.from_at, s.to_at, ${longValues} from s
  on conflict (vehicle_no, on_day) do update set from_at = excluded.from_at, to_at = excluded.to_at, ${longUpdated}`;
