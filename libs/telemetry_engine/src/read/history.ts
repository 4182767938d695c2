import { statement, type ReadTx } from '@fleet/platform/database';
import { invalid } from '@fleet/platform/http';
import { keepMs } from '../pipeline/limits';
import { marks, namesOfMarks } from '../pipeline/reasons';
import type { HistoryPointView } from './telemetry.dto';

/** A silence this long is a gap: what happened meanwhile nobody knows. */
export const gapMs = 5 * 60_000;
const pointsAim = 2000;
const pointsMax = 10_000;

export interface Span {
  from: Date;
  to: Date;
}

/** The last day unless said; nothing is kept longer than a week, so nothing longer is asked for. */
export function spanOf(said: { from?: string; to?: string }, now: Date): Span {
  const to = said.to ? new Date(said.to) : now;
  const from = said.from ? new Date(said.from) : new Date(to.getTime() - 86_400_000);
  if (from >= to) throw invalid('BAD_SPAN', 'from must be before to.', { errors: [{ field: 'from', code: 'too_large', detail: 'from must be before to' }] });
  if (to.getTime() - from.getTime() > keepMs + 86_400_000) throw invalid('SPAN_TOO_LONG', 'Raw samples are kept for a week. Ask for at most eight days.', { errors: [{ field: 'from', code: 'too_small', detail: 'from must be at most eight days before to' }] });
  return { from, to };
}

export function stepOf(span: Span, step: number | undefined): number {
  const seconds = (span.to.getTime() - span.from.getTime()) / 1000;
  const chosen = step ?? Math.max(1, Math.ceil(seconds / pointsAim));
  if (seconds / chosen > pointsMax) throw invalid('STEP_TOO_FINE', `This would be ${Math.ceil(seconds / chosen)} points; at most ${pointsMax} are answered. Take a larger step or a shorter span.`);
  return chosen;
}

// Gaps are found among all samples, before any is left out; a point is a real sample, preferably one with a trusted place.
const points = statement<HistoryPointView & { flags: number }>(`
  with raw as (
    select at, flags, lat, lon, speed_kmh, heading_deg, ignition, odometer_km, fuel_level_l, fuel_level_pct,
           coalesce(at - lag(at) over (order by at) > $5 * interval '1 ms', false) as after_gap
      from telemetry_engine.reading where vehicle_no = $1 and at >= $2 and at <= $3),
  cut as (select *, (sum(after_gap::int) over (order by at))::int as segment from raw)
  select distinct on (segment, bucket) at, flags, lat, lon, speed_kmh, heading_deg, ignition, odometer_km, fuel_level_l, fuel_level_pct, segment
    from (select *, floor(extract(epoch from at - $2::timestamptz) / $4) as bucket from cut) c
   order by segment, bucket, (lat is null or flags & ${marks.jump} <> 0), at`);

export async function historyPoints(tx: ReadTx, vehicleNo: number, span: Span, stepS: number): Promise<HistoryPointView[]> {
  const rows = await tx.sql(points, [vehicleNo, span.from, span.to, stepS, gapMs]);
  return rows.map((row) => ({ ...row, marks: namesOfMarks(row.flags) }));
}
