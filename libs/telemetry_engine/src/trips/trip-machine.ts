import type { Found, Json } from '../detect/found';
import type { MotionRules } from '../detect/rules';
import type { Place, Point } from './point';
import { isSpike, movingAboveKmh, type Step } from './step';

/** What adds up along a stretch. */
export interface Tally {
  moving_ms: number;
  idle_ms: number;
  stopped_ms: number;
  no_data_ms: number;
  distance_m: number;
  fuel_l: number | undefined;
  /** Driven between samples close enough to judge how hard it was driven. */
  fine_ms: number;
}

interface Drive {
  from_ms: number;
  from_place: Place;
  tally: Tally;
  max_kmh: number;
  /** Standing since, and what has added up since then: the end of the trip if it goes on standing. */
  still?: { since_ms: number; place: Place; tally: Tally };
}

export interface TripState {
  /** The last place to trust. */
  place?: Place;
  stop?: { from_ms: number; place: Place; tally: Tally };
  drive?: Drive;
  /** The drive has lasted long enough to be a trip. */
  sure?: true;
}

const nothing = (): Tally => ({ moving_ms: 0, idle_ms: 0, stopped_ms: 0, no_data_ms: 0, distance_m: 0, fuel_l: undefined, fine_ms: 0 });

function add(tally: Tally, step: Step, fineMaxMs: number): void {
  if (step.kind === 'moving') tally.moving_ms += step.ms;
  else if (step.kind === 'idle') tally.idle_ms += step.ms;
  else if (step.kind === 'stopped') tally.stopped_ms += step.ms;
  else tally.no_data_ms += step.ms;
  tally.distance_m += step.distance_m;
  if (step.fuel_l !== undefined) tally.fuel_l = (tally.fuel_l ?? 0) + step.fuel_l;
  if (step.kind === 'moving' && step.ms <= fineMaxMs) tally.fine_ms += step.ms;
}

function merge(into: Tally, other: Tally): void {
  for (const name of ['moving_ms', 'idle_ms', 'stopped_ms', 'no_data_ms', 'distance_m', 'fine_ms'] as const) into[name] += other[name];
  if (other.fuel_l !== undefined) into.fuel_l = (into.fuel_l ?? 0) + other.fuel_l;
}

/**
 * Trips and the stops between them. A trip begins with the first step driven and ends where the vehicle came to stand, once
 * it has stood long enough, or where its samples end. A silence is neither driving nor standing.
 */
export function tripStep(s: TripState, p: Point, c: Point, step: Step, rules: MotionRules, found: Found[]): void {
  if (step.kind === 'no_data' && step.ms > rules.trip_gap_s * 1000) {
    tripGap(s, p, rules, found);
    if (s.stop) s.stop.tally.no_data_ms += step.ms;
  } else if (s.drive) {
    driveOn(s, s.drive, p, c, step, rules);
  } else {
    if (step.kind === 'moving' && step.kmh >= rules.trip_min_speed_kmh && s.place) begin(s, s.place, p, c, step, rules);
    else if (s.stop) add(s.stop.tally, step, 0);
  }
  if (step.plausible && c.lat !== undefined && c.lon !== undefined) s.place = { lat: c.lat, lon: c.lon };
  settle(s, c, rules, found);
}

/** The first sample of a vehicle, or the first after its past was lost. */
export function tripStart(s: TripState, c: Point): void {
  if (c.lat !== undefined && c.lon !== undefined) s.place = { lat: c.lat, lon: c.lon };
}

function begin(s: TripState, place: Place, p: Point, c: Point, step: Step, rules: MotionRules): void {
  const drive: Drive = { from_ms: p.at_ms, from_place: place, tally: nothing(), max_kmh: 0 };
  s.drive = drive;
  driveOn(s, drive, p, c, step, rules);
}

function driveOn(s: TripState, drive: Drive, p: Point, c: Point, step: Step, rules: MotionRules): void {
  if (step.kind === 'moving' || step.kind === 'no_data') {
    if (drive.still) merge(drive.tally, drive.still.tally);
    delete drive.still;
    add(drive.tally, step, rules.harsh_sample_max_s * 1000);
    const fastest = c.speed_kmh === undefined ? step.kmh : isSpike(p, c) ? 0 : c.speed_kmh;
    drive.max_kmh = Math.max(drive.max_kmh, fastest);
    return;
  }
  drive.still ??= { since_ms: p.at_ms, place: s.place ?? drive.from_place, tally: nothing() };
  add(drive.still.tally, step, 0);
}

