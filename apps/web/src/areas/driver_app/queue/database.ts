import type { QueueStore } from './queue';
import type { Action, Photo } from './types';

/** What a screen last read from the server, for the time without a network. */
export interface Kept {
  key: string;
  owner: string;
  at: string;
  data: unknown;
}

const name = 'fleet.driver';

const asked = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The database of this browser failed.'));
  });

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      for (const store of ['actions', 'photos']) request.result.createObjectStore(store, { keyPath: 'id' });
      request.result.createObjectStore('reads', { keyPath: 'key' });
    };
    request.onsuccess = () => {
      // A newer page in another tab must not wait for this one.
      request.result.onversionchange = () => {
        request.result.close();
        opened = undefined;
      };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error ?? new Error('This browser keeps nothing.'));
  }).catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

/** Runs within one transaction and answers when it is on disk. */
async function within<T>(stores: string[], mode: IDBTransactionMode, work: (tx: IDBTransaction) => Promise<T>): Promise<T> {
  const tx = (await open()).transaction(stores, mode, { durability: 'strict' });
  const committed = new Promise<void>((resolve, reject) => {
    tx.oncomplete = () => resolve();
    tx.onabort = () => reject(tx.error ?? new Error('The database of this browser gave up.'));
  });
  const [answer] = await Promise.all([work(tx), committed]);
  return answer;
}

export const database: QueueStore & { photo(id: string): Promise<Photo | undefined>; keep(kept: Kept): Promise<void>; kept(key: string): Promise<Kept | undefined>; forgetReads(): Promise<void> } = {
  all: (owner) => within(['actions'], 'readonly', async (tx) => ((await asked(tx.objectStore('actions').getAll())) as Action[]).filter((a) => a.owner === owner)),
  put: (action, photos) =>
    within(['actions', 'photos'], 'readwrite', async (tx) => {
      for (const photo of photos) tx.objectStore('photos').put(photo);
      await asked(tx.objectStore('actions').put(action));
    }),
  change: (id, change) =>
    within(['actions'], 'readwrite', async (tx) => {
      const actions = tx.objectStore('actions');
      const known = (await asked(actions.get(id))) as Action | undefined;
      const next = known && change(known);
      if (next) actions.put(next);
      else actions.delete(id);
      return next;
    }),
  addPhotos: (photos) => within(['photos'], 'readwrite', async (tx) => void photos.forEach((photo) => tx.objectStore('photos').put(photo))),
  dropPhotos: (ids) => within(['photos'], 'readwrite', async (tx) => void ids.forEach((id) => tx.objectStore('photos').delete(id))),
  photo: (id) => within(['photos'], 'readonly', (tx) => asked<Photo | undefined>(tx.objectStore('photos').get(id))),
  keep: (kept) => within(['reads'], 'readwrite', async (tx) => void tx.objectStore('reads').put(kept)),
  kept: (key) => within(['reads'], 'readonly', (tx) => asked<Kept | undefined>(tx.objectStore('reads').get(key))),
  forgetReads: () => within(['reads'], 'readwrite', async (tx) => void tx.objectStore('reads').clear()),
};
