import { conflict, type Refusal } from '../http/refusal';

interface PgError {
  code?: string;
  constraint?: string;
}

type Verdict = [code: string, detail: string] | Refusal;

/**
 * Lets the database judge uniqueness and overlap: names the constraint, says what its violation means to a person.
 * Anything else passes through unchanged.
 */
export async function conflictOn<T>(verdicts: Record<string, Verdict>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, constraint } = (error as { driverError?: PgError }).driverError ?? (error as PgError);
    const verdict = code?.startsWith('23') && constraint ? verdicts[constraint] : undefined;
    if (!verdict) throw error;
    throw Array.isArray(verdict) ? conflict(verdict[0], verdict[1]) : verdict;
  }
}
