import { statement, type ReadTx } from '@fleet/platform/database';
import { marks, markNames } from '../pipeline/reasons';
import { gapMs, type Span } from './history';
import type { GapView, TrustView } from './telemetry.dto';

interface Figures {
  samples: number;
  delay_s_median: number | null;
  delay_s_p95: number | null;
  late: number;
  [mark: string]: number | null;
}

const figures = statement<Figures>(`
  select count(*)::int as samples, percentile_cont(0.5) within group (order by delay_ms) / 1000 as delay_s_median, percentile_cont(0.95) within group (order by delay_ms) / 1000 as delay_s_p95,
         (count(*) filter (where delay_ms > 60000))::int as late,
         ${markNames.map((name) => `(count(*) filter (where flags & ${marks[name]} <> 0))::int as ${name}`).join(', ')}
    from telemetry_engine.reading where vehicle_no = $1 and at > $2 and at <= $3`);
// The span's own ends count: a vehicle silent since yesterday has a gap although no sample ends it.
const gaps = statement<GapView & { total: number; total_minutes: number }>(`
  with heard as (
    select at from telemetry_engine.reading where vehicle_no = $1 and at > $2 and at <= $3 union all select $2::timestamptz union all select $3::timestamptz),
  silence as (select lag(at) over (order by at) as from_at, at as to_at from heard)
  select from_at, to_at, extract(epoch from to_at - from_at)::float8 / 60 as minutes, (count(*) over ())::int as total, sum(extract(epoch from to_at - from_at)::float8 / 60) over () as total_minutes
    from silence where to_at - from_at > $4 * interval '1 ms' order by minutes desc limit 100`);
const duplicates = statement<{ n: number }>(`select coalesce(sum(duplicates), 0)::int as n from telemetry_engine.daily_tally where vehicle_no = $1 and on_day between $2::date and $3::date`);
const rejected = statement<{ reason: string; n: number }>(`
  select reason, count(*)::int as n from telemetry_engine.quarantine
   where account_id = $1 and (vehicle_id = $2 or device_id = any($3)) and received_at > $4 and received_at <= $5 and replayed_at is null group by reason`);

/** How far the figures of a vehicle can be relied on: before anybody argues about a kilometre, look here. */
export async function trustOf(tx: ReadTx, vehicle: { id: string; vehicle_no: number }, devices: readonly string[], span: Span, lastAt: Date | undefined): Promise<TrustView> {
  const { id, vehicle_no: no } = vehicle;
  const [counted] = await tx.sql(figures, [no, span.from, span.to]);
  const silences = await tx.sql(gaps, [no, span.from, span.to, gapMs]);
  const [twice] = await tx.sql(duplicates, [no, span.from.toISOString().slice(0, 10), span.to.toISOString().slice(0, 10)]);
  const aside = await tx.sql(rejected, [tx.accountId, id, devices, span.from, span.to]);
  const minutes = (span.to.getTime() - span.from.getTime()) / 60_000;
  return {
    vehicle_id: id,
    from_at: span.from,
    to_at: span.to,
    last_at: lastAt ?? null,
    freshness_s: lastAt ? Math.round((span.to.getTime() - lastAt.getTime()) / 1000) : null,
    samples: counted?.samples ?? 0,
    delay_s_median: counted?.delay_s_median ?? null,
    delay_s_p95: counted?.delay_s_p95 ?? null,
    late: counted?.late ?? 0,
    duplicates: twice?.n ?? 0,
    marked: Object.fromEntries(markNames.map((name) => [name, counted?.[name] ?? 0])),
    rejected: Object.fromEntries(aside.map(({ reason, n }) => [reason, n])),
    gap_count: silences[0]?.total ?? 0,
    coverage: Math.max(0, 1 - (silences[0]?.total_minutes ?? 0) / minutes),
    gaps: silences.map(({ from_at, to_at, minutes: m }) => ({ from_at, to_at, minutes: Math.round(m * 10) / 10 })),
  };
}
