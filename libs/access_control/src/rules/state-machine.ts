import type { Evidence, State } from './words';

/** Where a command may go from where it is. Whoever was told completed, failed or expired is never told otherwise. */
const steps: Record<State, readonly State[]> = {
  pending: ['sent', 'failed', 'expired'],
  sent: ['acknowledged', 'completed', 'failed', 'unknown'],
  acknowledged: ['completed', 'failed', 'unknown'],
  unknown: ['completed', 'failed'],
  completed: [],
  failed: [],
  expired: [],
};

export const mayGo = (from: State, to: State): boolean => steps[from].includes(to);
export const inFlight = (state: State): boolean => state === 'pending' || state === 'sent' || state === 'acknowledged';
/** Nothing more is going to be tried or said. */
export const isSettled = (state: State): boolean => steps[state].length === 0;

const order: readonly Evidence[] = ['none', 'accepted', 'executed', 'relay_seen'];
export const strongerOf = (a: Evidence, b: Evidence): Evidence => (order.indexOf(a) >= order.indexOf(b) ? a : b);
