import type { Values } from './fields';

/** What differs between two states of a thing, limited to the named fields. */
export function changesOf(before: object, after: Values, names: readonly string[]): Values {
  const old = before as Record<string, unknown>;
  return Object.fromEntries(names.filter((name) => !same(old[name] ?? null, after[name] ?? null)).map((name) => [name, after[name] ?? null]));
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export interface Difference {
  name: string;
  mine: unknown;
  theirs: unknown;
}

/** For two people who edited one thing: where what I typed is not what now stands there. */
export function differences(mine: Values, theirs: object): Difference[] {
  const now = theirs as Record<string, unknown>;
  return Object.entries(mine)
    .filter(([name, value]) => !same(value, now[name] ?? null))
    .map(([name, value]) => ({ name, mine: value, theirs: now[name] ?? null }));
}
