import { statement, type ReadTx, type Tx } from '@fleet/platform/database';
import { bucketMs } from '../pipeline/limits';
import type { SampleRow } from './sample-row';

export interface DirtyBucket {
  vehicle_no: number;
  bucket_at: Date;
}

// The lock is the one an insert takes anyway: many writers hold it at once, and nobody takes marks away meanwhile.
const joinEpoch = `lock table telemetry_engine.dirty_bucket in row exclusive mode; select last_value::text || is_called as epoch from telemetry_engine.dirty_epoch`;
const insert = statement<object>(`
  insert into telemetry_engine.dirty_bucket (vehicle_no, bucket_at)
  select vehicle_no, to_timestamp(bucket_s) from unnest($1::int[], $2::float8[]) as touched(vehicle_no, bucket_s) on conflict do nothing`);

/**
 * Marks the five minutes of a vehicle that a sample fell into. A vehicle's newest bucket is marked once and then remembered:
 * inserting the same mark with every batch would cost half as much as the samples.
 */
export class DirtyMarks {
  private epoch = '';
  private readonly newest = new Map<number, number>();

  async mark(tx: Tx, stored: readonly SampleRow[]): Promise<void> {
    const epoch = await epochOf(tx);
    if (epoch !== this.epoch) this.newest.clear();
    this.epoch = epoch;
    const vehicles: number[] = [];
    const buckets: number[] = [];
    let lastNo = 0;
    let lastBucket = 0;
    for (const { vehicle, sample } of stored) {
      const bucket = Math.floor(sample.at_ms / bucketMs);
      if (vehicle.vehicle_no === lastNo && bucket === lastBucket) continue;
      lastNo = vehicle.vehicle_no;
      lastBucket = bucket;
      if (this.newest.get(lastNo) === bucket) continue;
      vehicles.push(lastNo);
      buckets.push(bucket);
    }
    if (vehicles.length === 0) return;
    await tx.sql(insert, [vehicles, buckets.map((bucket) => (bucket * bucketMs) / 1000)]);
    // Known to stand only once it is committed, and only in the epoch it was committed in.
    tx.afterCommit(() => this.remember(epoch, vehicles, buckets));
  }

  private remember(epoch: string, vehicles: readonly number[], buckets: readonly number[]): void {
    if (epoch !== this.epoch) return;
    vehicles.forEach((no, i) => this.newest.set(no, Math.max(this.newest.get(no) ?? 0, buckets[i] as number)));
  }
}

async function epochOf(tx: ReadTx): Promise<string> {
  const results = (await tx.connection.query(joinEpoch)) as unknown as { rows: { epoch: string }[] }[];
  return results[1]?.rows[0]?.epoch ?? '';
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
