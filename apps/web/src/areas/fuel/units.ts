import type { Schemas } from '../../api/client';
import type { Habits } from '../../kit/format';

export const consumptionUnits = ['l_per_100km', 'km_per_l', 'mpg_us', 'mpg_imp'] as const;
export type ConsumptionUnit = (typeof consumptionUnits)[number];
export type Consumption = Pick<Schemas['ConsumptionView'], ConsumptionUnit | 'kwh_per_100km'>;

/** How an account's people say it: in miles they count miles to the gallon. */
export const unitOf = ({ distanceUnit, fuelUnit }: Habits): ConsumptionUnit => (distanceUnit === 'km' ? 'l_per_100km' : fuelUnit === 'gal_imp' ? 'mpg_imp' : 'mpg_us');

export const kmPerMile = 1.609344;
const litresPer = { l: 1, gal_us: 3.785411784, gal_imp: 4.54609, kwh: 1 } as const;
export type QuantityUnit = keyof typeof litresPer;

/** What the server works out from all fuel over all kilometres, for lines this app sums itself. */
export function consumptionOf(distanceKm: number, litres: number, kwh: number): Consumption {
  const perLitre = litres > 0 && distanceKm > 0 ? distanceKm / litres : null;
  return {
    l_per_100km: perLitre && 100 / perLitre,
    km_per_l: perLitre,
    mpg_us: perLitre && (perLitre * litresPer.gal_us) / kmPerMile,
    mpg_imp: perLitre && (perLitre * litresPer.gal_imp) / kmPerMile,
    kwh_per_100km: kwh > 0 && distanceKm > 0 ? (100 * kwh) / distanceKm : null,
  };
}

export const digitsOf = (currency: string): number => new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
export const minorOf = (amount: number, currency: string): number => Math.round(amount * 10 ** digitsOf(currency));
export const majorOf = (minor: number, currency: string): number => minor / 10 ** digitsOf(currency);

export type Segment = Pick<Schemas['FuelSegmentView'], 'to_at' | 'distance_km' | 'fuel_l' | 'energy_kwh' | 'cost_minor' | 'currency' | 'co2_kg'>;

export interface Week extends Consumption {
  /** Seconds since 1970. */
  at: number;
  distance_km: number;
  segments: number;
  /** Null where a price is missing or currencies differ. */
  cost_per_km: number | null;
  currency: string | null;
  co2_g_per_km: number | null;
}

const weekMs = 7 * 86_400_000;

/** Stretches by the week in which they end, counted from `from`; weeks without any are named, so that a line stops there. */
export function weeksOf(segments: readonly Segment[], from: number, to: number): Week[] {
  const weeks: Week[] = [];
  for (let begin = from; begin < to; begin += weekMs) {
    const some = segments.filter((s) => Date.parse(s.to_at) >= begin && Date.parse(s.to_at) < begin + weekMs);
    weeks.push({ at: (begin + Math.min(weekMs, to - begin) / 2) / 1000, ...sumOf(some) });
  }
  return weeks;
}

function sumOf(some: readonly Segment[]): Omit<Week, 'at'> {
  const sum = (of: readonly Segment[], read: (s: Segment) => number | null): number => of.reduce((total, s) => total + (read(s) ?? 0), 0);
  const byLitre = some.filter((s) => s.fuel_l !== null);
  const byKwh = some.filter((s) => s.energy_kwh !== null);
  const km = sum(some, (s) => s.distance_km);
  const currencies = new Set(some.map((s) => s.currency));
  const currency = currencies.size === 1 ? (some[0]?.currency ?? null) : null;
  return {
    ...consumptionOf(sum(byLitre, (s) => s.distance_km), sum(byLitre, (s) => s.fuel_l), 0),
    kwh_per_100km: consumptionOf(sum(byKwh, (s) => s.distance_km), 0, sum(byKwh, (s) => s.energy_kwh)).kwh_per_100km,
    distance_km: km,
    segments: some.length,
    cost_per_km: currency && km > 0 && some.every((s) => s.cost_minor !== null) ? sum(some, (s) => s.cost_minor) / km : null,
    currency,
    co2_g_per_km: km > 0 && some.every((s) => s.co2_kg !== null) ? (1000 * sum(some, (s) => s.co2_kg)) / km : null,
  };
}
