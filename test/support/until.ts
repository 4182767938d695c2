import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is so. */
export async function until<T>(what: () => Promise<T | undefined | false | null> | T | undefined | false | null, ms = 20_000): Promise<T> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(25)) {
    const found = await what();
    if (found) return found;
  }
  throw new Error('waited in vain');
}
