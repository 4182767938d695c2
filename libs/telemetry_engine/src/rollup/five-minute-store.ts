import type { Tx } from '@fleet/platform/database';
import { bucketMs } from '../pipeline/limits';
import { copyOut, nullableArray, numberArray } from '../store/copy-out';
import type { DirtyBucket } from '../store/dirty-buckets';
import { parkedSilentMs } from '../trips/step';
import { stepPoint } from '../trips/point';
import { bandCount } from './figures';
import { isEmpty, RunOfBuckets, type Bucket, type Run } from './five-minutes';
import { dropFiveMinutes, edgesOf, harshCounts, noteHours, samplesOfRuns, writeFiveMinutes } from './rollup-sql';

interface Placed {
  run: RunOfBuckets;
  bucket: Bucket;
}

const keyOf = (vehicleNo: number, atMs: number): string => `${vehicleNo} ${atMs}`;
const secondsOf = (places: readonly Placed[]): string => numberArray(places.map(({ bucket }) => bucket.at_ms / 1000));
const vehiclesOf = (places: readonly Placed[]): string => numberArray(places.map(({ run }) => run.run.vehicle_no));

/**
 * Computes runs of buckets from their samples and replaces what stood there. Answers buckets whose neighbours see another
 * first or last sample now: they must be computed anew too.
 */
export async function replaceRuns(tx: Tx, wanted: readonly Run[], lanes: number): Promise<DirtyBucket[]> {
  const runs = await readRuns(tx, wanted);
  const places = runs.flatMap((run) => run.buckets.map((bucket): Placed => ({ run, bucket })));
  const empty = places.filter(({ bucket }) => isEmpty(bucket));
  const edges = runs.flatMap(edgesOfRun);
  const asked = [...new Set([...empty, ...edges.map(({ place }) => place)])];
  const known = new Map((asked.length === 0 ? [] : await tx.sql(edgesOf, [vehiclesOf(asked), secondsOf(asked)])).map((row) => [keyOf(row.vehicle_no, row.bucket_s * 1000), row]));
  const knownAt = ({ run, bucket }: Placed): { first_ms: number | null; last_ms: number | null } | undefined => known.get(keyOf(run.run.vehicle_no, bucket.at_ms));
  await drop(tx, empty.filter((place) => knownAt(place)), lanes);
  await write(tx, places.filter(({ bucket }) => !isEmpty(bucket)), lanes);
  return edges.flatMap(({ place, edge, from_ms, to_ms }) => ((knownAt(place)?.[edge] ?? undefined) === place.bucket[edge] ? [] : bucketsBetween(place.run.run.vehicle_no, from_ms, to_ms)));
}

async function readRuns(tx: Tx, wanted: readonly Run[]): Promise<RunOfBuckets[]> {
  const runs = wanted.map((run) => new RunOfBuckets(run));
  const of = (value: (run: Run) => number): string => numberArray(wanted.map(value));
  const select = samplesOfRuns(of((r) => r.vehicle_no), of((r) => r.from_ms / 1000), of((r) => r.to_ms / 1000));
  await copyOut(tx, select, (row) => {
    const run = runs[(row.int4() as number) - 1] as RunOfBuckets;
    const accountNo = row.int2() as number;
    run.take(stepPoint(row), accountNo);
  });
  return runs;
}

interface Edge {
  place: Placed;
  edge: 'first_ms' | 'last_ms';
  from_ms: number;
  to_ms: number;
}

/** The first and the last bucket with samples, where a neighbour outside sees them across a gap of buckets. */
function edgesOfRun(run: RunOfBuckets): Edge[] {
  const { before_ms, after_ms } = run;
  const edges: Edge[] = [];
  const first = run.buckets.find(({ samples }) => samples > 0);
  const last = run.buckets.findLast(({ samples }) => samples > 0);
  if (first && before_ms !== undefined && before_ms >= first.at_ms - parkedSilentMs) {
    edges.push({ place: { run, bucket: first }, edge: 'first_ms', from_ms: Math.floor(before_ms / bucketMs) * bucketMs, to_ms: run.run.from_ms - bucketMs });
  }
  if (last && after_ms !== undefined && after_ms <= last.at_ms + bucketMs + parkedSilentMs) {
    edges.push({ place: { run, bucket: last }, edge: 'last_ms', from_ms: run.run.to_ms, to_ms: Math.floor(after_ms / bucketMs) * bucketMs });
  }
  return edges;
}

function bucketsBetween(vehicle_no: number, fromMs: number, toMs: number): DirtyBucket[] {
  const found: DirtyBucket[] = [];
  for (let at = fromMs; at <= toMs; at += bucketMs) found.push({ vehicle_no, bucket_at: new Date(at) });
  return found;
}

async function drop(tx: Tx, gone: readonly Placed[], lanes: number): Promise<void> {
  if (gone.length === 0) return;
  await tx.sql(dropFiveMinutes, [vehiclesOf(gone), secondsOf(gone)]);
  await tx.sql(noteHours, [lanes, vehiclesOf(gone), secondsOf(gone), nullableArray(gone.map(({ run }) => run.account_no ?? null))]);
}

async function write(tx: Tx, places: readonly Placed[], lanes: number): Promise<void> {
  if (places.length === 0) return;
  const harsh = await harshOf(tx, places);
  const column = (value: (b: Bucket) => number | undefined): string => nullableArray(places.map(({ bucket }) => value(bucket) ?? null));
  const counts = places.map(({ run, bucket }) => harsh.get(keyOf(run.run.vehicle_no, bucket.at_ms)));
  await tx.sql(writeFiveMinutes, [
    lanes,
    secondsOf(places),
    vehiclesOf(places),
    numberArray(places.map(({ run }) => run.account_no as number)),
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
    column((b) => b.first_ms),
    column((b) => b.last_ms),
  ]);
}

async function harshOf(tx: Tx, places: readonly Placed[]): Promise<Map<string, { accelerations: number; brakings: number; cornerings: number }>> {
  const vehicles = numberArray([...new Set(places.map(({ run }) => run.run.vehicle_no))]);
  let [from, to] = [Infinity, 0];
  for (const { bucket } of places) {
    from = Math.min(from, bucket.at_ms);
    to = Math.max(to, bucket.at_ms + bucketMs);
  }
  return new Map((await tx.sql(harshCounts, [vehicles, from / 1000, to / 1000])).map((row) => [keyOf(row.vehicle_no, row.bucket_s * 1000), row]));
}