/** Decides what this sample makes certain: that it is a trip, and that the trip is over. */
function settle(s: TripState, c: Point, rules: MotionRules, found: Found[]): void {
  const { drive } = s;
  if (!drive) return;
  if (!s.sure && isTrip(drive, rules)) {
    s.sure = true;
    if (s.stop) found.push(stopOf(s.stop, drive.from_ms, c.at_ms));
    delete s.stop;
  }
  if (drive.still && c.at_ms - drive.still.since_ms >= rules.trip_stop_s * 1000) end(s, drive, drive.still, 'stop', c.at_ms, found);
}

function isTrip({ tally }: Drive, rules: MotionRules): boolean {
  return tally.moving_ms >= rules.trip_min_duration_s * 1000 && tally.distance_m >= rules.trip_min_distance_m;
}

function end(s: TripState, drive: Drive, last: { since_ms: number; place: Place; tally: Tally }, by: 'stop' | 'gap', decidedMs: number, found: Found[]): void {
  delete s.drive;
  if (s.sure) {
    delete s.sure;
    found.push(tripOf(drive, last, by, decidedMs));
    s.stop = { from_ms: last.since_ms, place: last.place, tally: last.tally };
  } else {
    // Rolled a few metres: it has been standing all the while.
    s.stop ??= { from_ms: drive.from_ms, place: drive.from_place, tally: nothing() };
    const { moving_ms, ...rest } = drive.tally;
    merge(s.stop.tally, { ...rest, moving_ms: 0, distance_m: 0, stopped_ms: rest.stopped_ms + moving_ms });
    merge(s.stop.tally, last.tally);
  }
}

/** Nothing more was heard after `p`: what goes on ends there. */
export function tripGap(s: TripState, p: Point, rules: MotionRules, found: Found[]): void {
  const { drive } = s;
  if (!drive) return;
  const place = s.place ?? drive.from_place;
  const stood = drive.still !== undefined || (p.speed_kmh ?? 0) <= movingAboveKmh;
  end(s, drive, drive.still ?? { since_ms: p.at_ms, place, tally: nothing() }, stood ? 'stop' : 'gap', p.at_ms + rules.trip_gap_s * 1000, found);
}

export const tripIsOpen = (s: TripState): boolean => s.drive !== undefined;

/** What goes on. Its content is what will not change while it does, so that it is not written with every sample. */
export function openTrips(s: TripState): Found[] {
  const open: Found[] = [];
  if (s.stop) open.push({ kind: 'stop', subject: '', from_ms: s.stop.from_ms, to_ms: undefined, decided_ms: Infinity, body: { place: placeJson(s.stop.place) } });
  if (s.sure && s.drive) open.push({ kind: 'trip', subject: '', from_ms: s.drive.from_ms, to_ms: undefined, decided_ms: Infinity, body: { from_place: placeJson(s.drive.from_place) } });
  return open;
}

const placeJson = ({ lat, lon }: Place): Json => ({ lat, lon });
const seconds = (ms: number): number => Math.round(ms / 1000);

function tripOf({ from_ms, from_place, tally, max_kmh }: Drive, last: { since_ms: number; place: Place }, ended_by: 'stop' | 'gap', decided_ms: number): Found {
  return {
    kind: 'trip',
    subject: '',
    from_ms,
    to_ms: last.since_ms,
    decided_ms,
    body: {
      from_place: placeJson(from_place),
      to_place: placeJson(last.place),
      distance_km: Math.round(tally.distance_m) / 1000,
      moving_s: seconds(tally.moving_ms),
      idle_s: seconds(tally.idle_ms),
      stopped_s: seconds(tally.stopped_ms),
      no_data_s: seconds(tally.no_data_ms),
      max_speed_kmh: Math.round(max_kmh * 10) / 10,
      fuel_l: tally.fuel_l === undefined ? null : Math.round(tally.fuel_l * 1000) / 1000,
      ended_by,
      harsh_judged_share: tally.moving_ms === 0 ? 0 : Math.round((tally.fine_ms / tally.moving_ms) * 100) / 100,
    },
  };
}

function stopOf({ from_ms, place, tally }: NonNullable<TripState['stop']>, to_ms: number, decided_ms: number): Found {
  const body = { place: placeJson(place), idle_s: seconds(tally.idle_ms), stopped_s: seconds(tally.stopped_ms + tally.moving_ms), no_data_s: seconds(tally.no_data_ms) };
  return { kind: 'stop', subject: '', from_ms, to_ms, decided_ms, body };
}
