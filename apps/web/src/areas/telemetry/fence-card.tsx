import { Anchor, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { fetchPage } from '../../api/lists';
import { May, useFormat, useMay } from '../../app/me';
import { Facts } from '../../kit/detail';
import { useParks } from '../../kit/options';
import { Trouble, Waiting } from '../../kit/states';
import { Ago } from '../../kit/time';
import { shapeText } from './fence-draft';
import classes from './fences.module.css';
import { DetectionBadge, fenceKinds, MotionBadge, type Fence } from './words';

const shownEvents = 20;

interface FenceCardProps {
  fence: Fence;
  onEdit: () => void;
  onErase: () => void;
  onBack: () => void;
}

/** One geofence: what it is, who is inside now, who came and went. */
export function FenceCard({ fence, onEdit, onErase, onBack }: FenceCardProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const parks = useParks();
  const outline = fence.shape.type === 'circle' ? shapeText(fence.shape) : t('telemetry:fences.corner_count', { count: fence.shape.vertices?.length ?? 0 });
  return (
    <>
      <Group justify="space-between" wrap="nowrap">
        <Text component="h2" fw={600}>
          {fence.name}
        </Text>
        <Button size="compact-xs" variant="default" onClick={onBack}>
          {t('telemetry:fences.all')}
        </Button>
      </Group>
      <Facts
        facts={[
          [t('telemetry:fences.outline'), outline],
          [t('telemetry:fences.park'), fence.park_id ? parks.nameOf(fence.park_id) : t('telemetry:fences.whole_account')],
          [t('telemetry:fences.dwell'), fence.dwell_minutes === null ? '–' : format.duration(fence.dwell_minutes * 60_000)],
          [t('telemetry:fences.changed'), <Ago key="changed" at={fence.updated_at} />],
        ]}
      />
      <May permission="telemetry_engine.geofence.write">
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={onEdit}>
            {t('kit:edit')}
          </Button>
          <Button size="xs" variant="light" color="red" onClick={onErase}>
            {t('telemetry:fences.erase')}
          </Button>
        </Group>
      </May>
      <Inside fence={fence} />
      <Crossings fence={fence} />
    </>
  );
}

function Inside({ fence }: { fence: Fence }): ReactNode {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['/api/v1/telemetry/geofences/{geofence_id}/vehicles', fence.id, fence.version],
    queryFn: () => take(api.GET('/api/v1/telemetry/geofences/{geofence_id}/vehicles', { params: { path: { geofence_id: fence.id } } })),
    refetchInterval: 15_000,
  });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!data) return <Waiting />;
  return (
    <section aria-label={t('telemetry:fences.inside')}>
      <Text component="h3" size="sm" fw={600}>
        {t('telemetry:fences.inside_count', { count: data.items.length })}
      </Text>
      <ul className={classes.lines}>
        {data.items.map((vehicle) => (
          <li key={vehicle.vehicle_id}>
            <Anchor component={Link} to={`/map?vehicle=${vehicle.vehicle_id}`} size="sm">
              {vehicle.plate}
            </Anchor>
            <MotionBadge state={vehicle.state} />
            <Ago at={vehicle.position_at ?? vehicle.at} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Crossings({ fence }: { fence: Fence }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay()('telemetry_engine.detection.read');
  const { data } = useQuery({
    queryKey: ['/api/v1/telemetry/detections', 'geofence', fence.id],
    queryFn: () => fetchPage('/api/v1/telemetry/detections', { query: { geofence_id: fence.id, kind: fenceKinds.join(','), from: new Date(Date.now() - 30 * 86_400_000).toISOString() }, limit: shownEvents }, null),
    refetchInterval: 30_000,
    enabled: may,
  });
  if (!data) return null;
  const stayed = (details: unknown): string => {
    const seconds = (details as { stayed_s?: unknown }).stayed_s;
    return typeof seconds === 'number' ? t('telemetry:fences.stayed', { length: format.duration(seconds * 1000) }) : '';
  };
  return (
    <section aria-label={t('telemetry:fences.history')}>
      <Group justify="space-between">
        <Text component="h3" size="sm" fw={600}>
          {t('telemetry:fences.history')}
        </Text>
        <Anchor component={Link} to={`/detections?geofence_id=${fence.id}`} size="sm">
          {t('telemetry:fences.whole_history')}
        </Anchor>
      </Group>
      {data.items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('telemetry:fences.no_history')}
        </Text>
      )}
      <ul className={classes.lines}>
        {data.items.map((one) => (
          <li key={one.id}>
            <span>{format.dateTime(one.at)}</span>
            <Anchor component={Link} to={`/detections/${one.id}`} size="sm">
              {one.plate}
            </Anchor>
            <DetectionBadge kind={one.kind} />
            <span>{stayed(one.details)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
