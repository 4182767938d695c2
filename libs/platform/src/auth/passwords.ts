import { hash, verify } from '@node-rs/argon2';
import { invalid } from '../http/refusal';

// argon2id is the library's default algorithm; its const enum cannot be imported file by file.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Few, but these are what stuffing lists try first. Length does the rest. */
const worn = ['password', '12345678', 'qwertyui', 'iloveyou', 'administrator', 'welcome1', 'letmein1', 'fleetfleet', 'changeme'];

export async function hashPassword(password: string): Promise<string> {
  return hash(password, cost);
}

export async function passwordMatches(stored: string, password: string): Promise<boolean> {
  return verify(stored, password);
}

/** Burns the time of a real check, so that unknown e-mails cannot be told apart by the clock. */
let decoy: Promise<string> | undefined;
export async function pretendToCheck(password: string): Promise<void> {
  decoy ??= hashPassword('no account has this one');
  await verify(await decoy, password);
}

export function refuseWeakPassword(password: string, email: string): void {
  const lower = password.toLowerCase();
  const name = email.split('@')[0]?.toLowerCase() ?? '';
  if (password.length < 10) throw invalid('WEAK_PASSWORD', 'Use at least 10 characters; a short sentence is good.');
  if (worn.some((w) => lower.includes(w)) || new Set(lower).size < 5) throw invalid('WEAK_PASSWORD', 'That password is on every guessing list. Use another.');
  if (name.length > 3 && lower.includes(name)) throw invalid('WEAK_PASSWORD', 'The password must not contain your e-mail name.');
}
