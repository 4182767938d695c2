import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { StatusBadge, type Tone } from '../../kit/badge';
import type { Format } from '../../kit/format';

export type Position = Schemas['LastPositionView'];
export type Motion = Position['state'];
export type Trip = Schemas['TripView'];
export type Stop = Schemas['StopView'];
export type Detection = Schemas['DetectionView'];
export type Fence = Schemas['GeofenceView'];

export const motions: readonly Motion[] = ['moving', 'idle', 'stopped', 'no_data'];

/** Colours people know from other systems; the word and the shape beside them say the same. */
export const motionTones: Record<Motion, Tone> = { moving: 'good', idle: 'warn', stopped: 'calm', no_data: 'off' };

/** As `kit/map/marks.ts` draws them. */
const motionShapes: Record<Motion, string> = { moving: '➤', idle: '▲', stopped: '■', no_data: '○' };

export function MotionBadge({ state }: { state: Motion }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={motionTones[state]} shape={motionShapes[state]}>{t(`telemetry:motion.${state}`)}</StatusBadge>;
}

export const fenceKinds = ['geofence_enter', 'geofence_exit', 'geofence_dwell'] as const;
export const detectionKinds = [
  'overspeed',
  'harsh_acceleration',
  'harsh_braking',
  'harsh_cornering',
  'idling',
  ...fenceKinds,
  'device_silent',
  'new_dtc',
  'towing_suspected',
  'jamming_suspected',
] as const;

const detectionTones: Record<Detection['kind'], Tone> = {
  overspeed: 'bad',
  harsh_acceleration: 'warn',
  harsh_braking: 'warn',
  harsh_cornering: 'warn',
  idling: 'calm',
  geofence_enter: 'busy',
  geofence_exit: 'busy',
  geofence_dwell: 'busy',
  device_silent: 'off',
  new_dtc: 'bad',
  towing_suspected: 'bad',
  jamming_suspected: 'bad',
};

export function DetectionBadge({ kind }: { kind: Detection['kind'] }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={detectionTones[kind]}>{t(`telemetry:kind.${kind}`)}</StatusBadge>;
}

/** What was measured, in the units of the account. */
export function measured(format: Format, value: number | null, unit: string | null): string {
  if (value === null) return '–';
  if (unit === 'km/h') return format.speed(value);
  if (unit === 'min') return format.duration(value * 60_000);
  if (unit === 's') return format.duration(value * 1000);
  if (unit === 'm') return format.distance(value / 1000, 1);
  return `${format.number(value, 1)} ${unit === 'm/s2' ? 'm/s²' : (unit ?? '')}`.trim();
}

/** What a detection says beside its measure: the geofence, the trouble code. */
export function subjectOf({ details }: Pick<Detection, 'details'>): string {
  const { name, code } = details as { name?: unknown; code?: unknown };
  return [name, code].filter((part): part is string => typeof part === 'string').join(' ');
}

export const secondsBetween = (from: string, to: string | null, now = Date.now()): number => ((to === null ? now : Date.parse(to)) - Date.parse(from)) / 1000;

/** A vehicle's day, opened at a moment. */
export const replayAt = (vehicleId: string, at: string, day: string): string => `/vehicles/${vehicleId}?${new URLSearchParams({ tab: 'track', day, at }).toString()}`;

/** Coordinates as people paste them into other maps. */
export const coordinates = (place: { lat: number; lon: number }): string => `${place.lat.toFixed(5)}, ${place.lon.toFixed(5)}`;
