/** A reading and the valid readings directly before and after it in time. */
export interface Neighbours {
  before?: { odometer_km: number; at: Date } | undefined;
  after?: { odometer_km: number; at: Date } | undefined;
}

export type OdometerFault = 'rollback' | 'above_later' | 'impossible_distance';

/** More than a vehicle can drive: about 110 km/h around the clock. */
const kmPerDayMax = 2_640;
/** Clocks and rounding differ a little between sources. */
const toleranceKm = 1;

/** Judges one reading against its neighbours; undefined when it fits into the series. */
export function odometerFault(reading: { odometer_km: number; at: Date }, { before, after }: Neighbours): OdometerFault | undefined {
  if (before && reading.odometer_km < before.odometer_km - toleranceKm) return 'rollback';
  if (after && reading.odometer_km > after.odometer_km + toleranceKm) return 'above_later';
  if (before && tooFar(before, reading)) return 'impossible_distance';
  if (after && tooFar(reading, after)) return 'impossible_distance';
  return undefined;
}

function tooFar(from: { odometer_km: number; at: Date }, to: { odometer_km: number; at: Date }): boolean {
  const days = (to.at.getTime() - from.at.getTime()) / 86_400_000;
  return to.odometer_km - from.odometer_km > kmPerDayMax * Math.max(days, 0) + 100;
}

export const faultWords: Record<OdometerFault, string> = {
  rollback: 'It is lower than the reading before it.',
  above_later: 'It is higher than a later reading.',
  impossible_distance: 'No vehicle drives that far in that time.',
};
