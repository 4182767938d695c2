import { normalReference } from './identity';

/** Letters and digits in runs, as both what is searched and what is typed are cut. */
export const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

export interface Searchable {
  title: string | null;
  text: string | null;
  reference: string | null;
  plate: string | null;
  details: Record<string, unknown>;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const textMax = 8000;

/** The texts of one event by weight: what it is called, what was written, what else is known. Null when there is nothing to find. */
export function searchTexts(event: Searchable): { a: string; b: string; c: string } | null {
  const named = [event.reference, event.plate].filter((value): value is string => value !== null && !uuid.test(value));
  const a = [...wordsOf(event.title ?? ''), ...named.flatMap((value) => [...wordsOf(value), normalReference(value).toLowerCase()])];
  const b = wordsOf((event.text ?? '').slice(0, textMax));
  const c = stringsIn(event.details).flatMap(wordsOf);
  if (a.length + b.length + c.length === 0) return null;
  return { a: a.join(' '), b: b.join(' '), c: c.join(' ') };
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return uuid.test(value) ? [] : [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** None when nothing was typed to search by. */
export const wordsToSearch = (typed: string): string[] => [...new Set(wordsOf(typed))].slice(0, 8).map((word) => word.slice(0, 60));

/** Each word may go on: "brak har" finds "harsh braking". */
export const beginning = (word: string): string => `${word}:*`;

const runMax = 3;

/** Words that stand beside each other, put together: a plate is typed in up to three parts. */
export const runsOf = (words: readonly string[]): { from: number; to: number; text: string }[] =>
  words.flatMap((_, from) => Array.from({ length: Math.min(runMax, words.length - from) }, (_, n) => ({ from, to: from + n + 1, text: words.slice(from, from + n + 1).join('') })));

/** All of them must occur. */
export const allOf = (words: readonly string[]): string => words.join(' & ');
