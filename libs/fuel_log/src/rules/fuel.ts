import type { QuantityUnit } from './units';

export const fuelTypes = ['gasoline', 'diesel', 'electric', 'lpg', 'cng'] as const;
export type FuelType = (typeof fuelTypes)[number];

const grades: Record<FuelType, readonly string[]> = { gasoline: ['87', '88', '89', '91', '93'], diesel: ['#1', '#2'], electric: [], lpg: [], cng: [] };
export const gradesOf = (type: FuelType): readonly string[] => grades[type];

/** What may be filled into a vehicle without anybody being asked. Gas vehicles start on gasoline; a hybrid may be charged. */
const accepted: Record<string, readonly FuelType[]> = {
  hybrid: ['gasoline', 'diesel', 'electric'],
  lpg: ['lpg', 'gasoline'],
  cng: ['cng', 'gasoline'],
};
export const fits = (vehicleFuel: string, entered: FuelType): boolean => (accepted[vehicleFuel] ?? [vehicleFuel]).includes(entered);

export const unitFits = (type: FuelType, unit: QuantityUnit): boolean => (type === 'electric') === (unit === 'kwh');

/** Kilograms of CO2 a litre leaves from tank to wheel, rounded; of charging nothing, and of CNG by litre nobody can say. */
const co2KgPerLitre: Partial<Record<FuelType, number>> = { gasoline: 2.31, diesel: 2.68, lpg: 1.51 };

export function co2Kg(type: FuelType, litres: number | null): number | null {
  if (type === 'electric') return 0;
  const factor = co2KgPerLitre[type];
  return factor === undefined || litres === null ? null : litres * factor;
}
