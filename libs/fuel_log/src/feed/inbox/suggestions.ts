import type { ReadTx } from '@fleet/platform/database';
import type { SuggestionView } from './inbox.dto';
import { resemblance } from './resemblance';

export interface Asked {
  issues: string[];
  plate_norm: string | null;
  fuel_type_key: string | null;
  department_key: string | null;
}

interface Known {
  kind: string;
  spelling_key: string;
  canonical: string;
}

const alikeMin = 0.6;
const plateAlikeMin = 0.3;

export type Suggest = (code: string, of: Asked) => SuggestionView | null;

/** What the unknown spellings of one page most likely mean, by those that are known. */
export async function suggestionsFor(tx: ReadTx, rows: readonly Asked[]): Promise<Suggest> {
  const asks = (code: string): boolean => rows.some((r) => r.issues.includes(code));
  const known = asks('fuel_type_unknown') || asks('department_unknown') ? await knownSpellings(tx) : [];
  const plates = asks('plate_unknown') ? await likelyPlates(tx, rows.filter((r) => r.issues.includes('plate_unknown')).flatMap((r) => r.plate_norm ?? [])) : new Map<string, SuggestionView>();
  return (code, of) => {
    if (code === 'plate_unknown') return plates.get(of.plate_norm ?? '') ?? null;
    if (code === 'fuel_type_unknown') return closest(known, 'fuel_type', of.fuel_type_key);
    if (code === 'department_unknown') return closest(known, 'department', of.department_key);
    return null;
  };
}

function knownSpellings(tx: ReadTx): Promise<Known[]> {
  return tx.sql<Known>(`select kind, spelling_key, canonical from fuel.alias where account_id = $1 union all select kind, spelling_key, canonical from fuel.builtin_alias`, [tx.accountId]);
}

function closest(known: readonly Known[], kind: string, key: string | null): SuggestionView | null {
  if (!key) return null;
  let best: SuggestionView | null = null;
  for (const one of known) {
    if (one.kind !== kind) continue;
    const similarity = resemblance(key, one.spelling_key);
    if (similarity >= alikeMin && similarity > (best?.similarity ?? 0)) best = { kind, spelling: key, canonical: one.canonical, similarity: Math.round(similarity * 100) / 100 };
  }
  return best;
}

/** Fleets have more plates than words, so the database compares them by their trigrams. */
async function likelyPlates(tx: ReadTx, plates: string[]): Promise<Map<string, SuggestionView>> {
  const rows = await tx.sql<{ said: string; canonical: string; similarity: number }>(
    `select p.said, v.plate_norm as canonical, v.similarity
       from (select distinct unnest($2::text[]) as said) p
       cross join lateral (select w.plate_norm, public.similarity(w.plate_norm, p.said) as similarity from transport_registry.vehicle w
                            where w.account_id = $1 and w.status <> 'retired' order by 2 desc, 1 limit 1) v
      where v.similarity >= $3`,
    [tx.accountId, plates, plateAlikeMin],
  );
  return new Map(rows.map((r) => [r.said, { kind: 'plate', spelling: r.said, canonical: r.canonical, similarity: Math.round(r.similarity * 100) / 100 }]));
}
