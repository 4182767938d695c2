import { fenceStep, type FenceState, type FenceWorld } from '../geofences/fence-machine';
import { bucketMs } from '../pipeline/limits';
import { placeOf, type Point } from '../trips/point';
import { silentMs, stepOf } from '../trips/step';
import { openTrips, tripGap, tripIsOpen, tripStart, tripStep, type TripState } from '../trips/trip-machine';
import { episodeGap, episodeStep, openEpisodes, type EpisodeState } from './episodes';
import { bodyOf, type Found } from './found';
import { harshStep, type HarshState } from './harsh';
import type { MotionRules } from './rules';

/** Everything the rules remember of a vehicle. Plain data: it is stored, and two are compared as text. */
export interface MotionState {
  last?: Point;
  /** Samples seen in the five minutes of the last one: how a late one among them is noticed. */
  in_bucket: number;
  trip: TripState;
  episodes: EpisodeState;
  harsh: HarshState;
  fences: FenceState;
  /** Trouble codes and when each was last seen. */
  dtcs: Record<string, number>;
}

export interface MotionWorld {
  rules: MotionRules;
  fences: FenceWorld;
}

/** A code that was not seen for so long is new when it comes back. */
const dtcForgottenMs = 7 * 86_400_000;
const dtcsMax = 32;

export const newState = (): MotionState => ({ in_bucket: 0, trip: {}, episodes: { open: {} }, harsh: {}, fences: { inside: {}, pending: {} }, dtcs: {} });

export const bucketOf = (ms: number): number => Math.floor(ms / bucketMs);

/** Takes the next sample of a vehicle, in the order of their own times. */
export function advance(s: MotionState, c: Point, world: MotionWorld, found: Found[]): void {
  const { rules, fences } = world;
  const p = s.last;
  if (p) {
    const step = stepOf(p, c);
    tripStep(s.trip, p, c, step, rules, found);
    episodeStep(s.episodes, p, c, step, rules, found);
    harshStep(s.harsh, p, c, step, rules, found);
    if (step.plausible) fenceStep(s.fences, c, fences, rules, found);
  } else {
    tripStart(s.trip, c);
    fenceStep(s.fences, c, fences, rules, found);
  }
  if (c.dtcs) newCodes(s, c, c.dtcs, found);
  s.in_bucket = p && bucketOf(p.at_ms) === bucketOf(c.at_ms) ? s.in_bucket + 1 : 1;
  s.last = c;
}

function newCodes(s: MotionState, c: Point, codes: readonly string[], found: Found[]): void {
  for (const code of codes) {
    const seen = s.dtcs[code];
    s.dtcs[code] = c.at_ms;
    if (seen !== undefined && c.at_ms - seen <= dtcForgottenMs) continue;
    const body = bodyOf({ place: placeOf(c), value: null, limit: null, unit: null, details: { code }, evidence: [c] });
    found.push({ kind: 'new_dtc', subject: code, from_ms: c.at_ms, to_ms: c.at_ms, decided_ms: c.at_ms, body });
  }
  const known = Object.entries(s.dtcs).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  for (const [code, seen] of known) if (c.at_ms - seen > dtcForgottenMs) delete s.dtcs[code];
  for (const [code] of known.slice(dtcsMax)) delete s.dtcs[code];
}

/** From this moment on, by the house's clock, silence ends what goes on; undefined when nothing does. */
export function closesAtMs(s: MotionState, rules: MotionRules): number | undefined {
  if (!s.last) return undefined;
  const trip = tripIsOpen(s.trip) ? s.last.at_ms + rules.trip_gap_s * 1000 : Infinity;
  const episodes = Object.keys(s.episodes.open).length > 0 ? s.last.at_ms + silentMs : Infinity;
  const first = Math.min(trip, episodes);
  return first === Infinity ? undefined : first;
}

/** What is settled by silence until now and what still goes on. The state itself stays: the next sample may fill the gap. */
export function outlook(s: MotionState, nowMs: number, world: MotionWorld): { found: Found[]; closes_ms: number | undefined } {
  const { rules } = world;
  const closesMs = closesAtMs(s, rules);
  if (!s.last || closesMs === undefined || nowMs < closesMs) return { found: [...openTrips(s.trip), ...openEpisodes(s.episodes, rules)], closes_ms: closesMs };
  const copy = revived(frozen(s));
  const found: Found[] = [];
  if (tripIsOpen(copy.trip) && nowMs >= s.last.at_ms + rules.trip_gap_s * 1000) tripGap(copy.trip, s.last, rules, found);
  if (nowMs >= s.last.at_ms + silentMs) episodeGap(copy.episodes, s.last, rules, found);
  return { found: [...found, ...openTrips(copy.trip), ...openEpisodes(copy.episodes, rules)], closes_ms: closesAtMs(copy, rules) };
}

/** The state as text, the same letters for the same content whatever happened before. Written out: every vehicle read pays for it. */
export function frozen(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(frozen).join(',')}]`;
  const said = value as Record<string, unknown>;
  let text = '';
  for (const key of Object.keys(said).sort()) if (said[key] !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${frozen(said[key])}`;
  return `{${text}}`;
}

export const revived = (text: string): MotionState => JSON.parse(text) as MotionState;
