import { statement, type ReadTx, type Statement } from '@fleet/platform/database';
import { invalid, type Page } from '@fleet/platform/http';
import type { Period } from '../trips/trip.service';
import { bands, percentile, summed } from './figures';
import type { grains, RollupView } from './rollup.dto';

type Grain = (typeof grains)[number];
type Row = { from_at: Date; to_at: Date; on_day: string | null; speed_max_x10: number | null; fuel_ml: number | null } & Record<string, number>;

const columns = [...summed, 'speed_max_x10'].join(', ');
const rows = (table: string, from: string, to: string, day: string): Statement<Row> =>
  statement<Row>(`select ${from} as from_at, ${to} as to_at, ${day} as on_day, ${columns} from telemetry_engine.${table} where vehicle_no = $1 and ${from} >= $2 and ${from} < $3 order by ${from} limit $4`);

const byGrain: Record<Grain, Statement<Row>> = {
  '5m': rows('rollup_5m', 'at', `at + interval '5 minutes'`, 'null::text'),
  hour: rows('rollup_hour', 'at', `at + interval '1 hour'`, 'null::text'),
  day: rows('rollup_day', 'from_at', 'to_at', 'on_day::text'),
};
const widthMs: Record<Grain, number> = { '5m': 300_000, hour: 3_600_000, day: 90_000_000 };

/** Rollups that touch a period. The beginning of the last one is the cursor. */
export async function rollupPage(tx: ReadTx, vehicleNo: number, grain: Grain, period: Period, page: { now: Date; cursor: string | undefined; limit: number }): Promise<Page<RollupView>> {
  const from = page.cursor === undefined ? new Date(period.from.getTime() - widthMs[grain] + 1) : new Date(afterOf(page.cursor) + 1);
  const found = (await tx.sql(byGrain[grain], [vehicleNo, from, period.to, page.limit + 2])).filter((row) => row.to_at > period.from);
  const items = found.slice(0, page.limit).map((row) => viewOf(row, page.now));
  return { items, next_cursor: found.length > page.limit ? String(items.at(-1)?.from_at.getTime()) : null };
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

function viewOf(row: Row, now: Date): RollupView {
  const { from_at, to_at, on_day, speed_max_x10, fuel_ml } = row;
  const figure = (name: string): number => row[name] ?? 0;
  const max = speed_max_x10 === null ? null : speed_max_x10 / 10;
  const driven = bands.map((name) => figure(name) / 10);
  const passed = Math.max(0, Math.min(to_at.getTime(), now.getTime()) - from_at.getTime());
  const known = figure('moving_ms') + figure('idle_ms') + figure('stopped_ms');
  return {
    from_at,
    to_at,
    on_day,
    distance_km: figure('distance_m') / 1000,
    moving_s: tenth(figure('moving_ms') / 1000),
    idle_s: tenth(figure('idle_ms') / 1000),
    stopped_s: tenth(figure('stopped_ms') / 1000),
    no_data_s: tenth(Math.max(0, passed - known) / 1000),
    fuel_l: fuel_ml === null ? null : fuel_ml / 1000,
    speed_max_kmh: max,
    speed_p50_kmh: percentile(driven, 0.5, max),
    speed_p85_kmh: percentile(driven, 0.85, max),
    speed_p95_kmh: percentile(driven, 0.95, max),
    harsh_accelerations: figure('harsh_accelerations'),
    harsh_brakings: figure('harsh_brakings'),
    harsh_cornerings: figure('harsh_cornerings'),
    samples: figure('samples'),
  };
}

function afterOf(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) throw invalid('BAD_CURSOR', 'The cursor does not belong to this list. Start again without it.');
  return Number(cursor);
}
