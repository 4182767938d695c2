import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import type { Column } from '../../kit/list/types';
import { dayOf } from '../../kit/zoned';
import { coordinates, replayAt, secondsBetween, type Stop, type Trip } from './words';

export const tripHref = (trip: Pick<Trip, 'id' | 'vehicle_id'>): string => `/trips/${trip.vehicle_id}/${trip.id}`;

function usePlate<Row extends Trip | Stop>(): Column<Row> {
  const { t } = useTranslation();
  return { id: 'plate', header: t('telemetry:trips.vehicle'), cell: (row) => <Anchor component={Link} to={`/vehicles/${row.vehicle_id}`} size="sm">{row.plate}</Anchor> };
}

export function useTripColumns(ofFleet: boolean): Column<Trip>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const plate = usePlate<Trip>();
  const seconds = (value: number | null): string => format.duration(value === null ? null : value * 1000);
  return [
    { id: 'from', header: t('telemetry:trips.from'), cell: (trip) => format.dateTime(trip.from_at), sort: 'from_at', phone: 'title' },
    ...(ofFleet ? [plate] : []),
    { id: 'to', header: t('telemetry:trips.to'), cell: (trip) => (trip.to_at ? format.dateTime(trip.to_at) : <StatusBadge tone="good">{t('telemetry:trips.going_on')}</StatusBadge>) },
    { id: 'length', header: t('telemetry:trips.length'), cell: (trip) => seconds(secondsBetween(trip.from_at, trip.to_at)), align: 'right' },
    { id: 'distance', header: t('telemetry:trips.distance'), cell: (trip) => format.distance(trip.distance_km, 1), align: 'right' },
    { id: 'max_speed', header: t('telemetry:trips.max_speed'), cell: (trip) => format.speed(trip.max_speed_kmh), align: 'right' },
    { id: 'idle', header: t('telemetry:trips.idle'), cell: (trip) => seconds(trip.idle_s), align: 'right' },
    { id: 'no_data', header: t('telemetry:trips.no_data'), cell: (trip) => seconds(trip.no_data_s), align: 'right', hidden: true },
    { id: 'fuel', header: t('telemetry:trips.fuel'), cell: (trip) => format.fuel(trip.fuel_l), align: 'right' },
    { id: 'ended', header: t('telemetry:trips.ended'), cell: (trip) => (trip.ended_by ? t(`telemetry:trips.ended_by.${trip.ended_by}`) : '–'), hidden: true },
  ];
}

export function useStopColumns(ofFleet: boolean): Column<Stop>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const plate = usePlate<Stop>();
  const seconds = (value: number | null): string => format.duration(value === null ? null : value * 1000);
  const replay = (stop: Stop): string => replayAt(stop.vehicle_id, stop.from_at, dayOf(stop.from_at, format.habits.timeZone));
  return [
    { id: 'from', header: t('telemetry:trips.from'), cell: (stop) => format.dateTime(stop.from_at), sort: 'from_at', phone: 'title' },
    ...(ofFleet ? [plate] : []),
    { id: 'to', header: t('telemetry:trips.to'), cell: (stop) => (stop.to_at ? format.dateTime(stop.to_at) : <StatusBadge tone="calm">{t('telemetry:trips.standing')}</StatusBadge>) },
    { id: 'length', header: t('telemetry:trips.length'), cell: (stop) => seconds(secondsBetween(stop.from_at, stop.to_at)), align: 'right' },
    { id: 'idle', header: t('telemetry:trips.idle'), cell: (stop) => seconds(stop.idle_s), align: 'right' },
    { id: 'no_data', header: t('telemetry:trips.no_data'), cell: (stop) => seconds(stop.no_data_s), align: 'right', hidden: true },
    { id: 'place', header: t('telemetry:trips.place'), cell: (stop) => <Anchor component={Link} to={replay(stop)} size="sm">{coordinates(stop.place)}</Anchor> },
  ];
}
