import { asked, browserDatabase } from './browser-database';

/** What the tabs of a browser share; a change is one step that no other tab comes between. */
export interface Shared {
  get(key: string): Promise<string | undefined>;
  /** `undefined` forgets it. Answers what is there now. */
  change(key: string, change: (known: string | undefined) => string | undefined): Promise<string | undefined>;
}

const store = 'kept';
const within = browserDatabase('fleet.shared', (database) => void database.createObjectStore(store));

/** Not localStorage: there a tab is told later what another wrote, and one read in three was stale where many wrote. */
export const browserShared: Shared = {
  get: (key) => within([store], 'readonly', (tx) => asked<string | undefined>(tx.objectStore(store).get(key))),
  change: (key, change) =>
    within([store], 'readwrite', async (tx) => {
      const kept = tx.objectStore(store);
      const next = change(await asked<string | undefined>(kept.get(key)));
      if (next === undefined) kept.delete(key);
      else kept.put(next, key);
      return next;
    }),
};
