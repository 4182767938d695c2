import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../clock';
import { Db } from '../database';
import { OBJECT_STORE, type ObjectStore } from './object-store';

export interface SweepReport {
  objects: number;
  removed: number;
  /** Most objects belonged to no row: more likely the wrong database or bucket than litter, so nothing was removed. */
  refused: boolean;
}

const graceMs = 24 * 3_600_000;
const batchKeys = 500;
/** At most this many a run; the next run takes the rest. */
const removedMax = 10_000;
/** Below this a majority of orphans is nothing unusual, as on a fresh server. */
const suspiciousMin = 100;

/** Removes objects no row names: left by work that rolled back, or erased rows whose object outlived them. */
@Injectable()
export class OrphanSweep {
  private readonly log = new Logger('files');

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
  ) {}

  async sweepOrphans(signal?: AbortSignal): Promise<SweepReport> {
    // A younger object may belong to a transaction that has not committed yet.
    const before = new Date(this.clock.now().getTime() - graceMs);
    await this.objects.tidy(before);
    const { objects, orphans } = await this.find(before, signal);
    const refused = orphans.length >= suspiciousMin && orphans.length * 2 > objects;
    if (refused) {
      this.log.error({ objects, orphans: orphans.length }, 'most stored objects belong to no file of this database; none was removed. Check DATABASE_URL, FLEET_DATA_DIR and S3_BUCKET');
      return { objects, removed: 0, refused };
    }
    for (const key of orphans) {
      signal?.throwIfAborted();
      await this.objects.remove(key);
    }
    return { objects, removed: orphans.length, refused };
  }

  private async find(before: Date, signal: AbortSignal | undefined): Promise<{ objects: number; orphans: string[] }> {
    const orphans: string[] = [];
    let objects = 0;
    let batch: string[] = [];
    const ask = async (): Promise<void> => {
      orphans.push(...(await this.unnamed(batch)));
      batch = [];
    };
    for await (const object of this.objects.list()) {
      signal?.throwIfAborted();
      objects += 1;
      if (object.storedAt < before) batch.push(object.key);
      if (batch.length >= batchKeys) await ask();
      if (orphans.length >= removedMax) break;
    }
    await ask();
    return { objects, orphans: orphans.slice(0, removedMax) };
  }

  private async unnamed(keys: string[]): Promise<string[]> {
    if (keys.length === 0) return [];
    const named = await this.db.systemRead('files.sweep', (tx) =>
      tx.sql<{ storage_key: string }>(`select distinct storage_key from files.stored_file where storage_key = any($1) and erased_at is null`, [keys]),
    );
    const known = new Set(named.map((n) => n.storage_key));
    return keys.filter((key) => !known.has(key));
  }
}
