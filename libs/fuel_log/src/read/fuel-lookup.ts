import { Injectable } from '@nestjs/common';
import { statement, type ReadTx } from '@fleet/platform/database';
import { filledColumns } from '../fill_ups/fill-up.store';
import { stretchesOf, type Filled } from '../rules/efficiency';
import { co2Kg, type FuelType } from '../rules/fuel';
import { consumption, rounded, type Consumption } from '../rules/units';

interface Bought extends Filled {
  vehicle_id: string;
  park_id: string | null;
  department: string | null;
  driver_id: string | null;
  fuel_type: FuelType;
  cost: number | null;
  currency: string;
}

/** From one full tank to the next, with everything it is made of. */
export interface FuelSegment extends Consumption {
  vehicle_id: string;
  park_id: string | null;
  department: string | null;
  /** Who bought all of it; null when there were several, or nobody knows. */
  driver_id: string | null;
  fuel_type: FuelType;
  from_at: Date;
  to_at: Date;
  distance_km: number;
  fuel_l: number | null;
  energy_kwh: number | null;
  /** Null when one of the fill-ups has no price, or they were paid in several currencies. */
  cost_minor: number | null;
  currency: string | null;
  cost_minor_per_km: number | null;
  co2_kg: number | null;
  /** The full tank it begins at; its own quantity does not count here. */
  from_fill_up_id: string;
  fill_up_ids: string[];
}

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

export interface FuelPeriod {
  from: Date;
  to: Date;
  vehicleIds?: readonly string[] | undefined;
}

const bought = `${filledColumns}, f.vehicle_id, f.park_id, f.department, f.driver_id, f.fuel_type, f.total_cost_minor::float8 as cost, f.currency`;
/** A segment belongs to the period in which it ends, so each vehicle is read from the full tank before the period, found once and by index. */
const openings = `
  with opened as materialized (
    select v.vehicle_id, coalesce(least(
             (select max(o.fuel_date) from fuel_log.fill_up o where o.vehicle_id = v.vehicle_id and o.fuel_date < $2 and o.state = 'recorded' and o.is_full_tank and o.fuel_l is not null),
             (select max(o.fuel_date) from fuel_log.fill_up o where o.vehicle_id = v.vehicle_id and o.fuel_date < $2 and o.state = 'recorded' and o.is_full_tank and o.energy_kwh is not null)), $2) as at
      from (VEHICLES) v)
  select ${bought} from opened cross join lateral (
           select b.* from fuel_log.fill_up b where b.vehicle_id = opened.vehicle_id and b.fuel_date >= opened.at and b.fuel_date < $3 and b.state <> 'voided' offset 0) f
   order by f.vehicle_id, f.fuel_date, f.id`;
const fillsOfFleet = statement<Bought>(openings.replace('VEHICLES', 'select distinct d.vehicle_id from fuel_log.fill_up d where d.account_id = $1 and d.fuel_date >= $2 and d.fuel_date < $3'));
const fillsOfVehicles = statement<Bought>(openings.replace('VEHICLES', 'select unnest($4::uuid[]) as vehicle_id where $1::uuid is not null'));
const totals = statement<FuelTotal>(`
  select t.*, round((t.priced_l_cost / nullif(t.priced_l, 0))::numeric, 4)::float8 as average_price_per_l, round((t.priced_kwh_cost / nullif(t.priced_kwh, 0))::numeric, 4)::float8 as average_price_per_kwh
    from (select f.vehicle_id, f.currency, count(*)::int as fill_ups, sum(f.fuel_l)::float8 as fuel_l, sum(f.energy_kwh)::float8 as energy_kwh, coalesce(sum(f.total_cost_minor), 0)::float8 as cost_minor,
                 (sum(f.fuel_l) filter (where f.total_cost_minor is not null))::float8 as priced_l, (sum(f.total_cost_minor) filter (where f.fuel_l is not null))::float8 as priced_l_cost,
                 (sum(f.energy_kwh) filter (where f.total_cost_minor is not null))::float8 as priced_kwh, (sum(f.total_cost_minor) filter (where f.energy_kwh is not null))::float8 as priced_kwh_cost
            from fuel_log.fill_up f
           where f.account_id = $1 and f.fuel_date >= $2 and f.fuel_date < $3 and f.state = 'recorded' and ($4::uuid[] is null or f.vehicle_id = any($4)) and ($5::uuid[] is null or f.park_id = any($5))
           group by f.vehicle_id, f.currency) t
   order by t.vehicle_id, t.currency`);

