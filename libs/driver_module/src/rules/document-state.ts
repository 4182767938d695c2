export const documentKinds = ['licence', 'insurance', 'medical', 'id', 'permit', 'other'] as const;
export type DocumentKind = (typeof documentKinds)[number];
export const documentStates = ['valid', 'expiring', 'expired', 'withdrawn'] as const;
export type DocumentState = (typeof documentStates)[number];

interface Days {
  issued_on?: string | null | undefined;
  expires_on?: string | null | undefined;
}

/** Days are ISO texts in the account's zone: a paper is good until the end of its last day there. */
export function documentState(paper: Days & { withdrawn_at?: Date | null }, today: string, expiringDays: number): DocumentState {
  if (paper.withdrawn_at) return 'withdrawn';
  if (!paper.expires_on) return 'valid';
  if (paper.expires_on < today) return 'expired';
  return paper.expires_on <= plusDays(today, expiringDays) ? 'expiring' : 'valid';
}

export function plusDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

export type PaperFault = { code: string; field: string; detail: string };

/** What is wrong with a paper as it was typed in; undefined when it can be kept. */
export function paperFault(paper: Days & { kind: DocumentKind; number?: string | null | undefined; categories?: readonly string[] | undefined }, today: string): PaperFault | undefined {
  const { kind, number, issued_on, expires_on, categories = [] } = paper;
  if ((kind === 'licence' || kind === 'id') && !number) return { code: 'DOCUMENT_NUMBER_REQUIRED', field: 'number', detail: `The number of the ${kind} is needed.` };
  if (categories.length > 0 && kind !== 'licence') return { code: 'DOCUMENT_CATEGORIES_ONLY_LICENCE', field: 'categories', detail: 'Only a licence has categories.' };
  if (issued_on && issued_on > today) return { code: 'DOCUMENT_ISSUED_IN_FUTURE', field: 'issued_on', detail: 'A paper cannot be issued in the future.' };
  if (issued_on && expires_on && expires_on <= issued_on) return { code: 'DOCUMENT_DAYS_REVERSED', field: 'expires_on', detail: 'A paper expires after it was issued.' };
  return undefined;
}
