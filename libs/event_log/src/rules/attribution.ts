import type { ReviewReason } from './judge';

export interface HeldSpan {
  shift_id: string;
  driver_id: string;
  from: Date;
  to: Date | null;
}

export interface Attributed {
  outcome: 'attributed' | 'unattributed' | 'ambiguous' | 'none';
  driver_id: string | null;
  shift_id: string | null;
  candidates: string[];
}

export const nobody = (outcome: 'unattributed' | 'none' = 'unattributed'): Attributed => ({ outcome, driver_id: null, shift_id: null, candidates: [] });

/**
 * Who is meant by an event of this vehicle. A moment belongs to whoever had the vehicle then. A span belongs to the one
 * driver who had it at any time within; when two had it, a person decides.
 */
export function attribute(at: Date, toAt: Date | null, spans: readonly HeldSpan[]): Attributed {
  const end = toAt && toAt > at ? toAt : null;
  const holding = spans.filter((s) => (end ? s.from < end && (s.to === null || s.to > at) : s.from <= at && (s.to === null || s.to > at)));
  const drivers = [...new Set(holding.map((s) => s.driver_id))];
  const [first] = holding;
  if (!first) return nobody();
  if (drivers.length > 1) return { outcome: 'ambiguous', driver_id: null, shift_id: null, candidates: drivers };
  return { outcome: 'attributed', driver_id: first.driver_id, shift_id: first.shift_id, candidates: [] };
}

export const doubtAboutDriver = (outcome: Attributed['outcome'], wantsDriver: boolean): ReviewReason[] => {
  if (outcome === 'ambiguous') return ['ambiguous_driver'];
  return outcome === 'unattributed' && wantsDriver ? ['unattributed'] : [];
};

/** Doubts after somebody else was found, or nobody: those about the driver come and go with it, all others stay. */
export const reviewAfter = (review: readonly string[], outcome: Attributed['outcome'], wantsDriver: boolean): string[] => [
  ...review.filter((r) => r !== 'unattributed' && r !== 'ambiguous_driver'),
  ...doubtAboutDriver(outcome, wantsDriver),
];
