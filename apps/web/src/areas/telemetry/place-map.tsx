import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { TrackMap, type MapMark } from './track-map';
import type { Position } from './words';

const noLines: [number, number][][] = [];

/** One vehicle where it was last, without the rest of the fleet. */
export default function PlaceMap({ last }: { last: Position & { lat: number; lon: number } }): ReactNode {
  const { t } = useTranslation();
  const here = useMemo((): MapMark => ({ id: last.vehicle_id, lat: last.lat, lon: last.lon, mark: last.state, heading: last.state === 'moving' ? (last.heading_deg ?? 0) : 0 }), [last]);
  const marks = useMemo(() => [here], [here]);
  return <TrackMap label={t('telemetry:now.map')} lines={noLines} marks={marks} />;
}
