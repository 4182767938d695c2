export const motionStates = ['moving', 'idle', 'stopped', 'no_data'] as const;
export type MotionState = (typeof motionStates)[number];

/** A receiver at rest drifts by a walking pace. */
const movingAboveKmh = 3;
/** A silent vehicle is not moving, whatever it said last. A parked tracker reports seldom, so it is given longer. */
const staleMs = 10 * 60_000;
const parkedStaleMs = 60 * 60_000;

export interface LastWord {
  at: Date;
  speed_kmh: number | null;
  ignition: boolean | null;
}

const motionOf = ({ speed_kmh, ignition }: LastWord): Exclude<MotionState, 'no_data'> => ((speed_kmh ?? 0) > movingAboveKmh ? 'moving' : ignition ? 'idle' : 'stopped');

/** From this moment on, epoch milliseconds, a vehicle that says nothing more has no_data. */
export const silentFrom = (last: LastWord): number => last.at.getTime() + (motionOf(last) === 'stopped' ? parkedStaleMs : staleMs);

export const stateOf = (last: LastWord, nowMs: number): MotionState => (nowMs > silentFrom(last) ? 'no_data' : motionOf(last));

/** The same rule as SQL over `l`, with the present as parameter `$n`; a test holds the two together. */
export const stateSql = (now: string): string => {
  const motion = `case when coalesce(l.speed_kmh, 0) > ${movingAboveKmh} then 'moving' when l.ignition then 'idle' else 'stopped' end`;
  return `case when l.at < ${now}::timestamptz - case when ${motion} = 'stopped' then interval '${parkedStaleMs / 1000} s' else interval '${staleMs / 1000} s' end then 'no_data' else ${motion} end`;
};
