/** Why something was refused. The kind decides the HTTP status; the code is the stable name programs rely on. */
export type RefusalKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'precondition'
  | 'too_large'
  | 'unsupported'
  | 'rule'
  | 'throttled'
  | 'unavailable';

export interface FieldError {
  field: string;
  code: string;
  detail: string;
}

interface Extras {
  facts?: Record<string, unknown>;
  errors?: FieldError[];
  headers?: Record<string, string>;
}

/** A refusal a caller can act on. Services throw it; the problem filter turns it into application/problem+json. */
export class Refusal extends Error {
  readonly facts?: Record<string, unknown>;
  readonly errors?: FieldError[];
  readonly headers?: Record<string, string>;

  constructor(
    readonly kind: RefusalKind,
    readonly code: string,
    readonly detail: string,
    extras: Extras = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'Refusal';
    Object.assign(this, extras);
  }
}

export const notFound = (what: string, id?: string): Refusal =>
  new Refusal('not_found', 'NOT_FOUND', id ? `There is no ${what} ${id}.` : `There is no such ${what}.`);
export const invalid = (code: string, detail: string, extras?: Extras): Refusal => new Refusal('invalid', code, detail, extras);
export const conflict = (code: string, detail: string, extras?: Extras): Refusal => new Refusal('conflict', code, detail, extras);
export const rule = (code: string, detail: string, extras?: Extras): Refusal => new Refusal('rule', code, detail, extras);
export const forbidden = (code: string, detail: string): Refusal => new Refusal('forbidden', code, detail);

/** Two people edited one thing: the second learns it instead of overwriting the first. */
export function expectVersion(actual: number, expected: number | undefined, from: 'header' | 'body' = 'header'): void {
  if (expected === undefined || expected === actual) return;
  throw new Refusal(from === 'header' ? 'precondition' : 'conflict', 'VERSION_CONFLICT', 'Somebody changed this in the meantime. Read it again and repeat your change.', {
    facts: { your_version: expected, current_version: actual },
  });
}
