import { escapeLiteral } from 'pg';
import type { Tx } from '@fleet/platform/database';
import { bucketMs } from '../pipeline/limits';
import type { SampleRow } from './sample-row';

export interface DirtyBucket {
  vehicle_no: number;
  bucket_at: Date;
}

interface Marks {
  vehicles: number[];
  buckets: number[];
}

/** What `mark_dirty` raises when marks were taken away since the epoch it was given; the detail is the epoch now. */
const epochOver = 'FE001';

/**
 * Marks the five minutes of a vehicle that a sample fell into. A vehicle's newest bucket is marked once and then remembered:
 * inserting the same mark with every batch would cost half as much as the samples.
 */
export class DirtyMarks {
  private epoch = '';
  private readonly newest = new Map<number, number>();

  /** Has `store` run the statement that marks these samples, in the transaction that stores them; again when marks were taken away meanwhile. */
  async along(stored: readonly SampleRow[], store: (marking: string) => Promise<void>): Promise<void> {
    for (;;) {
      const { epoch } = this;
      const due = marksOf(stored, (vehicle, bucket) => this.newest.get(vehicle) === bucket);
      try {
        await store(`select telemetry_engine.mark_dirty(${escapeLiteral(epoch)}, '{${due.vehicles.join()}}', '{${due.buckets.join()}}')`);
        // Known to stand only once it is committed, and only in the epoch it was committed in.
        if (epoch === this.epoch) due.vehicles.forEach((no, i) => this.newest.set(no, Math.max(this.newest.get(no) ?? 0, due.buckets[i] as number)));
        return;
      } catch (error) {
        const { code, detail } = error as { code?: string; detail?: string };
        if (code !== epochOver || detail === undefined) throw error;
        if (detail !== this.epoch) this.newest.clear();
        this.epoch = detail;
      }
    }
  }
}

/** Marks all of them, whatever is known to stand. */
export async function markDirty(tx: Tx, stored: readonly SampleRow[]): Promise<void> {
  const { vehicles, buckets } = marksOf(stored, () => false);
  await tx.sql('select telemetry_engine.mark_dirty(null, $1, $2)', [vehicles, buckets]);
}

function marksOf(stored: readonly SampleRow[], stands: (vehicle: number, bucket: number) => boolean): Marks {
  const marks: Marks = { vehicles: [], buckets: [] };
  let lastNo = 0;
  let lastBucket = 0;
  for (const { vehicle, sample } of stored) {
    const bucket = Math.floor(sample.at_ms / bucketMs);
    if (vehicle.vehicle_no === lastNo && bucket === lastBucket) continue;
    lastNo = vehicle.vehicle_no;
    lastBucket = bucket;
    if (stands(lastNo, bucket)) continue;
    marks.vehicles.push(lastNo);
    marks.buckets.push(bucket);
  }
  return marks;
}

/**
 * Takes marks away, for whoever computes those buckets anew. The lock waits for writers under way and stops new ones, so the
 * transaction must be short: note down what was taken, commit, then compute. What commits later marks its bucket again.
 */
export async function takeDirtyBuckets(tx: Tx, max: number): Promise<DirtyBucket[]> {
  await tx.sql('lock table telemetry_engine.dirty_bucket in exclusive mode');
  await tx.sql(`select nextval('telemetry_engine.dirty_epoch')`);
  return tx.sql<DirtyBucket>(
    `delete from telemetry_engine.dirty_bucket where ctid = any(array(select ctid from telemetry_engine.dirty_bucket limit $1)) returning vehicle_no, bucket_at`,
    [max],
  );
}
