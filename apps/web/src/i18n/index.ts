import i18next, { type ResourceLanguage } from 'i18next';
import { initReactI18next } from 'react-i18next';

export const languages = { en: 'English', ru: 'Русский', sw: 'Kiswahili' } as const;
export type Language = keyof typeof languages;
export const isLanguage = (value: unknown): value is Language => typeof value === 'string' && Object.hasOwn(languages, value);

type Texts = Record<string, Record<string, unknown>>;
export type Face = 'desk' | 'phone';

// One file an area and language; a new area of the desk is a new file, and no list names it.
const catalogues: Record<Language, Record<'both' | Face, () => Promise<{ default: Texts }>>> = {
  en: { both: () => import('./en'), desk: () => import('./en.desk'), phone: () => import('./en.phone') },
  ru: { both: () => import('./ru'), desk: () => import('./ru.desk'), phone: () => import('./ru.phone') },
  sw: { both: () => import('./sw'), desk: () => import('./sw.desk'), phone: () => import('./sw.phone') },
};
const parts = new Set<'both' | Face>(['both']);

async function load(language: Language, part: 'both' | Face): Promise<ResourceLanguage> {
  const { default: files } = await catalogues[language][part]();
  return Object.fromEntries(Object.entries(files).map(([path, texts]) => [path.split('/').at(-1)?.replace('.json', ''), texts])) as ResourceLanguage;
}

async function add(language: Language, part: 'both' | Face): Promise<void> {
  for (const [namespace, texts] of Object.entries(await load(language, part))) i18next.addResourceBundle(language, namespace, texts);
}

/** Before a face is drawn. */
export async function loadTexts(face: Face): Promise<void> {
  parts.add(face);
  await add(i18next.language as Language, face);
}

const keptKey = 'fleet.language';

/** What the person chose here, else what their browser asks for. */
const wanted = (): Language | undefined => [localStorage.getItem(keptKey), ...navigator.languages.map((tag) => tag.split('-')[0])].find(isLanguage);

export async function startI18n(): Promise<void> {
  const language = wanted() ?? 'en';
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    defaultNS: 'kit',
    resources: { [language]: await load(language, 'both') },
    interpolation: { escapeValue: false },
    returnNull: false,
    react: { useSuspense: false },
  });
  document.documentElement.lang = language;
}

export async function changeLanguage(language: Language, keep = true): Promise<void> {
  if (i18next.language === language) return;
  await Promise.all([...parts].map((part) => add(language, part)));
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  if (keep) localStorage.setItem(keptKey, language);
}

/** For people whose browser speaks none of ours, the account's language counts. */
export function offerLanguage(locale: string): void {
  if (!wanted() && isLanguage(locale)) void changeLanguage(locale, false);
}
