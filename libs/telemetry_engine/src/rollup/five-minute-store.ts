import type { Tx } from '@fleet/platform/database';
import { bucketMs } from '../pipeline/limits';
import { nullableArray, numberArray } from '../store/copy-out';
import { bandCount } from './figures';
import { isEmpty, type Bucket } from './five-minutes';
import { dropFiveMinutes, harshCounts, writeFiveMinutes } from './rollup-sql';

export interface Placed {
  vehicle_no: number;
  bucket: Bucket;
}

const keyOf = (vehicleNo: number, atMs: number): string => `${vehicleNo} ${atMs}`;
const secondsOf = (places: readonly Placed[]): string => numberArray(places.map(({ bucket }) => bucket.at_ms / 1000));
const vehiclesOf = (places: readonly Placed[]): string => numberArray(places.map(({ vehicle_no }) => vehicle_no));

/** Replaces what stood there, for vehicles of one account, and notes the hours these buckets lie in. */
export async function replaceFiveMinutes(tx: Tx, accountId: string, places: readonly Placed[], lanes: number): Promise<void> {
  const empty = places.filter(({ bucket }) => isEmpty(bucket));
  if (empty.length > 0) await tx.sql(dropFiveMinutes, [lanes, accountId, vehiclesOf(empty), secondsOf(empty)]);
  await write(tx, accountId, places.filter(({ bucket }) => !isEmpty(bucket)), lanes);
}

async function write(tx: Tx, accountId: string, places: readonly Placed[], lanes: number): Promise<void> {
  if (places.length === 0) return;
  const harsh = await harshOf(tx, places);
  const column = (value: (b: Bucket) => number | undefined): string => nullableArray(places.map(({ bucket }) => value(bucket) ?? null));
  const counts = places.map(({ vehicle_no, bucket }) => (harsh.size === 0 ? undefined : harsh.get(keyOf(vehicle_no, bucket.at_ms))));
  await tx.sql(writeFiveMinutes, [
    lanes,
    accountId,
    secondsOf(places),
    vehiclesOf(places),
    column((b) => Math.round(b.distance_m)),
    column((b) => b.moving_ms),
    column((b) => b.idle_ms),
    column((b) => b.stopped_ms),
    column((b) => (b.fuel_ml === undefined ? undefined : Math.round(b.fuel_ml))),
    column((b) => b.samples),
    column((b) => (b.speed_max_kmh === undefined ? undefined : Math.round(b.speed_max_kmh * 10))),
    numberArray(counts.map((c) => c?.accelerations ?? 0)),
    numberArray(counts.map((c) => c?.brakings ?? 0)),
    numberArray(counts.map((c) => c?.cornerings ?? 0)),
    ...Array.from({ length: bandCount }, (_, band) => column((b) => Math.round((b.bands[band] as number) / 100))),
  ]);
}

async function harshOf(tx: Tx, places: readonly Placed[]): Promise<Map<string, { accelerations: number; brakings: number; cornerings: number }>> {
  const vehicles = numberArray([...new Set(places.map(({ vehicle_no }) => vehicle_no))]);
  let [from, to] = [Infinity, 0];
  for (const { bucket } of places) {
    from = Math.min(from, bucket.at_ms);
    to = Math.max(to, bucket.at_ms + bucketMs);
  }
  return new Map((await tx.sql(harshCounts, [vehicles, from / 1000, to / 1000])).map((row) => [keyOf(row.vehicle_no, row.bucket_s * 1000), row]));
}
