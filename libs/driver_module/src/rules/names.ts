/** Names are looked up by hashed beginnings of their words; these say which beginnings. */
export const wordsMax = 10;
/** Shorter beginnings would tell too much about a name to whoever steals the table. */
export const shortestSearch = 3;
const beginnings = [3, 5];

/** Lower case, accents off, anything but letters and digits splits words. */
export function nameWords(text: string): string[] {
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return plain.split(/[^\p{L}\p{N}]+/u).filter(Boolean).slice(0, wordsMax);
}

/** What is hashed beside a sealed name: each word, and its first three and five letters. */
export function nameKeys(name: string): string[] {
  const keys = nameWords(name).flatMap((word) => [`=${word}`, ...beginnings.filter((n) => word.length >= n).map((n) => `${n}${[...word].slice(0, n).join('')}`)]);
  return [...new Set(keys)];
}

/** The key that finds every name with a word beginning so; one too short to be a beginning finds the whole word only. */
export function searchKey(word: string): string {
  const letters = [...word];
  const n = beginnings.filter((length) => length <= letters.length).at(-1);
  return n === undefined ? `=${word}` : `${n}${letters.slice(0, n).join('')}`;
}

/** Hashes are cut to 16 bits, so candidates are compared with what was typed. */
export function nameFits(name: string, typed: readonly string[]): boolean {
  const words = nameWords(name);
  return typed.every((t) => words.some((w) => (t.length < shortestSearch ? w === t : w.startsWith(t))));
}
