import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ExportButton } from '../../kit/export-button';
import { ListPage } from '../../kit/list/list-page';
import { usePeriod } from './period';
import { useStopColumns } from './trip-columns';

export default function StopsPage(): ReactNode {
  const { t } = useTranslation();
  const period = usePeriod();
  return (
    <ListPage
      id="stops"
      title={t('telemetry:stops.nav')}
      path="/api/v1/telemetry/stops"
      fixed={period.query}
      filters={[{ name: 'plate', label: t('telemetry:trips.plate') }]}
      columns={useStopColumns(true)}
      empty={{ title: t('telemetry:stops.none'), hint: t('telemetry:trips.none_hint') }}
      actions={
        <>
          {period.control}
          <Button component={Link} to="/trips" size="xs" variant="default">
            {t('telemetry:trips.nav')}
          </Button>
          <ExportButton path="/api/v1/telemetry/stops/export" names={['plate', 'sort']} fixed={period.query} />
        </>
      }
    />
  );
}
