import type { Schemas } from '../../api/client';

export type Point = Schemas['HistoryPointView'];
export type BandKind = 'no_data' | 'moving' | 'idle' | 'stopped';

export interface Band {
  kind: BandKind;
  from: number;
  to: number;
}

const movingKmh = 3;

const kindOf = (point: Point): BandKind => ((point.speed_kmh ?? 0) > movingKmh ? 'moving' : point.ignition ? 'idle' : 'stopped');

/** A day as bands one after the other. What nobody heard is a band of its own and never counts as standing. */
export function bandsOf(points: readonly Point[], from: number, to: number): Band[] {
  const bands: Band[] = [];
  const add = (kind: BandKind, begin: number, end: number): void => {
    const last = bands.at(-1);
    if (end <= begin) return;
    if (last?.kind === kind && last.to === begin) last.to = end;
    else bands.push({ kind, from: begin, to: end });
  };
  let at = from;
  points.forEach((point, i) => {
    const begin = Date.parse(point.at);
    if (i === 0) add('no_data', at, begin);
    const next = points[i + 1];
    const end = next ? Date.parse(next.at) : begin;
    add(next && next.segment === point.segment ? kindOf(point) : 'no_data', begin, end);
    at = end;
  });
  add('no_data', at, to);
  return bands;
}

export const lengthOf = (bands: readonly Band[], kind: BandKind): number => bands.filter((band) => band.kind === kind).reduce((sum, band) => sum + band.to - band.from, 0);

/** Lines for the map, one a segment: nobody knows the way a silent vehicle took. */
export function linesOf(points: readonly Point[]): [number, number][][] {
  const lines = new Map<number, [number, number][]>();
  for (const { lat, lon, segment, marks } of points) {
    if (lat === null || lon === null || marks.includes('jump') || marks.includes('zero_position')) continue;
    lines.set(segment, [...(lines.get(segment) ?? []), [lon, lat]]);
  }
  return [...lines.values()].filter((line) => line.length > 1);
}

/** The last point at or before a moment, by bisection. */
export function pointAt(points: readonly Point[], at: number): Point | undefined {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Date.parse(points[middle]?.at ?? '') <= at) low = middle + 1;
    else high = middle;
  }
  return points[low - 1];
}
