import { statement, type Db, type Tx } from '@fleet/platform/database';
import { bucketMs } from '../pipeline/limits';
import { numberArray } from '../store/copy-out';
import { takeDirtyBuckets, type DirtyBucket } from '../store/dirty-buckets';

/** Time of a vehicle whose samples must be read again; whole five minutes. */
export interface Span {
  vehicle_no: number;
  from_ms: number;
  to_ms: number;
}

/** Marks taken with one lock on dirty_bucket: writers of samples wait meanwhile. */
const takeMax = 20_000;

const insert = statement<object>(`
  insert into telemetry_engine.derive_work (vehicle_no, from_at, to_at)
  select v, to_timestamp(f), to_timestamp(t) from unnest($1::int[], $2::float8[], $3::float8[]) w(v, f, t)`);
const take = statement<Span>(`
  delete from telemetry_engine.derive_work where vehicle_no = any($1::int[])
  returning vehicle_no, date_part('epoch', from_at) * 1000 as from_ms, date_part('epoch', to_at) * 1000 as to_ms`);

/** Notes down what samples have touched. Short: nobody stores samples while the marks are taken away. */
export async function collectMarks(db: Db): Promise<void> {
  for (let taken = takeMax; taken === takeMax; ) {
    taken = await db.system('telemetry_engine.collect_dirty', async (tx) => {
      const buckets = await takeDirtyBuckets(tx, takeMax);
      if (buckets.length > 0) await noteSpans(tx, spansOf(buckets));
      return buckets.length;
    });
  }
}

export async function noteSpans(tx: Tx, spans: readonly Span[]): Promise<void> {
  await tx.sql(insert, [numberArray(spans.map((s) => s.vehicle_no)), numberArray(spans.map((s) => s.from_ms / 1000)), numberArray(spans.map((s) => s.to_ms / 1000))]);
}

/** What is noted of these vehicles, off the list; of each in order, and nothing twice. */
export async function takeSpans(tx: Tx, vehicleNos: readonly number[]): Promise<Map<number, Span[]>> {
  const byVehicle = new Map<number, Span[]>();
  for (const span of joined(await tx.sql(take, [numberArray(vehicleNos)]))) {
    const known = byVehicle.get(span.vehicle_no);
    if (known) known.push(span);
    else byVehicle.set(span.vehicle_no, [span]);
  }
  return byVehicle;
}

export const spansOf = (buckets: readonly DirtyBucket[]): Span[] =>
  joined(buckets.map(({ vehicle_no, bucket_at }) => ({ vehicle_no, from_ms: bucket_at.getTime(), to_ms: bucket_at.getTime() + bucketMs })));

/** By vehicle and time, neighbours made one. */
function joined(spans: Span[]): Span[] {
  spans.sort((a, b) => a.vehicle_no - b.vehicle_no || a.from_ms - b.from_ms);
  const whole: Span[] = [];
  for (const span of spans) {
    const last = whole.at(-1);
    if (last?.vehicle_no === span.vehicle_no && span.from_ms <= last.to_ms) last.to_ms = Math.max(last.to_ms, span.to_ms);
    else whole.push(span);
  }
  return whole;
}
