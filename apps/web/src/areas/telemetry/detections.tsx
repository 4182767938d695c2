import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { May } from '../../app/me';
import { openDialog } from '../../kit/dialogs';
import { ExportButton } from '../../kit/export-button';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { useOptions } from '../../kit/options';
import { useDetectionColumns } from './detection-columns';
import { MotionSettings } from './motion-settings';
import { usePeriod } from './period';
import { useFences } from './use-fences';
import { detectionKinds } from './words';

export default function DetectionsPage(): ReactNode {
  const { t } = useTranslation();
  const period = usePeriod();
  const fences = useFences().data ?? [];
  return (
    <ListPage
      id="detections"
      title={t('telemetry:detections.nav')}
      path="/api/v1/telemetry/detections"
      fixed={period.query}
      filters={[
        { name: 'kind', label: t('telemetry:detections.kind'), options: useOptions('telemetry:kind', detectionKinds) },
        { name: 'plate', label: t('telemetry:trips.plate') },
        { name: 'geofence_id', label: t('telemetry:fences.one'), options: fences.map((fence) => ({ value: fence.id, label: fence.name })) },
      ]}
      hrefOf={(d) => `/detections/${d.id}`}
      refetchEveryMs={30_000}
      columns={useDetectionColumns(true)}
      empty={{ title: t('telemetry:detections.none'), hint: t('telemetry:detections.none_hint') }}
      actions={
        <>
          {period.control}
          <ExportButton path="/api/v1/telemetry/detections/export" names={['plate', 'kind', 'geofence_id', 'sort']} fixed={period.query} />
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
