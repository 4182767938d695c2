import { placeOf, type Place, type Point } from '../trips/point';
import { flatDistanceM, isSpike, movingAboveKmh, silentMs, type Step } from '../trips/step';
import { bodyOf, withEvidence, type DetectionBody, type DetectionKind, type Found } from './found';
import type { MotionRules } from './rules';

/** Something that lasts: told once it has lasted long enough, and again when it is over. */
export interface Episode {
  from_ms: number;
  last_ms: number;
  peak: number;
  samples: number;
  evidence: Point[];
  sure?: true;
}

export type EpisodeKind = Extract<DetectionKind, 'idling' | 'overspeed' | 'towing_suspected' | 'jamming_suspected'>;

export interface EpisodeState {
  open: Partial<Record<EpisodeKind, Episode>>;
  /** Where it stood when the ignition went off. */
  parked_at?: Place;
  /** When it last had a good fix on the move. */
  fixed_ms?: number;
}

/** Below this it may have rolled into a garage. */
const jammingMinKmh = 20;
const goodSatellites = 5;
const lostSatellites = 2;
/** A fix that fades slowly is a tunnel or a street canyon. */
const suddenMs = 60_000;

export function episodeStep(s: EpisodeState, p: Point, c: Point, step: Step, rules: MotionRules, found: Found[]): void {
  if (step.kind === 'no_data') episodeGap(s, p, rules, found);
  idling(s, p, c, step, rules, found);
  overspeed(s, p, c, rules, found);
  towing(s, c, step, rules, found);
  jamming(s, c, rules, found);
}

function idling(s: EpisodeState, p: Point, c: Point, step: Step, rules: MotionRules, found: Found[]): void {
  if (step.kind !== 'idle') return close(s, 'idling', c.at_ms, rules, found);
  const e = goOn(s, 'idling', p, c);
  e.peak = e.last_ms - e.from_ms;
  if (e.peak >= rules.idle_min_s * 1000) e.sure = true;
}

function overspeed(s: EpisodeState, p: Point, c: Point, rules: MotionRules, found: Found[]): void {
  if (c.speed_kmh === undefined || isSpike(p, c)) return;
  if (c.speed_kmh <= rules.overspeed_kmh) return close(s, 'overspeed', c.at_ms, rules, found);
  const e = goOn(s, 'overspeed', c, c);
  e.peak = Math.max(e.peak, c.speed_kmh);
  if (e.samples >= 2 && e.last_ms - e.from_ms >= rules.overspeed_min_s * 1000) e.sure = true;
}

function towing(s: EpisodeState, c: Point, step: Step, rules: MotionRules, found: Found[]): void {
  if (c.ignition === undefined) return;
  const place = step.plausible ? placeOf(c) : undefined;
  if (c.ignition) {
    delete s.parked_at;
    return close(s, 'towing_suspected', c.at_ms, rules, found);
  }
  if (!s.parked_at) return void (place && (s.parked_at = place));
  const open = s.open.towing_suspected;
  const driven = (c.speed_kmh ?? step.kmh) > movingAboveKmh;
  if (!driven) {
    if (open && c.at_ms - open.last_ms >= rules.trip_stop_s * 1000) {
      close(s, 'towing_suspected', c.at_ms, rules, found);
      if (place) s.parked_at = place;
    }
    return;
  }
  const away = place ? flatDistanceM(s.parked_at, place) : 0;
  if (away < rules.towing_min_m && !open) return;
  const e = goOn(s, 'towing_suspected', c, c);
  e.peak = Math.max(e.peak, away);
  if (e.samples >= 2) e.sure = true;
}

function jamming(s: EpisodeState, c: Point, rules: MotionRules, found: Found[]): void {
  const lost = placeOf(c) === undefined || (c.satellites !== undefined && c.satellites <= lostSatellites);
  if (!lost) {
    close(s, 'jamming_suspected', c.at_ms, rules, found);
    if ((c.satellites ?? 0) >= goodSatellites && (c.speed_kmh ?? 0) >= jammingMinKmh) s.fixed_ms = c.at_ms;
    else delete s.fixed_ms;
    return;
  }
  if (!s.open.jamming_suspected && (s.fixed_ms === undefined || c.at_ms - s.fixed_ms > suddenMs)) return void delete s.fixed_ms;
  const e = goOn(s, 'jamming_suspected', c, c);
  e.peak = e.last_ms - e.from_ms;
  if (e.samples >= 3 && e.peak >= rules.jamming_min_s * 1000) e.sure = true;
}

function goOn(s: EpisodeState, kind: EpisodeKind, first: Point, c: Point): Episode {
  const e = (s.open[kind] ??= { from_ms: first.at_ms, last_ms: first.at_ms, peak: 0, samples: 0, evidence: first === c ? [] : [first] });
  e.last_ms = c.at_ms;
  e.samples += 1;
  e.evidence = withEvidence(e.evidence, c);
  return e;
}

function close(s: EpisodeState, kind: EpisodeKind, decidedMs: number, rules: MotionRules, found: Found[]): void {
  const e = s.open[kind];
  if (!e) return;
  delete s.open[kind];
  if (e.sure) found.push({ ...describe(kind, e, rules), to_ms: e.last_ms, decided_ms: decidedMs });
}

/** Nothing more was heard after `p`: what goes on is known up to there and no further. */
export function episodeGap(s: EpisodeState, p: Point, rules: MotionRules, found: Found[]): void {
  for (const kind of Object.keys(s.open) as EpisodeKind[]) close(s, kind, p.at_ms + silentMs, rules, found);
  delete s.fixed_ms;
}

export const openEpisodes = (s: EpisodeState, rules: MotionRules): Found[] =>
  (Object.entries(s.open) as [EpisodeKind, Episode][]).filter(([, e]) => e.sure).map(([kind, e]) => ({ ...describe(kind, e, rules, true), to_ms: undefined, decided_ms: Infinity }));

/** How far it goes is known only when it is over. */
function describe(kind: EpisodeKind, e: Episode, rules: MotionRules, open = false): Omit<Found, 'to_ms' | 'decided_ms'> {
  const measure: Record<EpisodeKind, Pick<DetectionBody, 'value' | 'limit' | 'unit'>> = {
    idling: { value: e.peak / 60_000, limit: rules.idle_min_s / 60, unit: 'min' },
    overspeed: { value: e.peak, limit: rules.overspeed_kmh, unit: 'km/h' },
    towing_suspected: { value: e.peak, limit: rules.towing_min_m, unit: 'm' },
    jamming_suspected: { value: e.peak / 1000, limit: rules.jamming_min_s, unit: 's' },
  };
  const { value, limit, unit } = measure[kind];
  const place = e.evidence.map(placeOf).find((found) => found !== undefined);
  const body = bodyOf({ place, value: open ? null : value, limit, unit, details: open ? {} : { duration_s: Math.round((e.last_ms - e.from_ms) / 1000) }, evidence: e.evidence });
  return { kind, subject: '', from_ms: e.from_ms, body };
}
