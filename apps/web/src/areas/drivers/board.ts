import type { Shift } from './words';

/** A shift as a bar: from when to when it takes the vehicle, as far as is known now. */
export interface Bar {
  shift: Shift;
  from: number;
  to: number;
  lane: number;
  /** Somebody else has the row's vehicle, or the driver another one, at the same time. */
  conflict: boolean;
  /** Should have begun, or ended, by now. */
  late: boolean;
}

export interface Span {
  from: number;
  to: number;
}

const ms = (at: string | null): number | undefined => (at === null ? undefined : Date.parse(at));

export function spanOf(shift: Shift, now: number): Span {
  const from = ms(shift.from) ?? ms(shift.planned_from) ?? now;
  const planned = ms(shift.planned_to);
  // Whoever has the vehicle has it at least until now.
  const to = ms(shift.to) ?? (shift.state === 'open' ? Math.max(now, planned ?? now) : planned) ?? from;
  return { from, to: Math.max(to, from) };
}

const isLate = (shift: Shift, now: number): boolean =>
  (shift.state === 'planned' && (ms(shift.planned_from) ?? Infinity) < now) || (shift.state === 'open' && (ms(shift.planned_to) ?? Infinity) < now);

/** Bars of one row, each in the first lane that is free then; `otherOf` tells whether two that overlap contradict each other. */
export function barsOf(shifts: readonly Shift[], otherOf: (shift: Shift) => string, now: number): Bar[] {
  const bars = shifts
    .filter((shift) => shift.state !== 'cancelled')
    .map((shift) => ({ shift, ...spanOf(shift, now), lane: 0, conflict: false, late: isLate(shift, now) }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  const lanes: number[] = [];
  for (const bar of bars) {
    const free = lanes.findIndex((until) => until <= bar.from);
    bar.lane = free === -1 ? lanes.length : free;
    lanes[bar.lane] = bar.to;
  }
  for (const [i, a] of bars.entries()) {
    for (const b of bars.slice(i + 1)) {
      if (b.from < a.to && otherOf(a.shift) !== otherOf(b.shift)) a.conflict = b.conflict = true;
    }
  }
  return bars;
}

/** Where a bar lies in what the board shows, in percent; undefined when it lies outside. */
export function placeOf({ from, to }: Span, shown: Span): { left: number; width: number } | undefined {
  const [begin, end] = [Math.max(from, shown.from), Math.min(to, shown.to)];
  if (end <= begin) return undefined;
  const whole = shown.to - shown.from;
  return { left: (100 * (begin - shown.from)) / whole, width: (100 * (end - begin)) / whole };
}

/** The longest stretch of what is shown in which nobody has it. */
export function longestGap(bars: readonly Span[], shown: Span): Span | undefined {
  let free = shown.from;
  let gap: Span | undefined;
  for (const { from, to } of [...bars].sort((a, b) => a.from - b.from).concat({ from: shown.to, to: shown.to })) {
    const until = Math.min(from, shown.to);
    if (until > free && until - free > (gap ? gap.to - gap.from : 0)) gap = { from: free, to: until };
    free = Math.max(free, to);
  }
  return gap;
}
