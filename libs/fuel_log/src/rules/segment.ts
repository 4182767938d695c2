import type { Filled, Stretch } from './efficiency';
import { co2Kg, type FuelType } from './fuel';
import { consumption, rounded, type Consumption } from './units';

/** A fill-up with what its stretch is accounted by. */
export interface Bought extends Filled {
  vehicle_id: string;
  park_id: string | null;
  department: string | null;
  driver_id: string | null;
  fuel_type: FuelType;
  cost: number | null;
  currency: string;
}

/** What is kept of a stretch: rounded once, so that figures from it are the same whether it was just worked out or kept. */
export interface KeptStretch {
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
  co2_kg: number | null;
  /** The full tank it begins at; its own quantity does not count here. */
  from_fill_up_id: string;
  /** What the figures are the sum of; the last is the full tank it ends at. */
  fill_up_ids: string[];
}

/** From one full tank to the next, with everything it is made of. */
export interface FuelSegment extends KeptStretch, Consumption {
  cost_minor_per_km: number | null;
}

export function keptOf({ from, to, distance_km, fills }: Stretch<Bought>): KeptStretch {
  const fuel_l = sum(fills.map((f) => f.fuel_l));
  const energy_kwh = sum(fills.map((f) => f.energy_kwh));
  const currency = only(fills.map((f) => f.currency));
  const cost = currency === null || fills.some((f) => f.cost === null) ? null : sum(fills.map((f) => f.cost));
  const co2 = fills.map((f) => co2Kg(f.fuel_type, f.fuel_l));
  const { vehicle_id, park_id, department, fuel_type } = to;
  return {
    vehicle_id,
    park_id,
    department,
    driver_id: only([from, ...fills].map((f) => f.driver_id)),
    fuel_type,
    from_at: from.at,
    to_at: to.at,
    distance_km: rounded(distance_km, 3),
    fuel_l: fuel_l === null ? null : rounded(fuel_l, 6),
    energy_kwh: energy_kwh === null ? null : rounded(energy_kwh, 6),
    cost_minor: cost,
    currency: cost === null ? null : currency,
    co2_kg: co2.some((kg) => kg === null) ? null : rounded(sum(co2) ?? 0, 3),
    from_fill_up_id: from.id,
    fill_up_ids: fills.map((f) => f.id),
  };
}

export const segmentOf = (kept: KeptStretch): FuelSegment => ({
  ...kept,
  ...consumption(kept.distance_km, kept.fuel_l, kept.energy_kwh),
  cost_minor_per_km: perKm(kept.cost_minor, kept.distance_km),
});

export const perKm = (costMinor: number | null, km: number): number | null => (costMinor === null || km <= 0 ? null : rounded(costMinor / km, 4));

const sum = (values: readonly (number | null)[]): number | null => (values.some((v) => v !== null) ? values.reduce<number>((total, v) => total + (v ?? 0), 0) : null);
const only = <T>(values: readonly T[]): T | null => (new Set(values).size === 1 ? (values[0] ?? null) : null);
