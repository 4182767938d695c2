import type { Place } from './point';

const metresPerDegree = 111_195.08;

/** Leaves out points that lie within `toleranceM` of the line through their neighbours (Douglas and Peucker), without recursion. */
export function simplified<P extends Place>(points: readonly P[], toleranceM: number): P[] {
  if (points.length <= 2) return [...points];
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const spans: [number, number][] = [[0, points.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [first, last] = span;
    const { index, away } = farthest(points, first, last);
    if (away <= toleranceM) continue;
    keep[index] = 1;
    spans.push([first, index], [index, last]);
  }
  return points.filter((_, i) => keep[i]);
}

/** Simplified until it fits: a long trip is drawn more coarsely. */
export function simplifiedTo<P extends Place>(points: readonly P[], toleranceM: number, max: number): P[] {
  for (let tolerance = toleranceM; ; tolerance *= 2) {
    const kept = simplified(points, tolerance);
    if (kept.length <= max) return kept;
  }
}

function farthest(points: readonly Place[], first: number, last: number): { index: number; away: number } {
  const a = points[first] as Place;
  const b = points[last] as Place;
  const scale = Math.cos((a.lat * Math.PI) / 180);
  const [dx, dy] = [(b.lon - a.lon) * scale, b.lat - a.lat];
  const length2 = dx * dx + dy * dy;
  let found = { index: first, away: 0 };
  for (let i = first + 1; i < last; i += 1) {
    const p = points[i] as Place;
    const [px, py] = [(p.lon - a.lon) * scale, p.lat - a.lat];
    const along = length2 === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length2));
    const away = Math.hypot(px - along * dx, py - along * dy) * metresPerDegree;
    if (away > found.away) found = { index: i, away };
  }
  return found;
}
