const [second, minute, hour] = [1000, 60_000, 3_600_000];

/** Pause after each failed attempt; after the last one the delivery is dead. About two and a half days in all. */
export const webhookPausesMs: readonly number[] = [5 * second, 30 * second, 2 * minute, 10 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 16 * hour, 24 * hour];
export const mailPausesMs: readonly number[] = [minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour];

const longestAskedMs = 24 * hour;

/**
 * How long to wait after attempt number `attempts` failed; undefined when that was the last one. A fifth of the pause is left to
 * chance (`dice` from 0 to 1), so that a receiver coming back is not met by everything at once. A receiver may ask for more.
 */
export function pauseMs(pauses: readonly number[], attempts: number, dice: number, askedMs = 0): number | undefined {
  const pause = pauses[attempts - 1];
  if (pause === undefined) return undefined;
  return Math.max(Math.round(pause * (0.9 + 0.2 * dice)), Math.min(askedMs, longestAskedMs));
}

/** Retry-After, in seconds or as a date. */
export function retryAfterMs(header: string | undefined, now: Date): number {
  if (header === undefined) return 0;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * second : Date.parse(header) - now.getTime();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
