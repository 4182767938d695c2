import type { Action } from './types';

export const inOrder = (actions: readonly Action[]): Action[] => [...actions].sort((a, b) => a.serial - b.serial || (a.id < b.id ? -1 : 1));

const overlaps = (action: Action): boolean => action.state === 'refused' && (action.refusal?.code ?? '').startsWith('SHIFT_OVERLAPS_');

/**
 * What an action waits for. The end of a shift does not wait for a beginning that was refused because somebody came
 * later: with its end known the server takes that beginning.
 */
export function blockedBy(action: Action, all: readonly Action[]): Action | undefined {
  const needed = action.needs === null ? undefined : all.find((other) => other.id === action.needs);
  if (!needed || needed.state === 'done') return undefined;
  return action.kind === 'check_out' && overlaps(needed) ? undefined : needed;
}

/** The beginning of the shift whose end was just taken in before it. */
export const beginsAgain = (ended: Action, all: readonly Action[]): Action | undefined => (ended.kind === 'check_out' ? all.find((other) => other.id === ended.needs && overlaps(other)) : undefined);

/** What goes with a discarded action: the end of a shift that never began. */
export const goesAlong = (discarded: Action, all: readonly Action[]): Action[] => (discarded.kind === 'check_in' ? all.filter((other) => other.kind === 'check_out' && other.needs === discarded.id && other.state !== 'done') : []);

/** The check-in that is still on its way; what happens in that shift waits for it. */
export const openCheckIn = (all: readonly Action[]): Action | undefined => inOrder(all).findLast((a) => a.kind === 'check_in' && a.state !== 'done');

export interface Held {
  shift_id: string;
  plate: string;
  since: string;
  /** Not yet told to the server. */
  pending: boolean;
}

/** Which shift is running as far as this phone knows: what the server last said, and what was done here since. */
export function heldNow(read: { current: { id: string; plate: string | null; from: string | null } | null; at: string } | undefined, all: readonly Action[]): Held | undefined {
  let held: Held | undefined = read?.current ? { shift_id: read.current.id, plate: read.current.plate ?? '', since: read.current.from ?? read.at, pending: false } : undefined;
  for (const action of inOrder(all)) {
    const known = action.state === 'done' && read !== undefined && (action.done_at ?? '') <= read.at;
    if (known) continue;
    if (action.kind === 'check_in' && action.state !== 'refused') held = { shift_id: action.draft.shift_id, plate: action.draft.plate, since: action.at, pending: action.state !== 'done' };
    if (action.kind === 'check_out' && action.state !== 'refused' && held?.shift_id === action.draft.shift_id) held = undefined;
  }
  return held;
}
