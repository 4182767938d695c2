import { Anchor, Group, Stack, Table, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { useFormat } from '../../app/me';
import { useTitle } from '../../app/title';
import { Facts } from '../../kit/detail';
import { Icon } from '../../kit/icons';
import { Trouble, Waiting } from '../../kit/states';
import { dayOf } from '../../kit/zoned';
import { TrackMap, type MapMark } from './track-map';
import classes from './track.module.css';
import { coordinates, DetectionBadge, measured, replayAt, subjectOf } from './words';

type Evidenced = Schemas['DetectionWithEvidenceView'];

export default function DetectionPage(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { data, error, refetch } = useQuery({
    queryKey: ['/api/v1/telemetry/detections/{detection_id}', id],
    queryFn: () => take(api.GET('/api/v1/telemetry/detections/{detection_id}', { params: { path: { detection_id: id } } })),
  });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  return data ? <DetectionView detection={data} /> : <Waiting />;
}

function DetectionView({ detection }: { detection: Evidenced }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const title = t('telemetry:detections.title', { kind: t(`telemetry:kind.${detection.kind}`), plate: detection.plate });
  useTitle(title);
  const { details } = detection as { details: Record<string, unknown> };
  const averaged = details['precision'] === 'averaged';
  return (
    <Stack gap="sm">
      <Anchor component={Link} to="/detections" size="xs" className="back">
        <Icon name="back" size={12} /> {t('telemetry:detections.nav')}
      </Anchor>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Title order={1} size="h3">
            {title}
          </Title>
          <DetectionBadge kind={detection.kind} />
        </Group>
        <Group gap="md">
          <Anchor component={Link} to={replayAt(detection.vehicle_id, detection.at, dayOf(detection.at, format.habits.timeZone))} size="sm">
            {t('telemetry:detections.moment')}
          </Anchor>
          <Anchor component={Link} to={`/vehicles/${detection.vehicle_id}`} size="sm">
            {t('telemetry:card.open')}
          </Anchor>
        </Group>
      </Group>
      <Facts
        facts={[
          [t('kit:when'), format.dateTime(detection.at)],
          [t('telemetry:detections.to'), detection.to_at === null ? t('telemetry:detections.going_on') : format.dateTime(detection.to_at)],
          [t('telemetry:detections.subject'), subjectOf(detection) || '–'],
          [t('telemetry:detections.value'), `${measured(format, detection.value, detection.unit)}${averaged ? ` · ${t('telemetry:detections.averaged')}` : ''}`],
          [t('telemetry:detections.limit'), measured(format, detection.limit, detection.unit)],
          [t('telemetry:trips.place'), detection.place ? coordinates(detection.place) : '–'],
          [t('telemetry:detections.revision'), format.number(detection.revision)],
        ]}
      />
      <Evidence detection={detection} />
    </Stack>
  );
}

/** The samples it was seen in, on the map and as figures. */
function Evidence({ detection }: { detection: Evidenced }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const placed = useMemo(() => detection.evidence.filter((e): e is typeof e & { lat: number; lon: number } => e.lat !== null && e.lon !== null), [detection]);
  const lines = useMemo(() => [placed.map((e): [number, number] => [e.lon, e.lat])], [placed]);
  const marks = useMemo((): MapMark[] => (detection.place ? [{ id: 'place', mark: 'event', ...detection.place }] : []), [detection]);
  return (
    <>
      {marks.length > 0 && (
        <div className={classes.place}>
          <TrackMap label={t('telemetry:detections.map')} lines={lines} marks={marks} />
        </div>
      )}
      <div style={{ overflowX: 'auto' }} className="card" tabIndex={0} role="region" aria-label={t('telemetry:detections.evidence')}>
        <Table>
          <Table.Caption>{t('telemetry:detections.evidence')}</Table.Caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('kit:when')}</Table.Th>
              <Table.Th>{t('telemetry:card.speed')}</Table.Th>
              <Table.Th>{t('telemetry:card.ignition')}</Table.Th>
              <Table.Th>{t('telemetry:detections.satellites')}</Table.Th>
              <Table.Th>{t('telemetry:trips.place')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {detection.evidence.map((e) => (
              <Table.Tr key={e.at}>
                <Table.Td>{format.time(e.at)}</Table.Td>
                <Table.Td>{format.speed(e.speed_kmh)}</Table.Td>
                <Table.Td>{e.ignition === null ? '–' : t(e.ignition ? 'telemetry:card.on' : 'telemetry:card.off')}</Table.Td>
                <Table.Td>{format.number(e.satellites)}</Table.Td>
                <Table.Td>{e.lat !== null && e.lon !== null ? coordinates({ lat: e.lat, lon: e.lon }) : '–'}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
  );
}
