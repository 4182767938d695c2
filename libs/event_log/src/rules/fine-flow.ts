export const fineStates = ['received', 'attributed', 'contested', 'upheld', 'cancelled', 'charged', 'paid'] as const;
export type FineState = (typeof fineStates)[number];

/** What people may do with a fine. Who drove moves it too, see `afterAttribution`. */
const moves: Record<FineState, readonly FineState[]> = {
  received: ['cancelled'],
  attributed: ['contested', 'charged', 'cancelled'],
  contested: ['upheld', 'cancelled'],
  upheld: ['charged', 'cancelled'],
  charged: ['paid', 'cancelled'],
  paid: [],
  cancelled: [],
};

export const fineMayMove = (from: FineState, to: FineState): boolean => moves[from].includes(to);
export const fineMovesFrom = (from: FineState): readonly FineState[] => moves[from];
export const isCharged = (state: FineState): boolean => state === 'charged' || state === 'paid';

/**
 * Where a fine stands once another driver, or nobody, is found to have driven, or its amount was another. Who was charged gets
 * the charge back; who is found, at once or later, is charged in turn. A dispute was the other driver's: the new one may contest.
 */
export function afterAttribution(state: FineState, wasCharged: boolean, before: string | null, driverId: string | null): FineState {
  if (state === 'cancelled') return 'cancelled';
  if (driverId === before) return isCharged(state) ? 'charged' : state;
  if (driverId === null) return 'received';
  return isCharged(state) || wasCharged ? 'charged' : 'attributed';
}
