const minuteMs = 60_000;
export const dayMs = 86_400_000;

/** How long raw samples are kept. The day partitions know the same number. */
export const keepDays = 7;
export const keepMs = keepDays * dayMs;
export const futureMs = 10 * minuteMs;
export const gpsRolloverMs = 1024 * 7 * dayMs;

export const jumpKmh = 300;
/** Below this a jump is what a receiver does under a bridge. */
export const jumpMinM = 500;
/** Nothing on wheels gains or loses this much speed per second. */
export const accelerationKmhPerS = 40;

export const bucketMs = 5 * minuteMs;

export const extrasMax = 64;
export const extraKeyMax = 64;
export const extraTextMax = 256;
export const dtcsMax = 32;
export const dtcTextMax = 16;
export const driverKeyMax = 64;
