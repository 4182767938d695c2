/** What one sample says about the tank. */
export interface Level {
  at: Date;
  litres: number;
  /** Null when the device did not say. */
  speed_kmh: number | null;
}

/** One line of a calibration: this value of the sensor is so many litres. */
export interface CalibrationPoint {
  value: number;
  litres: number;
}

/** Between two points in proportion, beyond the ends never more or less than the ends: sensors do not see past the tank. */
export function calibrated(value: number, points: readonly CalibrationPoint[]): number | undefined {
  const sorted = [...points].sort((a, b) => a.value - b.value);
  const [first] = sorted;
  const last = sorted.at(-1);
  if (!first || !last) return undefined;
  if (value <= first.value) return first.litres;
  if (value >= last.value) return last.litres;
  const above = sorted.findIndex((p) => p.value >= value);
  const [from, to] = [sorted[above - 1] as CalibrationPoint, sorted[above] as CalibrationPoint];
  return from.litres + ((value - from.value) / (to.value - from.value)) * (to.litres - from.litres);
}

const minuteMs = 60_000;
/** Fuel sloshes for seconds; a median over this long does not see it, and still sees a refuel. */
const windowMs = 4 * minuteMs;
/** Longer silence than this is a gap: whatever happened in it, nobody saw. */
export const gapMs = 15 * minuteMs;
/** An engine that idles burns no more than this. */
const idleLitresPerHour = 4;
const standingKmh = 3;

/** The series without slosh: each level is the median of those around it, never across a gap. */
export function smoothed(levels: readonly Level[]): Level[] {
  let first = 0;
  let last = 0;
  return levels.map((level, i) => {
    const at = level.at.getTime();
    while (at - (levels[first]?.at.getTime() ?? at) > windowMs / 2) first += 1;
    while (last + 1 < levels.length && (levels[last + 1]?.at.getTime() ?? Infinity) - at <= windowMs / 2) last += 1;
    const near = levels.slice(first, Math.max(last, i) + 1).map((l) => l.litres).sort((a, b) => a - b);
    return { ...level, litres: near[Math.floor(near.length / 2)] ?? level.litres };
  });
}

export interface LevelChange {
  kind: 'rise' | 'drain';
  from_at: Date;
  to_at: Date;
  from_l: number;
  to_l: number;
  litres: number;
  /** Part of it happened while nobody heard of the vehicle. */
  over_gap: boolean;
}

/** Changes of a tank too large for driving: rises anywhere, drains only while it stands and is heard of all the time. */
export function changesOf(levels: readonly Level[], minLitres: number): LevelChange[] {
  const even = smoothed(levels);
  const rises = swings(even, minLitres).filter((s) => s.kind === 'rise');
  const drains = standingRuns(even)
    .flatMap((run) => swings(run, minLitres))
    .filter((s) => s.kind === 'drain' && s.litres - idleLitresPerHour * ((s.to_at.getTime() - s.from_at.getTime()) / 3_600_000) >= minLitres);
  return [...rises, ...drains].sort((a, b) => a.from_at.getTime() - b.from_at.getTime());
}

/** Stretches in which the vehicle stood and kept reporting. A speed nobody told is not taken for standing. */
function standingRuns(levels: readonly Level[]): Level[][] {
  const runs: Level[][] = [];
  let run: Level[] = [];
  for (const level of levels) {
    const before = run.at(-1);
    const standing = level.speed_kmh !== null && level.speed_kmh <= standingKmh;
    if (!standing || (before && level.at.getTime() - before.at.getTime() > gapMs)) {
      if (run.length > 1) runs.push(run);
      run = [];
    }
    if (standing) run.push(level);
  }
  return run.length > 1 ? [...runs, run] : runs;
}

/** Turning points that lie at least `min` apart; what is between two of them is one change, however many samples it took. */
function swings(levels: readonly Level[], min: number): LevelChange[] {
  const [first] = levels;
  if (!first) return [];
  const found: LevelChange[] = [];
  let way: 'up' | 'down' | undefined;
  let low = first;
  let high = first;
  for (const level of levels) {
    if (way === 'up' && high.litres - level.litres >= min) found.push(change(low, high, levels));
    if (way === 'down' && level.litres - low.litres >= min) found.push(change(high, low, levels));
    if (way !== 'down' && high.litres - level.litres >= min) [way, low] = ['down', level];
    else if (way !== 'up' && level.litres - low.litres >= min) [way, high] = ['up', level];
    else if (level.litres > high.litres && way !== 'down') high = level;
    else if (level.litres < low.litres && way !== 'up') low = level;
  }
  if (way === 'up') found.push(change(low, high, levels));
  if (way === 'down') found.push(change(high, low, levels));
  return found;
}

/** From the last moment it stood where it came from to the first at which it had arrived; a tenth either way is noise. */
function change(from: Level, to: Level, levels: readonly Level[]): LevelChange {
  const inside = levels.filter((l) => l.at >= from.at && l.at <= to.at);
  const noise = Math.abs(to.litres - from.litres) / 10;
  const begin = inside.findLast((l) => Math.abs(l.litres - from.litres) <= noise) ?? from;
  const end = inside.find((l) => l.at >= begin.at && Math.abs(l.litres - to.litres) <= noise) ?? to;
  const moving = inside.filter((l) => l.at >= begin.at && l.at <= end.at);
  const over_gap = moving.some((l, i) => i > 0 && l.at.getTime() - (moving[i - 1]?.at.getTime() ?? 0) > gapMs);
  return { kind: to.litres > from.litres ? 'rise' : 'drain', from_at: begin.at, to_at: end.at, from_l: from.litres, to_l: to.litres, litres: Math.abs(to.litres - from.litres), over_gap };
}

export type RiseVerdict = { verdict: 'fits' | 'differs'; rise_l: number } | { verdict: 'no_data' };

const heardMin = 6;

/** Litres somebody says went in, against what the tank rose around that time. Where the tank was not heard of, nothing is said. */
export function compareRise(claimedLitres: number, at: Date, levels: readonly Level[], minLitres: number): RiseVerdict {
  const before = levels.filter((l) => l.at <= at).length;
  if (before < heardMin || levels.length - before < heardMin) return { verdict: 'no_data' };
  const rise_l = changesOf(levels, minLitres).filter((c) => c.kind === 'rise').reduce((sum, c) => sum + c.litres, 0);
  return { verdict: Math.abs(claimedLitres - rise_l) > Math.max(minLitres, claimedLitres * 0.15) ? 'differs' : 'fits', rise_l };
}

const earthKm = 6371;

/** Metres between two places. */
export function metresBetween(a: { lat: number; lon: number }, b: { lat: number; lon: number }): number {
  const rad = (deg: number): number => (deg * Math.PI) / 180;
  const h = Math.sin(rad(b.lat - a.lat) / 2) ** 2 + Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(rad(b.lon - a.lon) / 2) ** 2;
  return 2 * earthKm * 1000 * Math.asin(Math.sqrt(h));
}

/** Beyond this the vehicle was somewhere else. */
export const awayMetres = 400;
