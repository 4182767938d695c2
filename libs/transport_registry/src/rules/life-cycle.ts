export const statuses = ['onboarding', 'active', 'in_repair', 'idle', 'retired'] as const;
export type Status = (typeof statuses)[number];

/** Where a vehicle may go from where it is. A retired one comes back only through onboarding, with its papers checked anew. */
const moves: Record<Status, readonly Status[]> = {
  onboarding: ['active', 'idle', 'in_repair', 'retired'],
  active: ['idle', 'in_repair', 'retired'],
  in_repair: ['active', 'idle', 'retired'],
  idle: ['active', 'in_repair', 'retired'],
  retired: ['onboarding'],
};

export const mayMove = (from: Status, to: Status): boolean => moves[from].includes(to);
export const movesFrom = (from: Status): readonly Status[] => moves[from];
