/** A reading that stands in the way, and where it came from. */
export interface Known {
  odometer_km: number;
  at: Date;
  source: string;
  /** The first of its vehicle, said when it was onboarded. */
  first?: boolean;
}

export interface Around {
  before?: Known | undefined;
  after?: Known | undefined;
}

export type OdometerVerdict = 'fits' | 'rollback' | 'above_later' | 'first_was_earlier';

/** More than a vehicle can drive in a day: about 110 km/h around the clock. */
const kmPerDayMax = 2_640;
const jumpGraceKm = 100;
/** Beyond this a reading is likelier mistyped than driven, and is kept out of every sum until somebody said. */
const wildKm = 5_000;

const shown = (km: number): number => Math.round(km * 10) / 10;

/**
 * A reading against both neighbours in time, to the tenth. A first reading was written down when the vehicle was onboarded and may have
 * been read long before: a fill-up that shows a little more corrects it.
 */
export function judge(readingKm: number, { before, after }: Around): OdometerVerdict {
  const reading = shown(readingKm);
  if (before && reading < before.odometer_km) return 'rollback';
  if (!after || reading <= after.odometer_km) return 'fits';
  return after.first && reading - after.odometer_km <= wildKm ? 'first_was_earlier' : 'above_later';
}

/** Kilometres driven beyond what the time allowed; undefined when they fit. */
export function jumpKm(reading: { odometer_km: number; at: Date }, before: Known | undefined): number | undefined {
  if (!before) return undefined;
  const driven = reading.odometer_km - before.odometer_km;
  return driven > plausibleKm(before.at, reading.at) + jumpGraceKm ? Math.round(driven) : undefined;
}

export const isWild = (reading: { odometer_km: number; at: Date }, before: Known | undefined): boolean =>
  before !== undefined && reading.odometer_km - before.odometer_km > plausibleKm(before.at, reading.at) + wildKm;

const plausibleKm = (from: Date, to: Date): number => (kmPerDayMax * Math.max(to.getTime() - from.getTime(), 0)) / 86_400_000;