/** The fuel's read door: what was bought and how far it went, each figure with the fill-ups it came from. */
@Injectable()
export class FuelLookup {
  /** Segments that end inside the period, in the parks the caller may see. */
  async segments(tx: ReadTx, { from, to, vehicleIds }: FuelPeriod): Promise<FuelSegment[]> {
    const rows = vehicleIds ? await tx.sql(fillsOfVehicles, [tx.accountId, from, to, vehicleIds]) : await tx.sql(fillsOfFleet, [tx.accountId, from, to]);
    const found: FuelSegment[] = [];
    for (let begin = 0, end = 0; begin < rows.length; begin = end) {
      while (end < rows.length && rows[end]?.vehicle_id === rows[begin]?.vehicle_id) end += 1;
      for (const { from: full, to: last, distance_km, fills } of stretchesOf(rows.slice(begin, end))) {
        if (last.at >= from && maySee(tx, last.park_id)) found.push(segment(full, last, distance_km, fills));
      }
    }
    return found;
  }

  /** What was bought, by vehicle and currency: currencies are never added up. */
  async totals(tx: ReadTx, { from, to, vehicleIds }: FuelPeriod): Promise<FuelTotal[]> {
    return tx.sql(totals, [tx.accountId, from, to, vehicleIds ?? null, tx.actor.parkIds]);
  }
}

const maySee = (tx: ReadTx, parkId: string | null): boolean => tx.actor.parkIds === null || (parkId !== null && tx.actor.parkIds.includes(parkId));

const sum = (values: readonly (number | null)[]): number | null => (values.some((v) => v !== null) ? values.reduce<number>((total, v) => total + (v ?? 0), 0) : null);
const only = <T>(values: readonly T[]): T | null => (new Set(values).size === 1 ? (values[0] ?? null) : null);

function segment(full: Bought, last: Bought, distance: number, fills: readonly Bought[]): FuelSegment {
  const fuel_l = sum(fills.map((f) => f.fuel_l));
  const energy_kwh = sum(fills.map((f) => f.energy_kwh));
  const currency = only(fills.map((f) => f.currency));
  const cost = currency === null || fills.some((f) => f.cost === null) ? null : sum(fills.map((f) => f.cost));
  const co2 = fills.map((f) => co2Kg(f.fuel_type, f.fuel_l));
  const { vehicle_id, park_id, department, fuel_type } = last;
  return {
    vehicle_id,
    park_id,
    department,
    driver_id: only([full, ...fills].map((f) => f.driver_id)),
    fuel_type,
    from_at: full.at,
    to_at: last.at,
    distance_km: rounded(distance, 3),
    fuel_l: fuel_l === null ? null : rounded(fuel_l, 6),
    energy_kwh: energy_kwh === null ? null : rounded(energy_kwh, 6),
    ...consumption(distance, fuel_l, energy_kwh),
    cost_minor: cost,
    currency: cost === null ? null : currency,
    cost_minor_per_km: cost === null ? null : rounded(cost / distance, 4),
    co2_kg: co2.some((kg) => kg === null) ? null : rounded(sum(co2) ?? 0, 3),
    from_fill_up_id: full.id,
    fill_up_ids: fills.map((f) => f.id),
  };
}

export interface SegmentSum extends Consumption {
  segments: number;
  distance_km: number;
  fuel_l: number | null;
  energy_kwh: number | null;
  cost_minor: number | null;
  currency: string | null;
  cost_minor_per_km: number | null;
  co2_kg: number | null;
}

/** Many segments as one figure: all fuel over all kilometres, never an average of averages. Cost only when every one has it in one currency. */
export function sumOf(segments: readonly FuelSegment[]): SegmentSum {
  const byLitre = segments.filter((s) => s.fuel_l !== null);
  const byKwh = segments.filter((s) => s.energy_kwh !== null);
  const km = (some: readonly FuelSegment[]): number => some.reduce((total, s) => total + s.distance_km, 0);
  const fuel_l = sum(byLitre.map((s) => s.fuel_l));
  const energy_kwh = sum(byKwh.map((s) => s.energy_kwh));
  const currency = only(segments.map((s) => s.currency));
  const cost_minor = currency === null ? null : sum(segments.map((s) => s.cost_minor));
  const co2 = segments.some((s) => s.co2_kg === null) ? null : sum(segments.map((s) => s.co2_kg));
  return {
    segments: segments.length,
    distance_km: rounded(km(segments), 3),
    fuel_l: fuel_l === null ? null : rounded(fuel_l, 6),
    energy_kwh: energy_kwh === null ? null : rounded(energy_kwh, 6),
    ...consumption(km(byLitre), fuel_l, null),
    kwh_per_100km: consumption(km(byKwh), null, energy_kwh).kwh_per_100km,
    cost_minor,
    currency,
    cost_minor_per_km: cost_minor === null || segments.length === 0 ? null : rounded(cost_minor / km(segments), 4),
    co2_kg: co2 === null ? null : rounded(co2, 3),
  };
}
