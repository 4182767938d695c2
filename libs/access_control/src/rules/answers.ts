import type { CommandKind } from './words';

interface Positions {
  on: RegExp;
  off: RegExp;
}

export type Reading = 'executed' | 'refused' | 'queued' | 'other';

const noWords = /\b(err(or)?|fail(ed|ure)?|denied|refused|reject(ed)?|unknown|invalid|unsupported|not\s+(allowed|supported|executed|running|found)|wrong|busy)\b/i;
const laterWords = /\b(queued|postponed|delayed|waiting|above threshold|will be executed)\b/i;

/** Words for the two positions that devices and gateways use. "Cut off" is the one that is on. */
export const positionWords = { on: /(?:^|[=:\s])(?:1|on)\b|\bcut[\s-]*off\b/i, off: /(?:^|[=:\s])(?:0|(?<!\bcut[\s-]*)off)\b|\b(?:resumed?|restored?)\b/i };

/** A device that will not do what is done: the vehicle is let go, which is all a release wants. */
export const isReleasedAlready = (text: string, kind: CommandKind, { on, off }: Positions = positionWords): boolean =>
  kind === 'release' && /\balready\b/i.test(text) && off.test(text) && !on.test(text);

/**
 * What a device's words say about the command just sent. Protocols carry no numbers, so words may belong to an earlier one:
 * those that name the other position are `other`, and a no or words that name none count only when nothing else is unanswered.
 */
export function readAnswer(text: string, kind: CommandKind, positions: Positions, nothingElseOpen: boolean): Reading {
  if (laterWords.test(text)) return 'queued';
  if (isReleasedAlready(text, kind, positions)) return 'executed';
  if (noWords.test(text)) return nothingElseOpen ? 'refused' : 'other';
  const on = positions.on.test(text);
  const off = positions.off.test(text);
  if (on !== off) return on === (kind === 'immobilize') ? 'executed' : 'other';
  return nothingElseOpen && !on ? 'executed' : 'other';
}

/** Bit 0 of the mask is output 1. */
export const relayIs = (outputs: number, outputNo: number): CommandKind => ((outputs >> (outputNo - 1)) & 1 ? 'immobilize' : 'release');
