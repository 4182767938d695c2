import { bandCount, bandOf } from '../../libs/telemetry_engine/src/rollup/figures';
import { bucketMs } from '../../libs/telemetry_engine/src/pipeline/limits';
import type { Sample } from '../../libs/telemetry_engine/src/sample';
import { isSpike, stepOf } from '../../libs/telemetry_engine/src/trips/step';
import { pointOfSample } from './motion-memory';

export interface OracleBucket {
  at_ms: number;
  samples: number;
  distance_m: number;
  moving_ms: number;
  idle_ms: number;
  stopped_ms: number;
  fuel_ml: number | null;
  speed_max_x10: number | null;
  bands: number[];
}

/** Buckets of five minutes worked out sample by sample, the slow and plain way. */
export function rollupsOf(samples: readonly Sample[]): OracleBucket[] {
  const points = [...new Map(samples.map((s) => [s.at_ms, pointOfSample(s)])).values()].sort((a, b) => a.at_ms - b.at_ms);
  const buckets = new Map<number, OracleBucket>();
  const at = (ms: number): OracleBucket => {
    const at_ms = Math.floor(ms / bucketMs) * bucketMs;
    const known = buckets.get(at_ms) ?? { at_ms, samples: 0, distance_m: 0, moving_ms: 0, idle_ms: 0, stopped_ms: 0, fuel_ml: null, speed_max_x10: null, bands: Array<number>(bandCount).fill(0) };
    buckets.set(at_ms, known);
    return known;
  };
  for (const [i, c] of points.entries()) {
    const p = points[i - 1];
    const own = at(c.at_ms);
    own.samples += 1;
    if (c.speed_kmh !== undefined && !isSpike(p, c)) own.speed_max_x10 = Math.max(own.speed_max_x10 ?? 0, Math.round(c.speed_kmh * 10));
    if (!p) continue;
    const step = stepOf(p, c);
    if (step.kind === 'no_data') continue;
    for (let from = p.at_ms; from < c.at_ms; ) {
      const bucket = at(from);
      const to = Math.min(c.at_ms, bucket.at_ms + bucketMs);
      const share = (to - from) / step.ms;
      bucket[`${step.kind}_ms`] += to - from;
      bucket.distance_m += step.distance_m * share;
      if (step.fuel_l !== undefined) bucket.fuel_ml = (bucket.fuel_ml ?? 0) + step.fuel_l * 1000 * share;
      if (step.kind === 'moving') bucket.bands[bandOf(step.kmh)]! += (to - from) / 100;
      from = to;
    }
  }
  return [...buckets.values()].sort((a, b) => a.at_ms - b.at_ms);
}
