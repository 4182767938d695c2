import type { ReadTx } from '@fleet/platform/database';
import { invalid, Where, type Page } from '@fleet/platform/http';
import type { Box } from './bbox';
import { stateOf, stateSql, type MotionState } from './state';
import type { LastPositionView } from './telemetry.dto';

export type LastRow = LastPositionView & { vehicle_no: number };

const columns = `l.vehicle_no, l.vehicle_id, l.at, l.received_at, l.lat, l.lon, l.position_at, l.heading_deg, l.speed_kmh, l.ignition, l.odometer_km, l.fuel_level_l, l.fuel_level_pct, l.voltage_v`;

export interface LastFilter {
  box?: Box | undefined;
  state?: MotionState | undefined;
  /** Vehicles the caller may see; undefined means all of the account. */
  numbers?: number[] | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** The last word of each vehicle, by its number. */
export async function lastPage(tx: ReadTx, now: Date, filter: LastFilter): Promise<Page<LastRow>> {
  const where = new Where().and('l.account_id = ?', tx.accountId).and('l.vehicle_no = any(?)', filter.numbers).and('l.vehicle_no > ?', afterOf(filter.cursor));
  if (filter.box) {
    const { west, south, east, north } = filter.box;
    where.and('l.lat >= ?', south).and('l.lat <= ?', north);
    where.params.push(west, east);
    // Across the date line the two halves of the box are joined instead of cut.
    where.and(`(l.lon >= $${where.params.length - 1} ${west <= east ? 'and' : 'or'} l.lon <= $${where.params.length})`);
  }
  return pageOf(tx, now, filter, where);
}

async function pageOf(tx: ReadTx, now: Date, filter: LastFilter, where: Where): Promise<Page<LastRow>> {
  if (filter.state) {
    where.params.push(now, filter.state);
    where.and(`${stateSql(`$${where.params.length - 1}`)} = $${where.params.length}`);
  }
  where.params.push(filter.limit + 1);
  const rows = await tx.sql<LastRow>(`select ${columns} from telemetry_engine.last_position l ${where.text} order by l.vehicle_no limit $${where.params.length}`, where.params);
  const items = rows.slice(0, filter.limit).map((row) => ({ ...row, state: stateOf(row, now.getTime()) }));
  return { items, next_cursor: rows.length > filter.limit ? String(items.at(-1)?.vehicle_no) : null };
}

function afterOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (!/^\d{1,9}$/.test(cursor)) throw invalid('BAD_CURSOR', 'The cursor does not belong to this list. Start again without it.');
  return Number(cursor);
}

/** Those whose last word was written after a moment, as the database tells the time. */
export function lastChangedSince(tx: ReadTx, since: Date): Promise<(LastRow & { flushed_at: Date })[]> {
  return tx.sql(`select ${columns}, l.flushed_at from telemetry_engine.last_position l where l.account_id = $1 and l.flushed_at > $2`, [tx.accountId, since]);
}

export async function lastOf(tx: ReadTx, vehicleNos: readonly number[]): Promise<Omit<LastRow, 'state'>[]> {
  return tx.sql<LastRow>(`select ${columns} from telemetry_engine.last_position l where l.vehicle_no = any($1::int[])`, [vehicleNos]);
}
