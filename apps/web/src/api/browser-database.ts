export const asked = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The database of this browser failed.'));
  });

export type Within = <T>(stores: string[], mode: IDBTransactionMode, work: (tx: IDBTransaction) => Promise<T>) => Promise<T>;

/** A database of this browser. What it returns runs work within one transaction and answers when that is on disk. */
export function browserDatabase(name: string, create: (database: IDBDatabase) => void): Within {
  let opened: Promise<IDBDatabase> | undefined;
  const open = (): Promise<IDBDatabase> => {
    opened ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => create(request.result);
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
  };
  return async (stores, mode, work) => {
    const tx = (await open()).transaction(stores, mode, { durability: 'strict' });
    const committed = new Promise<void>((resolve, reject) => {
      tx.oncomplete = () => resolve();
      tx.onabort = () => reject(tx.error ?? new Error('The database of this browser gave up.'));
    });
    const [answer] = await Promise.all([work(tx), committed]);
    return answer;
  };
}
