import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ExportButton } from '../../kit/export-button';
import { ListPage } from '../../kit/list/list-page';
import { usePeriod } from './period';
import { tripHref, useTripColumns } from './trip-columns';

export default function TripsPage(): ReactNode {
  const { t } = useTranslation();
  const period = usePeriod();
  return (
    <ListPage
      id="trips"
      title={t('telemetry:trips.nav')}
      path="/api/v1/telemetry/trips"
      fixed={period.query}
      filters={[{ name: 'plate', label: t('telemetry:trips.plate') }]}
      hrefOf={tripHref}
      columns={useTripColumns(true)}
      empty={{ title: t('telemetry:trips.none'), hint: t('telemetry:trips.none_hint') }}
      actions={
        <>
          {period.control}
          <Button component={Link} to="/stops" size="xs" variant="default">
            {t('telemetry:stops.nav')}
          </Button>
          <ExportButton path="/api/v1/telemetry/trips/export" names={['plate', 'sort']} fixed={period.query} />
        </>
      }
    />
  );
}
