import { Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, take } from '../../api/client';
import { useFormat, useMay } from '../../app/me';
import { Facts } from '../../kit/detail';
import { EditForm } from '../../kit/form/edit-form';
import type { Field } from '../../kit/form/fields';
import { Trouble, Waiting } from '../../kit/states';
import { done } from '../../kit/toast';

const path = '/api/v1/telemetry/motion_settings';
const read = () => take(api.GET(path));

/** Thresholds and their units, in the order people look for them. */
const thresholds: [name: string, unit: string, places?: number][] = [
  ['overspeed_kmh', 'km/h'],
  ['overspeed_min_s', 's'],
  ['idle_min_s', 's'],
  ['harsh_acceleration_ms2', 'm/s²', 2],
  ['harsh_braking_ms2', 'm/s²', 2],
  ['harsh_cornering_ms2', 'm/s²', 2],
  ['harsh_sample_max_s', 's'],
  ['harsh_quiet_s', 's'],
  ['geofence_margin_m', 'm'],
  ['silent_after_minutes', 'min'],
  ['towing_min_m', 'm'],
  ['jamming_min_s', 's'],
  ['trip_min_speed_kmh', 'km/h', 1],
  ['trip_min_duration_s', 's'],
  ['trip_min_distance_m', 'm'],
  ['trip_stop_s', 's'],
  ['trip_gap_s', 's'],
];

/** What counts as fast, idle, harsh or silent in this account. */
export function MotionSettings({ close }: { close: () => void }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const format = useFormat();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey: [path], queryFn: read });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!data) return <Waiting />;
  const fields = thresholds.map(([name, unit, places = 0]): Field => ({ name, label: t(`telemetry:settings.${name}`), kind: 'number', unit, places, min: 0, required: true }));
  if (!may('telemetry_engine.motion_setting.write')) return <Facts facts={fields.map(({ name, label, unit }) => [label, `${format.number((data as never as Record<string, number>)[name], 2)} ${unit}`])} />;
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        {t('telemetry:settings.hint')}
      </Text>
      <EditForm
        fields={fields}
        subject={data}
        reload={read}
        save={async (changes, version) => {
          await api.PATCH(path, { params: { header: ifMatch(version) }, body: changes as never });
          done(t('kit:saved'));
        }}
        onDone={() => {
          void queries.invalidateQueries({ queryKey: [path] });
          close();
        }}
        onCancel={close}
      />
    </>
  );
}
