import type { AccessRule } from './facts';

const minutesBetween = (from: Date, to: Date): number => Math.floor((to.getTime() - from.getTime()) / 60_000);

/** Not at the wheel for too long, and rested before the next shift. A rental is no work. */
export const shiftLimits: AccessRule = {
  name: 'shift_limits',
  judge: ({ now, holding, lastShiftEndedAt, limits }) => {
    if (holding?.kind === 'shift') {
      const minutes = minutesBetween(holding.since, now);
      const max_minutes = limits.shift_max_minutes;
      return minutes > max_minutes ? [{ code: 'SHIFT_TOO_LONG', detail: `The shift has lasted ${minutes} minutes; at most ${max_minutes} are allowed.`, facts: { minutes, max_minutes } }] : [];
    }
    if (holding || !lastShiftEndedAt) return [];
    const minutes = minutesBetween(lastShiftEndedAt, now);
    const min_minutes = limits.rest_min_minutes;
    return minutes < min_minutes ? [{ code: 'REST_TOO_SHORT', detail: `The last shift ended ${minutes} minutes ago; at least ${min_minutes} of rest are needed.`, facts: { minutes, min_minutes } }] : [];
  },
};
