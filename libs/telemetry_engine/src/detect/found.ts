import type { detectionKinds } from '@fleet/contracts';
import type { Place, Point } from '../trips/point';

export type DetectionKind = (typeof detectionKinds)[number];
export type FoundKind = 'trip' | 'stop' | DetectionKind;
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * Something that samples tell. `decided_ms` is the moment in the samples' own time from which on it was settled: whoever
 * reads the samples again from there on finds it settled already. Infinity while it goes on.
 */
export interface Found {
  kind: FoundKind;
  /** What tells two of a kind apart at the same time: the geofence, the code. */
  subject: string;
  from_ms: number;
  to_ms: number | undefined;
  decided_ms: number;
  body: Record<string, Json>;
}

export interface Evidence {
  at: string;
  lat: number | null;
  lon: number | null;
  speed_kmh: number | null;
  heading_deg: number | null;
  ignition: boolean | null;
  satellites: number | null;
}

export const evidenceMax = 12;

export const evidenceOf = (p: Point): Evidence => ({
  at: new Date(p.at_ms).toISOString(),
  lat: p.lat ?? null,
  lon: p.lon ?? null,
  speed_kmh: p.speed_kmh ?? null,
  heading_deg: p.heading_deg ?? null,
  ignition: p.ignition ?? null,
  satellites: p.satellites ?? null,
});

export interface DetectionBody {
  place: Place | undefined;
  value: number | null;
  limit: number | null;
  unit: string | null;
  details: Record<string, string | number | boolean | null>;
  /** The samples it was seen in. */
  evidence: readonly Point[];
}

export function bodyOf({ place, value, limit, unit, details, evidence }: DetectionBody): Record<string, Json> {
  return {
    place: place ? { lat: place.lat, lon: place.lon } : null,
    value: value === null ? null : Math.round(value * 100) / 100,
    limit,
    unit,
    details,
    evidence: evidence.map((p) => ({ ...evidenceOf(p) })),
  };
}

/** The first samples of an episode, and its last two. */
export function withEvidence(kept: readonly Point[], p: Point): Point[] {
  return kept.length < evidenceMax - 2 ? [...kept, p] : [...kept.slice(0, evidenceMax - 2), ...kept.slice(evidenceMax - 2).slice(-1), p];
}
