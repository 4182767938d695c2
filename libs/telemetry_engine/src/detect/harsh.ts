import { placeOf, type Point } from '../trips/point';
import { isSpike, type Step } from '../trips/step';
import { bodyOf, type Found } from './found';
import type { MotionRules } from './rules';

export type HarshKind = 'harsh_acceleration' | 'harsh_braking' | 'harsh_cornering';

/** When each kind was told last, for as long as that keeps the next one quiet. */
export type HarshState = Partial<Record<HarshKind, number>>;

/** Below this a heading turns for other reasons than a bend. */
const corneringMinKmh = 20;
/** Up to here a change is what really happened; beyond, the mean of something that may have been harder. */
const measuredMaxS = 2;

/**
 * Harsh driving between two samples. A mean over ten seconds hides what an accelerometer would see, and a sampling coarser
 * than the rules allow is not judged at all: a trip says for which share of it that could be done.
 */
export function harshStep(s: HarshState, p: Point, c: Point, step: Step, rules: MotionRules, found: Found[]): void {
  for (const kind of Object.keys(s) as HarshKind[]) if (c.at_ms - (s[kind] ?? 0) > rules.harsh_quiet_s * 1000) delete s[kind];
  const seconds = step.ms / 1000;
  if (step.kind === 'no_data' || seconds > rules.harsh_sample_max_s || p.speed_kmh === undefined || c.speed_kmh === undefined || isSpike(p, c)) return;
  const along = (c.speed_kmh - p.speed_kmh) / 3.6 / seconds;
  if (along >= rules.harsh_acceleration_ms2) tell(s, 'harsh_acceleration', p, c, along, rules.harsh_acceleration_ms2, found);
  if (-along >= rules.harsh_braking_ms2) tell(s, 'harsh_braking', p, c, -along, rules.harsh_braking_ms2, found);
  const sideways = lateral(p, c, step.kmh, seconds);
  if (sideways >= rules.harsh_cornering_ms2) tell(s, 'harsh_cornering', p, c, sideways, rules.harsh_cornering_ms2, found);
}

function lateral(p: Point, c: Point, kmh: number, seconds: number): number {
  if (p.heading_deg === undefined || c.heading_deg === undefined || kmh < corneringMinKmh) return 0;
  const turn = Math.abs(((c.heading_deg - p.heading_deg + 540) % 360) - 180);
  return ((kmh / 3.6) * ((turn * Math.PI) / 180)) / seconds;
}

function tell(s: HarshState, kind: HarshKind, p: Point, c: Point, value: number, limit: number, found: Found[]): void {
  const quiet = s[kind] !== undefined;
  // What follows on the heels of another of its kind is the same act.
  s[kind] = c.at_ms;
  if (quiet) return;
  const sample_s = (c.at_ms - p.at_ms) / 1000;
  const details = { sample_s, precision: sample_s <= measuredMaxS ? 'measured' : 'averaged', from_kmh: p.speed_kmh ?? null, to_kmh: c.speed_kmh ?? null };
  found.push({ kind, subject: '', from_ms: c.at_ms, to_ms: c.at_ms, decided_ms: c.at_ms, body: bodyOf({ place: placeOf(c) ?? placeOf(p), value, limit, unit: 'm/s2', details, evidence: [p, c] }) });
}
