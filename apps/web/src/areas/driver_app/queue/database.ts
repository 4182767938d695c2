import { asked, browserDatabase } from '../../../api/browser-database';
import type { QueueStore } from './queue';
import type { Action, Photo } from './types';

/** What a screen last read from the server, for the time without a network. */
export interface Kept {
  key: string;
  owner: string;
  at: string;
  data: unknown;
}

const within = browserDatabase('fleet.driver', (database) => {
  for (const store of ['actions', 'photos']) database.createObjectStore(store, { keyPath: 'id' });
  database.createObjectStore('reads', { keyPath: 'key' });
});

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
