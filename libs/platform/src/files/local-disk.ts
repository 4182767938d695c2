import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { checkedKey, isKey, type ByteRange, type ObjectStore, type StoredObject } from './object-store';

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Objects as files below one folder. A file appears under its name only when every byte of it is on the disk. */
export class LocalDisk implements ObjectStore {
  private readonly temporary: string;

  constructor(private readonly root: string) {
    this.temporary = join(root, '.incoming');
  }

  async put(key: string, bytes: Buffer): Promise<void> {
    const path = this.path(key);
    await mkdir(this.temporary, { recursive: true, mode: 0o700 });
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const incoming = join(this.temporary, randomUUID());
    try {
      await this.writeThrough(incoming, bytes);
      await rename(incoming, path);
    } catch (error) {
      await unlink(incoming).catch(() => undefined);
      throw error;
    }
    await syncFolder(dirname(path));
  }

  async get(key: string, range?: ByteRange): Promise<Readable | undefined> {
    try {
      const file = await open(this.path(key), 'r');
      return file.createReadStream(range ? { start: range.first, end: range.last } : {});
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async remove(key: string): Promise<void> {
    await rm(this.path(key), { force: true });
  }

  async *list(): AsyncGenerator<StoredObject> {
    for (const account of await namesIn(this.root)) {
      for (const year of await namesIn(join(this.root, account))) {
        for (const month of await namesIn(join(this.root, account, year))) {
          for (const name of await namesIn(join(this.root, account, year, month))) {
            const key = `${account}/${year}/${month}/${name}`;
            const found = isKey(key) ? await stat(join(this.root, key)).catch(() => undefined) : undefined;
            if (found?.isFile()) yield { key, storedAt: found.mtime };
          }
        }
      }
    }
  }

  async tidy(olderThan: Date): Promise<void> {
    for (const name of await namesIn(this.temporary)) {
      const found = await stat(join(this.temporary, name)).catch(() => undefined);
      if (found && found.mtime < olderThan) await rm(join(this.temporary, name), { force: true });
    }
  }

  private path(key: string): string {
    return join(this.root, checkedKey(key));
  }

  private async writeThrough(path: string, bytes: Buffer): Promise<void> {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error) || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return [];
    throw error;
  }
}

/** A rename is durable only once its folder is; systems that cannot sync a folder do without. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  if (!folder) return;
  await folder.sync().catch(() => undefined);
  await folder.close();
}
