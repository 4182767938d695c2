export type TabLock = <T>(name: string, run: () => Promise<T>) => Promise<T>;

interface Lease {
  owner: string;
  until: number;
}

const leaseMs = 15_000;
const settleMs = 40;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const randomId = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** Browsers give Web Locks to https and localhost only; a fleet on http://10.0.0.5 takes turns through what tabs share. */
export function leaseLock(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, now: () => number = Date.now): TabLock {
  const read = (key: string): Lease | undefined => {
    try {
      return JSON.parse(storage.getItem(key) ?? 'null') ?? undefined;
    } catch {
      return undefined;
    }
  };
  return async (name, run) => {
    const key = `fleet.lock.${name}`;
    const owner = randomId();
    for (;;) {
      const held = read(key);
      if (!held || held.until <= now()) {
        storage.setItem(key, JSON.stringify({ owner, until: now() + leaseMs }));
        // Whoever wrote last in this moment has it; the others see a foreign name and wait.
        await sleep(settleMs);
        if (read(key)?.owner === owner) break;
      }
      await sleep(settleMs * (1 + Math.random()));
    }
    try {
      return await run();
    } finally {
      if (read(key)?.owner === owner) storage.removeItem(key);
    }
  };
}

export function browserLock(): TabLock {
  const locks = (navigator as { locks?: LockManager }).locks;
  if (!locks) return leaseLock(localStorage);
  return (name, run) => locks.request(`fleet.${name}`, run) as ReturnType<typeof run>;
}
