import { perKm, type KeptStretch } from './segment';
import { consumption, rounded, type Consumption } from './units';

/** Stretches added up, in code or by the database. Two tallies add up to the tally of both. */
export interface Tally {
  segments: number;
  km: number;
  /** Kilometres of those with litres, and of those with kWh. */
  litre_km: number;
  fuel_l: number | null;
  kwh_km: number;
  energy_kwh: number | null;
  /** Null unless every one has a cost, all in one currency. */
  cost_minor: number | null;
  currency: string | null;
  co2_kg: number | null;
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

const nothing: Tally = { segments: 0, km: 0, litre_km: 0, fuel_l: null, kwh_km: 0, energy_kwh: null, cost_minor: null, currency: null, co2_kg: null };

const tallyOf = (s: KeptStretch): Tally => ({
  segments: 1,
  km: s.distance_km,
  litre_km: s.fuel_l === null ? 0 : s.distance_km,
  fuel_l: s.fuel_l,
  kwh_km: s.energy_kwh === null ? 0 : s.distance_km,
  energy_kwh: s.energy_kwh,
  cost_minor: s.cost_minor,
  currency: s.currency,
  co2_kg: s.co2_kg,
});

function added(a: Tally, b: Tally): Tally {
  if (a.segments === 0) return b;
  if (b.segments === 0) return a;
  const known = (x: number | null, y: number | null): number | null => (x === null ? y : x + (y ?? 0));
  const both = (x: number | null, y: number | null): number | null => (x === null || y === null ? null : x + y);
  const currency = a.currency === b.currency ? a.currency : null;
  return {
    segments: a.segments + b.segments,
    km: a.km + b.km,
    litre_km: a.litre_km + b.litre_km,
    fuel_l: known(a.fuel_l, b.fuel_l),
    kwh_km: a.kwh_km + b.kwh_km,
    energy_kwh: known(a.energy_kwh, b.energy_kwh),
    cost_minor: currency === null ? null : both(a.cost_minor, b.cost_minor),
    currency,
    co2_kg: both(a.co2_kg, b.co2_kg),
  };
}

/** Tallies by a key, for parts that come from several places. */
export class Tallies<K> {
  readonly by = new Map<K, Tally>();

  add(key: K, tally: Tally): void {
    this.by.set(key, added(this.by.get(key) ?? nothing, tally));
  }

  addStretch(key: K, stretch: KeptStretch): void {
    this.add(key, tallyOf(stretch));
  }

  total(): Tally {
    return [...this.by.values()].reduce(added, nothing);
  }
}

/** All fuel over all kilometres, never an average of averages. */
export function figuresOf(t: Tally): SegmentSum {
  return {
    segments: t.segments,
    distance_km: rounded(t.km, 3),
    fuel_l: t.fuel_l === null ? null : rounded(t.fuel_l, 6),
    energy_kwh: t.energy_kwh === null ? null : rounded(t.energy_kwh, 6),
    ...consumption(t.litre_km, t.fuel_l, null),
    kwh_per_100km: consumption(t.kwh_km, null, t.energy_kwh).kwh_per_100km,
    cost_minor: t.cost_minor,
    currency: t.currency,
    cost_minor_per_km: perKm(t.cost_minor, t.km),
    co2_kg: t.co2_kg === null ? null : rounded(t.co2_kg, 3),
  };
}

/** Many segments as one figure. */
export const sumOf = (segments: readonly KeptStretch[]): SegmentSum => figuresOf(segments.map(tallyOf).reduce(added, nothing));
