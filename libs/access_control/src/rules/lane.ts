import { isDeepStrictEqual } from 'node:util';
import type { Route } from './device-texts';
import type { CommandKind, Evidence, MethodName, State } from './words';

/**
 * What became of one attempt. `not_sent`, `withheld` and `refused` provably changed nothing; after `accepted`, `queued`, `no_answer`,
 * `link_lost`, `interrupted` and while it is unresolved, the device may have acted or may yet act.
 */
export const outcomes = ['executed', 'accepted', 'refused', 'queued', 'no_answer', 'link_lost', 'not_sent', 'withheld', 'interrupted'] as const;
export type Outcome = (typeof outcomes)[number];

const harmless: readonly (Outcome | null)[] = ['not_sent', 'withheld', 'refused'];
export const isUncertain = (outcome: Outcome | null): boolean => outcome !== 'executed' && !harmless.includes(outcome);

export interface Tried {
  outcome: Outcome | null;
  /** The one who said no will say no again: rights, definitions, a queue that must not be fed. */
  final?: boolean;
  code?: string | null;
}

export interface Going {
  kind: CommandKind;
  state: State;
  tries: readonly Tried[];
}

export type Next =
  | { do: 'retry' }
  | { do: 'end'; state: 'completed' | 'failed' | 'expired' | 'unknown'; evidence?: Evidence; code: string | null };

/** First attempt and three more. A release goes on as long as there is time. */
export const cutTriesMax = 4;

/** After an attempt has ended: once more, or the end, and which. Nothing is called failed while something of it may still take effect. */
export function afterAttempt({ kind, tries }: Going, timeLeft: boolean): Next {
  const last = tries.at(-1);
  if (last?.outcome === 'executed') return { do: 'end', state: 'completed', evidence: 'executed', code: null };
  const cutIsOver = kind === 'immobilize' && (last?.outcome === 'queued' || tries.length >= cutTriesMax);
  const over = last?.final === true || last?.outcome === 'withheld' || !timeLeft || cutIsOver;
  return over ? ending(tries) : { do: 'retry' };
}

/** A release goes on for minutes: soon at first, then more and more seldom, so that a device that says no is not asked a thousand times. */
export const releasePauseMs = (tries: number, firstMs: number, longestMs: number): number => Math.min(longestMs, firstMs * 1.5 ** (tries - 1));

/** How a command ends that stops here without success. */
export function ending(tries: readonly Tried[], why?: string): Extract<Next, { do: 'end' }> {
  const last = tries.at(-1);
  if (tries.some((t) => isUncertain(t.outcome))) return { do: 'end', state: 'unknown', code: why ?? last?.code ?? 'OUTCOME_UNKNOWN' };
  if (!last) return { do: 'end', state: why ? 'failed' : 'expired', code: why ?? 'EXPIRED' };
  return { do: 'end', state: 'failed', code: why ?? last.code ?? 'NOT_EXECUTED' };
}

/** A server that comes back finds a command in flight. A cut is never repeated; a release may be. */
export function afterRestart({ kind, tries }: Going, timeLeft: boolean): Next {
  if (kind === 'release' && timeLeft) return { do: 'retry' };
  if (kind === 'immobilize' && tries.length === 0 && timeLeft) return { do: 'retry' };
  return ending(tries);
}

/** Whether an attempt may begin: a cut only while it is the newest wish for the vehicle. */
export function mayBegin(command: Going & { intentNo: number; waiting: boolean }, newestIntent: number, timeLeft: boolean): boolean {
  if (!['pending', 'sent', 'acknowledged'].includes(command.state) || command.waiting || !timeLeft) return false;
  if (command.tries.some((t) => t.outcome === null || t.outcome === 'executed')) return false;
  return command.intentNo === newestIntent && (command.kind === 'release' || command.tries.length < cutTriesMax);
}

/** After an unknown cut the house lets the vehicle go again: nobody may count on a stop that nobody saw. */
export const needsSafetyRelease = (kind: CommandKind, state: State): boolean => kind === 'immobilize' && state === 'unknown';

/** How a command reaches a relay: over what, which device or unit, which output, in which words. */
export interface Way {
  method: MethodName;
  device_id: string | null;
  output_no: number;
  route: Route;
}

/** A confirmed release speaks only for cuts that went before it on the same way: what left on another may yet arrive. */
export const sameWay = (a: Way, b: Way): boolean => a.method === b.method && a.device_id === b.device_id && a.output_no === b.output_no && isDeepStrictEqual(a.route, b.route);
