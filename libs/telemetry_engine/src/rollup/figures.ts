/** Speeds are kept as the time driven at each ten km/h; the last band has no upper end. */
export const bandCount = 16;
export const bandKmh = 10;
export const bands = Array.from({ length: bandCount }, (_, band) => `band_${band}_ds`);

/** Columns that add up from five minutes to hours to days. */
export const summed = ['distance_m', 'moving_ms', 'idle_ms', 'stopped_ms', 'fuel_ml', 'samples', 'harsh_accelerations', 'harsh_brakings', 'harsh_cornerings', ...bands];
export const figureColumns = ['vehicle_no', 'account_no', 'distance_m', 'moving_ms', 'idle_ms', 'stopped_ms', 'fuel_ml', 'samples', 'speed_max_x10', 'harsh_accelerations', 'harsh_brakings', 'harsh_cornerings', ...bands];

export const bandOf = (kmh: number): number => Math.min(bandCount - 1, Math.floor(kmh / bandKmh));

/** The speed that this share of the driving time stayed below; straight inside its band, so right to within ten km/h. */
export function percentile(bandSeconds: readonly number[], share: number, maxKmh: number | null): number | null {
  const total = bandSeconds.reduce((sum, s) => sum + s, 0);
  if (total === 0) return null;
  let left = total * share;
  for (const [band, seconds] of bandSeconds.entries()) {
    if (seconds > 0 && left <= seconds) {
      const kmh = (band + left / seconds) * bandKmh;
      return Math.round(10 * (maxKmh === null ? kmh : Math.min(kmh, maxKmh))) / 10;
    }
    left -= seconds;
  }
  return maxKmh;
}
