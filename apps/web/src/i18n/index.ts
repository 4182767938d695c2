import i18next, { type ResourceLanguage } from 'i18next';
import { initReactI18next } from 'react-i18next';

export const languages = { en: 'English', ru: 'Русский', sw: 'Kiswahili' } as const;
export type Language = keyof typeof languages;
export const isLanguage = (value: unknown): value is Language => typeof value === 'string' && Object.hasOwn(languages, value);

// One file an area and language; a new area is a new file, and no list names it. Each language is one chunk.
const catalogues: Record<Language, () => Promise<{ default: Record<string, Record<string, unknown>> }>> = {
  en: () => import('./en'),
  ru: () => import('./ru'),
  sw: () => import('./sw'),
};

async function load(language: Language): Promise<ResourceLanguage> {
  const { default: files } = await catalogues[language]();
  return Object.fromEntries(Object.entries(files).map(([path, texts]) => [path.split('/').at(-1)?.replace('.json', ''), texts])) as ResourceLanguage;
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
    resources: { [language]: await load(language) },
    interpolation: { escapeValue: false },
    returnNull: false,
    react: { useSuspense: false },
  });
  document.documentElement.lang = language;
}

export async function changeLanguage(language: Language, keep = true): Promise<void> {
  if (i18next.language === language) return;
  for (const [namespace, texts] of Object.entries(await load(language))) i18next.addResourceBundle(language, namespace, texts);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  if (keep) localStorage.setItem(keptKey, language);
}

/** For people whose browser speaks none of ours, the account's language counts. */
export function offerLanguage(locale: string): void {
  if (!wanted() && isLanguage(locale)) void changeLanguage(locale, false);
}
