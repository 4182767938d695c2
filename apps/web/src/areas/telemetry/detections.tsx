import { Anchor, Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { May, useFormat } from '../../app/me';
import { openDialog } from '../../kit/dialogs';
import { ExportButton } from '../../kit/export-button';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import type { Column } from '../../kit/list/types';
import { useOptions } from '../../kit/options';
import { dayOf } from '../../kit/zoned';
import { MotionSettings } from './motion-settings';
import { usePeriod } from './period';
import { coordinates, detectionKinds, DetectionBadge, measured, replayAt, subjectOf, type Detection } from './words';

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

export default function DetectionsPage(): ReactNode {
  const { t } = useTranslation();
  const period = usePeriod();
  return (
    <ListPage
      id="detections"
      title={t('telemetry:detections.nav')}
      path="/api/v1/telemetry/detections"
      fixed={period.query}
      filters={[
        { name: 'kind', label: t('telemetry:detections.kind'), options: useOptions('telemetry:kind', detectionKinds) },
        { name: 'plate', label: t('telemetry:trips.plate') },
      ]}
      hrefOf={(d) => `/detections/${d.id}`}
      refetchEveryMs={30_000}
      columns={useDetectionColumns(true)}
      empty={{ title: t('telemetry:detections.none'), hint: t('telemetry:detections.none_hint') }}
      actions={
        <>
          {period.control}
          <ExportButton path="/api/v1/telemetry/detections/export" names={['plate', 'kind', 'sort']} fixed={period.query} />
          <May permission="telemetry_engine.motion_setting.read">
            <Button size="xs" variant="default" leftSection={<Icon name="gear" size={14} />} onClick={() => openDialog(t('telemetry:settings.title'), (close) => <MotionSettings close={close} />, 'xl')}>
              {t('telemetry:settings.title')}
            </Button>
          </May>
        </>
      }
    />
  );
}
