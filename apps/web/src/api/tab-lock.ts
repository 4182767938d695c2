import { browserShared, type Shared } from './shared';

export type TabLock = <T>(name: string, run: () => Promise<T>) => Promise<T>;

interface Lease {
  owner: string;
  until: number;
}

const leaseMs = 15_000;
const askAgainMs = 40;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const randomId = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

function readLease(text: string | undefined): Lease | undefined {
  try {
    return JSON.parse(text ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** Browsers give Web Locks to https and localhost only; a fleet on http://10.0.0.5 takes turns through what tabs share. */
export function leaseLock(shared: Shared, now: () => number = Date.now): TabLock {
  return async (name, run) => {
    const key = `lock.${name}`;
    const owner = randomId();
    const take = (known: string | undefined): string | undefined => {
      const held = readLease(known);
      return held && held.until > now() ? known : JSON.stringify({ owner, until: now() + leaseMs });
    };
    while (readLease(await shared.change(key, take))?.owner !== owner) await sleep(askAgainMs * (1 + Math.random()));
    try {
      return await run();
    } finally {
      await shared.change(key, (known) => (readLease(known)?.owner === owner ? undefined : known));
    }
  };
}

export function browserLock(): TabLock {
  const locks = (navigator as { locks?: LockManager }).locks;
  if (!locks) return leaseLock(browserShared);
  return (name, run) => locks.request(`fleet.${name}`, run) as ReturnType<typeof run>;
}
