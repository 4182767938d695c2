import { Injectable } from '@nestjs/common';
import { statement, type ReadTx } from '@fleet/platform/database';
import { segmentOf, type FuelSegment } from '../rules/segment';
import { figuresOf, Tallies, type SegmentSum } from '../rules/tally';
import { kept, keptTallies, keyColumn, staleVehicles, workedOut, type Asked, type Filter, type Grouping } from '../stretches/stretch.store';

export type { FuelSegment } from '../rules/segment';
export { sumOf, type SegmentSum } from '../rules/tally';
export type { Asked as FuelPeriod } from '../stretches/stretch.store';

export interface FuelTotal {
  vehicle_id: string;
  currency: string;
  fill_ups: number;
  fuel_l: number | null;
  energy_kwh: number | null;
  cost_minor: number;
  /** Minor units; only fill-ups whose price is known. */
  average_price_per_l: number | null;
  average_price_per_kwh: number | null;
  /** What was bought at a known price, and its cost: what averages over vehicles are made of. */
  priced_l: number | null;
  priced_l_cost: number | null;
  priced_kwh: number | null;
  priced_kwh_cost: number | null;
}

const totalsOf = (which: string): ReturnType<typeof statement<FuelTotal>> => statement<FuelTotal>(`
  select t.*, round((t.priced_l_cost / nullif(t.priced_l, 0))::numeric, 4)::float8 as average_price_per_l, round((t.priced_kwh_cost / nullif(t.priced_kwh, 0))::numeric, 4)::float8 as average_price_per_kwh
    from (select f.vehicle_id, f.currency, count(*)::int as fill_ups, sum(f.fuel_l)::float8 as fuel_l, sum(f.energy_kwh)::float8 as energy_kwh, coalesce(sum(f.total_cost_minor), 0)::float8 as cost_minor,
                 (sum(f.fuel_l) filter (where f.total_cost_minor is not null))::float8 as priced_l, (sum(f.total_cost_minor) filter (where f.fuel_l is not null))::float8 as priced_l_cost,
                 (sum(f.energy_kwh) filter (where f.total_cost_minor is not null))::float8 as priced_kwh, (sum(f.total_cost_minor) filter (where f.energy_kwh is not null))::float8 as priced_kwh_cost
            from fuel_log.fill_up f
           where f.account_id = $1 and f.fuel_date >= $2 and f.fuel_date < $3 and f.state = 'recorded' and ($4::uuid[] is null or f.park_id = any($4)) ${which}
           group by f.vehicle_id, f.currency) t
   order by t.vehicle_id, t.currency`);
/** One of them is read by month, the other by vehicle: a condition that may be either would be served by neither index. */
const totalsOfFleet = totalsOf('');
const totalsOfVehicles = totalsOf('and f.vehicle_id = any($5::uuid[])');

/** The fuel's read door: what was bought and how far it went, each figure with the fill-ups it came from. */
@Injectable()
export class FuelLookup {
  /** Segments that end inside the period, in the parks the caller may see. */
  async segments(tx: ReadTx, asked: Asked): Promise<FuelSegment[]> {
    const stale = await staleVehicles(tx, asked.vehicleIds);
    const found = [...(await kept(tx, asked, stale)), ...(await workedOut(tx, stale, asked))].filter((s) => maySee(tx, s.park_id));
    if (stale.length > 0) found.sort((a, b) => (a.vehicle_id < b.vehicle_id ? -1 : a.vehicle_id > b.vehicle_id ? 1 : a.to_at.getTime() - b.to_at.getTime()));
    return found.map(segmentOf);
  }

  /** All segments that end inside the period as one figure a group, without listing them. */
  async consumption(tx: ReadTx, asked: { from: Date; to: Date }, by: Grouping, filter: Filter = {}): Promise<{ groups: Map<string | null, SegmentSum>; total: SegmentSum }> {
    const stale = await staleVehicles(tx, filter.vehicle_id ? [filter.vehicle_id] : undefined);
    const tallies = new Tallies<string | null>();
    for (const { key, ...tally } of await keptTallies(tx, asked, by, filter, stale)) tallies.add(key, tally);
    for (const s of await workedOut(tx, stale, asked)) if (maySee(tx, s.park_id) && fits(s, filter)) tallies.addStretch(s[keyColumn[by]], s);
    return { groups: new Map([...tallies.by].map(([key, tally]) => [key, figuresOf(tally)])), total: figuresOf(tallies.total()) };
  }

  /** What was bought, by vehicle and currency: currencies are never added up. */
  async totals(tx: ReadTx, { from, to, vehicleIds }: Asked): Promise<FuelTotal[]> {
    const params = [tx.accountId, from, to, tx.actor.parkIds];
    return vehicleIds ? tx.sql(totalsOfVehicles, [...params, vehicleIds]) : tx.sql(totalsOfFleet, params);
  }
}

const maySee = (tx: ReadTx, parkId: string | null): boolean => tx.actor.parkIds === null || (parkId !== null && tx.actor.parkIds.includes(parkId));

export const fits = (segment: Pick<FuelSegment, 'vehicle_id' | 'driver_id' | 'park_id' | 'department'>, filter: Filter): boolean =>
  (['vehicle_id', 'driver_id', 'park_id', 'department'] as const).every((name) => filter[name] === undefined || filter[name] === segment[name]);
