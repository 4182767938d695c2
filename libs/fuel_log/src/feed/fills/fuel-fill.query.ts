import { invalid } from '@fleet/platform/http';
import type { Actor, ReadTx } from '@fleet/platform/database';
import type { FuelFillFilter, FuelFillView, FuelTotalsView } from './fuel-fill.dto';

interface Legs {
  feed: string;
  entered: string;
  params: unknown[];
}

interface Cursor {
  at: string;
  id: string;
}

export interface FillPage {
  items: FuelFillView[];
  next_cursor: string | null;
}

/**
 * One page of both kinds of fills. Each leg is cut to the page by its own index before they meet: through the union view
 * PostgreSQL would sort all of both first.
 */
export async function fillPage(tx: ReadTx, filter: FuelFillFilter, limit: number): Promise<FillPage> {
  const descending = sortOf(filter.sort);
  const way = descending ? 'desc' : 'asc';
  const { feed, entered, params } = await legs(tx, filter);
  let beyond = '';
  if (filter.cursor) {
    const { at, id } = decode(filter.cursor);
    params.push(at, id);
    beyond = ` and (fueled_at, id) ${descending ? '<' : '>'} ($${params.length - 1}::timestamptz, $${params.length})`;
  }
  params.push(limit + 1);
  const leg = (from: string): string => `(select *, fueled_at::text as _at from ${from}${beyond} order by fueled_at ${way}, id ${way} limit $${params.length})`;
  const both = [filter.source !== 'fill_up' ? leg(feed) : '', filter.source !== 'feed' ? leg(entered) : ''].filter(Boolean);
  const rows = await tx
    .sql<FuelFillView & { _at: string }>(`select * from (${both.join(' union all ')}) f order by fueled_at ${way}, id ${way} limit $${params.length}`, params)
    .catch((error: { code?: string }) => {
      throw filter.cursor && error.code?.startsWith('22') ? badCursor() : error;
    });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next_cursor: rows.length > limit && last ? encode({ at: last._at, id: last.id }) : null };
}

/** Every fill that fits, for exports that must not hold the whole table in memory. */
export async function* everyFill(tx: ReadTx, filter: FuelFillFilter): AsyncGenerator<FuelFillView[]> {
  let page = await fillPage(tx, filter, 1000);
  for (;;) {
    if (page.items.length > 0) yield page.items;
    if (!page.next_cursor) return;
    page = await fillPage(tx, { ...filter, cursor: page.next_cursor }, 1000);
  }
}

export async function fillTotals(tx: ReadTx, filter: FuelFillFilter): Promise<FuelTotalsView> {
  const { feed, entered, params } = await legs(tx, filter, { feed: 'fuel.records', feedWhere: 'counted' });
  const sums = (from: string, kwh: string): string => `select currency, count(*)::int as fills, count(amount_minor)::int as priced, sum(litres) as litres, ${kwh} as energy_kwh, sum(amount_minor) as amount_minor from ${from} group by currency`;
  const both = [filter.source !== 'fill_up' ? sums(feed, 'null::numeric') : '', filter.source !== 'feed' ? sums(entered, 'sum(energy_kwh)') : ''].filter(Boolean);
  const rows = await tx.sql<{ currency: string | null; fills: string; priced: string; litres: string | null; energy_kwh: string | null; amount_minor: string | null }>(
    `select currency, sum(fills) as fills, sum(priced) as priced, sum(litres) as litres, sum(energy_kwh) as energy_kwh, sum(amount_minor) as amount_minor from (${both.join(' union all ')}) f group by currency order by currency`,
    params,
  );
  const sum = (of: 'fills' | 'litres' | 'energy_kwh'): number => rows.reduce((total, row) => total + Number(row[of] ?? 0), 0);
  const money = rows.filter((r) => Number(r.priced) > 0).map((r) => ({ currency: r.currency, amount_minor: Number(r.amount_minor), fills: Number(r.priced) }));
  return { fills: sum('fills'), litres: Math.round(sum('litres') * 1000) / 1000, energy_kwh: sum('energy_kwh'), money };
}

/** Sums need nothing of the vehicle, so they read the records alone. */
async function legs(tx: ReadTx, filter: FuelFillFilter, from = { feed: 'reporting.v_feed_fills', feedWhere: '' }): Promise<Legs> {
  const params: unknown[] = [tx.accountId];
  const conditions = ['account_id = $1'];
  const and = (condition: string, value: unknown): void => {
    if (value === undefined) return;
    params.push(value);
    conditions.push(condition.replace('?', `$${params.length}`));
  };
  and('plate_norm = fuel.norm_plate(?)', filter.plate);
  and('department = ?', filter.department);
  and('fuel_type = ?', filter.fuel_type);
  and('fueled_at >= ?::timestamptz', filter.from);
  and('fueled_at < ?::timestamptz', filter.to);
  and('vehicle_id = any(?)', await vehiclesOf(tx, filter));
  const where = conditions.join(' and ');
  return { feed: `${from.feed} where ${from.feedWhere ? `${from.feedWhere} and ` : ''}${where}`, entered: `reporting.v_entered_fills where ${where}`, params };
}

/** Which vehicles a city, a cost centre or the parks of a limited operator leave; undefined when nothing was said. */
async function vehiclesOf(tx: ReadTx, { city, cost_centre }: FuelFillFilter): Promise<string[] | undefined> {
  const { parkIds }: Actor = tx.actor;
  if (city === undefined && cost_centre === undefined && parkIds === null) return undefined;
  const rows = await tx.sql<{ id: string }>(
    `select id from transport_registry.vehicle where account_id = $1 and ($2::text is null or assigned_city = $2) and ($3::text is null or cost_centre = $3) and ($4::uuid[] is null or park_id = any($4))`,
    [tx.accountId, city ?? null, cost_centre ?? null, parkIds],
  );
  return rows.map((r) => r.id);
}

function sortOf(sort = '-fueled_at'): boolean {
  if (sort !== 'fueled_at' && sort !== '-fueled_at') throw invalid('UNKNOWN_SORT', `Cannot sort by ${sort}.`, { facts: { known: ['fueled_at'] } });
  return sort.startsWith('-');
}

const encode = ({ at, id }: Cursor): string => Buffer.from(JSON.stringify([at, id])).toString('base64url');

function decode(cursor: string): Cursor {
  try {
    const [at, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (typeof at === 'string' && typeof id === 'string') return { at, id };
  } catch {
    // fall through: any unreadable cursor is the same fault
  }
  throw badCursor();
}

const badCursor = () => invalid('BAD_CURSOR', 'The cursor does not belong to this list. Start again without it.');
