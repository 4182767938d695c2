import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

type Texts = { [key: string]: string | Texts };

const read = (language: string, file: string): Texts => JSON.parse(readFileSync(join(__dirname, language, file), 'utf8')) as Texts;
const flat = (texts: Texts, before = ''): Map<string, string> =>
  new Map(Object.entries(texts).flatMap(([key, value]) => (typeof value === 'string' ? [[before + key, value] as const] : [...flat(value, `${before}${key}.`)])));

const plural = /_(zero|one|two|few|many|other)$/;
const files = readdirSync(join(__dirname, 'en'));

/** Plural forms a language has; i18next finds them by their ending. */
const formsOf = (language: string): string[] => new Intl.PluralRules(language).resolvedOptions().pluralCategories;
const base = (keys: Iterable<string>): string[] => [...new Set([...keys].map((key) => key.replace(plural, '')))].sort();
const holes = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1] ?? '').sort();

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'generated' ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.spec.ts') ? [readFileSync(path, 'utf8')] : [];
  });
}

describe.each(['ru', 'sw'])('the catalogue %s', (language) => {
  it('has the files of the English one', () => {
    expect(readdirSync(join(__dirname, language)).sort()).toEqual([...files].sort());
  });

  it.each(files)('says in %s what the English one says, with the same values to fill in', (file) => {
    const english = flat(read('en', file));
    const other = flat(read(language, file));
    expect(base(other.keys())).toEqual(base(english.keys()));
    const expected = (key: string): string => english.get(key) ?? english.get(key.replace(plural, '_other')) ?? '';
    expect([...other].map(([key, text]) => [key, holes(text)])).toEqual([...other.keys()].map((key) => [key, holes(expected(key))]));
    expect([...other].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it.each(files)('has every plural form of its own in %s', (file) => {
    const keys = new Set(flat(read(language, file)).keys());
    const counted = new Set([...keys].filter((key) => plural.test(key)).map((key) => key.replace(plural, '')));
    expect([...counted].flatMap((key) => formsOf(language).map((form) => `${key}_${form}`)).filter((key) => !keys.has(key))).toEqual([]);
  });
});

describe('texts', () => {
  const known = new Set(files.flatMap((file) => [...flat(read('en', file)).keys()].flatMap((key) => [`${file.replace('.json', '')}:${key}`, `${file.replace('.json', '')}:${key.replace(plural, '')}`])));
  const code = sources(join(__dirname, '..')).join('\n');

  it('that pages ask for exist', () => {
    const asked = [...code.matchAll(/['"`]([a-z_]+:[a-z_]+(?:\.[a-z_]+)*)['"`]/g)].map((m) => m[1] ?? '').filter((key) => files.includes(`${key.split(':')[0]}.json`));
    const prefixes = new Set([...known].flatMap((key) => key.split('.').map((_, i, parts) => parts.slice(0, i + 1).join('.'))));
    expect(asked.length).toBeGreaterThan(200);
    expect([...new Set(asked)].filter((key) => !known.has(key) && !prefixes.has(key))).toEqual([]);
  });

  it('that exist are asked for', () => {
    // Keys made of a fixed part and a value, as `vehicles:status.${status}` or useOptions('vehicles:status', …).
    const made = [...code.matchAll(/[`'"]([a-z_]+:[a-z_.]+?)\.?(?:\$\{|['"`])/g)].map((m) => m[1] ?? '');
    const idle = [...known].filter((key) => !plural.test(key) && !key.startsWith('problems:') && !made.some((part) => key === part || key.startsWith(`${part}.`)));
    expect(idle.filter((key) => ![...known].some((other) => other !== key && other.startsWith(`${key}_`)) || !made.includes(key))).toEqual([]);
  });
});
