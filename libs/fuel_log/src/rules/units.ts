export const quantityUnits = ['l', 'gal_us', 'gal_imp', 'kwh'] as const;
export type QuantityUnit = (typeof quantityUnits)[number];
export const distanceUnits = ['km', 'mi'] as const;
export type DistanceUnit = (typeof distanceUnits)[number];

/** Both by definition, exact. The generated columns of fuel_log.fill_up hold the same numbers; a test compares them. */
export const litresPer = { l: 1, gal_us: 3.785411784, gal_imp: 4.54609 } as const;
export const kmPer: Record<DistanceUnit, number> = { km: 1, mi: 1.609344 };

export const toLitres = (quantity: number, unit: Exclude<QuantityUnit, 'kwh'>): number => quantity * litresPer[unit];
export const fromLitres = (litres: number, unit: Exclude<QuantityUnit, 'kwh'>): number => litres / litresPer[unit];
export const toKm = (distance: number, unit: DistanceUnit): number => distance * kmPer[unit];
export const fromKm = (km: number, unit: DistanceUnit): number => km / kmPer[unit];

/** Half goes up as it is written in decimals; only what lies near a half has to be written out to be told. */
export function rounded(value: number, places: number): number {
  const scale = 10 ** places;
  const scaled = value * scale;
  if (Math.abs(scaled) < 1e9 && Math.abs(scaled - Math.floor(scaled) - 0.5) > 1e-5) return (Math.round(scaled) + 0) / scale;
  return Number(`${Math.round(Number(`${value}e${places}`))}e-${places}`);
}

export interface Consumption {
  l_per_100km: number | null;
  km_per_l: number | null;
  mpg_us: number | null;
  mpg_imp: number | null;
  kwh_per_100km: number | null;
}

/** One consumption in every spelling people know. Nothing driven or nothing used gives none, never infinity. */
export function consumption(distanceKm: number, litres: number | null, kwh: number | null): Consumption {
  const perLitre = litres && distanceKm > 0 ? distanceKm / litres : null;
  return {
    l_per_100km: perLitre && rounded(100 / perLitre, 3),
    km_per_l: perLitre && rounded(perLitre, 3),
    mpg_us: perLitre && rounded((perLitre * litresPer.gal_us) / kmPer.mi, 2),
    mpg_imp: perLitre && rounded((perLitre * litresPer.gal_imp) / kmPer.mi, 2),
    kwh_per_100km: kwh && distanceKm > 0 ? rounded((kwh / distanceKm) * 100, 3) : null,
  };
}
