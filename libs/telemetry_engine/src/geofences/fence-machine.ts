import { bodyOf, type Found } from '../detect/found';
import type { MotionRules } from '../detect/rules';
import { placeOf, type Point } from '../trips/point';
import type { FenceIndex } from './fence-index';
import { outsideM, type Fence } from './shape';

interface Pending {
  entering: boolean;
  sample: Point;
}

export interface FenceState {
  /** False before the first place: where it was before nobody knows, so it has not entered anything. */
  seen?: true;
  inside: Record<string, { since_ms: number; dwelt?: true }>;
  pending: Record<string, Pending>;
}

export interface FenceWorld {
  index: FenceIndex;
  park_id: string | null;
}

/**
 * Entering and leaving take two samples in a row, and leaving a margin beside the fence: a receiver that wanders at the
 * edge tells nothing. The event has the time of the first of the two.
 */
export function fenceStep(s: FenceState, c: Point, world: FenceWorld, rules: MotionRules, found: Found[]): void {
  const place = placeOf(c);
  if (!place || (world.index.size === 0 && Object.keys(s.inside).length === 0)) return;
  const around = world.index.around(place, world.park_id);
  for (const fence of around) {
    if (s.inside[fence.id]) delete s.pending[fence.id];
    else if (!s.seen) s.inside[fence.id] = { since_ms: c.at_ms };
    else enter(s, fence, c, found);
  }
  const ids = new Set(around.map((f) => f.id));
  for (const id of Object.keys(s.pending)) if (s.pending[id]?.entering && !ids.has(id)) delete s.pending[id];
  for (const id of Object.keys(s.inside)) {
    const fence = world.index.find(id);
    if (!fence) forget(s, id);
    else if (ids.has(id)) dwell(s, fence, c, found);
    else if (outsideM(fence.shape, place) > rules.geofence_margin_m) leave(s, fence, c, found);
    else delete s.pending[id];
  }
  s.seen = true;
}

function enter(s: FenceState, fence: Fence, c: Point, found: Found[]): void {
  const first = s.pending[fence.id];
  if (!first?.entering) return void (s.pending[fence.id] = { entering: true, sample: c });
  delete s.pending[fence.id];
  s.inside[fence.id] = { since_ms: first.sample.at_ms };
  found.push(crossing('geofence_enter', fence, first.sample, c));
}

function leave(s: FenceState, fence: Fence, c: Point, found: Found[]): void {
  const first = s.pending[fence.id];
  if (!first) return void (s.pending[fence.id] = { entering: false, sample: c });
  const stayedS = Math.round((first.sample.at_ms - (s.inside[fence.id]?.since_ms ?? first.sample.at_ms)) / 1000);
  forget(s, fence.id);
  found.push(crossing('geofence_exit', fence, first.sample, c, stayedS));
}

function dwell(s: FenceState, fence: Fence, c: Point, found: Found[]): void {
  const stay = s.inside[fence.id];
  if (!stay || stay.dwelt || fence.dwell_ms === undefined || c.at_ms - stay.since_ms < fence.dwell_ms) return;
  stay.dwelt = true;
  const at = stay.since_ms + fence.dwell_ms;
  const body = bodyOf({ place: placeOf(c), value: fence.dwell_ms / 60_000, limit: fence.dwell_ms / 60_000, unit: 'min', details: { geofence_id: fence.id, name: fence.name }, evidence: [c] });
  found.push({ kind: 'geofence_dwell', subject: fence.id, from_ms: at, to_ms: at, decided_ms: c.at_ms, body });
}

function forget(s: FenceState, id: string): void {
  delete s.inside[id];
  delete s.pending[id];
}

function crossing(kind: 'geofence_enter' | 'geofence_exit', fence: Fence, first: Point, second: Point, stayedS?: number): Found {
  const details = { geofence_id: fence.id, name: fence.name, ...(stayedS === undefined ? {} : { stayed_s: stayedS }) };
  const body = bodyOf({ place: placeOf(first), value: null, limit: null, unit: null, details, evidence: [first, second] });
  return { kind, subject: fence.id, from_ms: first.at_ms, to_ms: first.at_ms, decided_ms: second.at_ms, body };
}
