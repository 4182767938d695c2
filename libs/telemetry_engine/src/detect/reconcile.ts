import type { Found, FoundKind, Json } from './found';

/** A stored row of what was found before. */
export interface Kept {
  id: string;
  kind: FoundKind;
  subject: string;
  from_ms: number;
  to_ms: number | undefined;
  decided_ms: number;
  revision: number;
  told_revision: number | null;
  body: Record<string, Json>;
}

export interface Changes {
  insert: Found[];
  /** `anew` says whether its content changed, or only the moment it was settled. */
  update: { kept: Kept; found: Found; anew: boolean }[];
  withdraw: Kept[];
}

/** A moment found again this near is the same one. */
const nearMs = 5 * 60_000;

/**
 * Holds what the samples tell now against what they told before. What overlaps most is the same thing and keeps its id, so
 * that late samples change a trip instead of replacing it by a stranger.
 */
export function reconcile(kept: readonly Kept[], found: readonly Found[]): Changes {
  const pairs: { kept: Kept; found: Found; score: number }[] = [];
  const byKind = new Map<string, Kept[]>();
  for (const row of kept) {
    const key = `${row.kind} ${row.subject}`;
    const list = byKind.get(key);
    if (list) list.push(row);
    else byKind.set(key, [row]);
  }
  for (const one of found) {
    for (const row of byKind.get(`${one.kind} ${one.subject}`) ?? []) {
      const score = likeness(row, one);
      if (score > 0) pairs.push({ kept: row, found: one, score });
    }
  }
  pairs.sort((a, b) => b.score - a.score || a.found.from_ms - b.found.from_ms || a.kept.from_ms - b.kept.from_ms);
  const takenRows = new Set<Kept>();
  const takenFound = new Set<Found>();
  const changes: Changes = { insert: [], update: [], withdraw: [] };
  for (const { kept: row, found: one } of pairs) {
    if (takenRows.has(row) || takenFound.has(one)) continue;
    takenRows.add(row);
    takenFound.add(one);
    const anew = !sameContent(row, one);
    if (anew || row.decided_ms !== one.decided_ms) changes.update.push({ kept: row, found: one, anew });
  }
  changes.insert = found.filter((one) => !takenFound.has(one));
  changes.withdraw = kept.filter((row) => !takenRows.has(row));
  return changes;
}

/** Greater than 1: as they are, byte by byte. Between 0 and 1: the share of their time they have in common, or how near two moments are. */
function likeness(a: Kept, b: Found): number {
  if (a.from_ms === b.from_ms && a.to_ms === b.to_ms) return 2;
  const [aTo, bTo] = [a.to_ms ?? Infinity, b.to_ms ?? Infinity];
  const common = Math.min(aTo, bTo) - Math.max(a.from_ms, b.from_ms);
  if (common > 0) {
    if (common === Infinity) return 1;
    const whole = Math.max(aTo, bTo) - Math.min(a.from_ms, b.from_ms);
    return whole === Infinity ? 0.5 : common / whole;
  }
  const apart = Math.abs(a.from_ms - b.from_ms);
  return apart <= nearMs ? 0.1 * (1 - apart / (2 * nearMs)) : 0;
}

/** While something goes on, the samples it was seen in grow; that alone is no news. */
function sameContent(a: Kept, b: Found): boolean {
  if (a.from_ms !== b.from_ms || a.to_ms !== b.to_ms) return false;
  const shown = (body: Record<string, Json>): string => stable(b.to_ms === undefined ? { ...body, evidence: null } : body);
  return shown(a.body) === shown(b.body);
}

/** jsonb gives the keys back in another order. */
function stable(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${stable(value[key] as Json)}`).join(',')}}`;
}
