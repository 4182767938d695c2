import type { Line } from '../../kit/chart';
import { fuelIn, fuelUnitName, speedIn, speedUnit, type Habits } from '../../kit/format';
import type { Point } from './day';

/** Values with nothing between two segments, so that no line is drawn over silence. */
const withGaps = (points: readonly Point[], read: (point: Point) => number | null): (number | null)[] =>
  points.flatMap((point, i) => (i > 0 && points[i - 1]?.segment !== point.segment ? [null, read(point)] : [read(point)]));

/** Seconds since 1970, one for each value. */
export const timesOf = (points: readonly Point[]): number[] => withGaps(points, (point) => Date.parse(point.at) / 1000).map((time, i, all) => time ?? (all[i - 1] ?? 0) + 1);

export const speedLine = (points: readonly Point[], habits: Habits, label: string): Line => ({ label, unit: speedUnit(habits), values: withGaps(points, (point) => speedIn(habits, point.speed_kmh)) });

/** In litres where the vehicle says litres, else in parts of its tank. */
export function fuelLine(points: readonly Point[], habits: Habits, label: string): Line {
  const pct = points.every((point) => point.fuel_level_l === null);
  return { label, unit: pct ? '%' : fuelUnitName(habits), values: withGaps(points, (point) => (pct ? point.fuel_level_pct : fuelIn(habits, point.fuel_level_l))) };
}
