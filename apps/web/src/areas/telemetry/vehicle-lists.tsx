import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ExportButton } from '../../kit/export-button';
import { ListPage } from '../../kit/list/list-page';
import { useOptions } from '../../kit/options';
import { useDetectionColumns } from './detection-columns';
import { usePeriod } from './period';
import { tripHref, useStopColumns, useTripColumns } from './trip-columns';
import { detectionKinds } from './words';

interface OfVehicle {
  vehicleId: string;
}

const noNames: string[] = [];

export function TripsTab({ vehicleId }: OfVehicle): ReactNode {
  const { t } = useTranslation();
  const period = usePeriod();
  const fixed = { ...period.query, vehicle_id: vehicleId };
  return (
    <ListPage
      id="vehicle-trips"
      inner
      title={t('telemetry:trips.nav')}
      path="/api/v1/telemetry/trips"
      fixed={fixed}
      hrefOf={tripHref}
      columns={useTripColumns(false)}
      empty={{ title: t('telemetry:trips.none'), hint: t('telemetry:trips.none_hint') }}
      actions={
        <Group gap="xs">
          {period.control}
          <ExportButton path="/api/v1/telemetry/trips/export" names={noNames} fixed={fixed} />
        </Group>
      }
    />
  );
}

export function StopsTab({ vehicleId }: OfVehicle): ReactNode {
  const { t } = useTranslation();
  const period = usePeriod();
  const fixed = { ...period.query, vehicle_id: vehicleId };
  return (
    <ListPage
      id="vehicle-stops"
      inner
      title={t('telemetry:stops.nav')}
      path="/api/v1/telemetry/stops"
      fixed={fixed}
      columns={useStopColumns(false)}
      empty={{ title: t('telemetry:stops.none'), hint: t('telemetry:trips.none_hint') }}
      actions={
        <Group gap="xs">
          {period.control}
          <ExportButton path="/api/v1/telemetry/stops/export" names={noNames} fixed={fixed} />
        </Group>
      }
    />
  );
}

export function DetectionsTab({ vehicleId }: OfVehicle): ReactNode {
  const { t } = useTranslation();
  const period = usePeriod();
  const fixed = { ...period.query, vehicle_id: vehicleId };
  return (
    <ListPage
      id="vehicle-detections"
      inner
      title={t('telemetry:detections.nav')}
      path="/api/v1/telemetry/detections"
      fixed={fixed}
      filters={[{ name: 'kind', label: t('telemetry:detections.kind'), options: useOptions('telemetry:kind', detectionKinds) }]}
      hrefOf={(d) => `/detections/${d.id}`}
      columns={useDetectionColumns(false)}
      empty={{ title: t('telemetry:detections.none'), hint: t('telemetry:detections.none_hint') }}
      actions={
        <Group gap="xs">
          {period.control}
          <ExportButton path="/api/v1/telemetry/detections/export" names={noNames} fixed={fixed} />
        </Group>
      }
    />
  );
}
