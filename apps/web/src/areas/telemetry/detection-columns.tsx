import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import type { Column } from '../../kit/list/types';
import { dayOf } from '../../kit/zoned';
import { coordinates, DetectionBadge, measured, replayAt, subjectOf, type Detection } from './words';

export function useDetectionColumns(ofFleet: boolean): Column<Detection>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const replay = (d: Detection): string => replayAt(d.vehicle_id, d.at, dayOf(d.at, format.habits.timeZone));
  return [
    { id: 'at', header: t('kit:when'), cell: (d) => format.dateTime(d.at), sort: 'at', phone: 'title' },
    { id: 'kind', header: t('telemetry:detections.kind'), cell: (d) => <DetectionBadge kind={d.kind} /> },
    ...(ofFleet ? [{ id: 'plate', header: t('telemetry:trips.vehicle'), cell: (d: Detection) => <Anchor component={Link} to={`/vehicles/${d.vehicle_id}`} size="sm">{d.plate}</Anchor> }] : []),
    { id: 'subject', header: t('telemetry:detections.subject'), cell: (d) => subjectOf(d) || '–' },
    { id: 'value', header: t('telemetry:detections.value'), cell: (d) => measured(format, d.value, d.unit), align: 'right' },
    { id: 'limit', header: t('telemetry:detections.limit'), cell: (d) => measured(format, d.limit, d.unit), align: 'right' },
    { id: 'to', header: t('telemetry:detections.to'), cell: (d) => (d.to_at === null ? t('telemetry:detections.going_on') : d.to_at === d.at ? '–' : format.dateTime(d.to_at)), hidden: true },
    { id: 'place', header: t('telemetry:trips.place'), cell: (d) => (d.place ? <Anchor component={Link} to={replay(d)} size="sm">{coordinates(d.place)}</Anchor> : '–') },
  ];
}
