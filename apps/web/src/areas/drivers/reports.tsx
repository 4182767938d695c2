import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import { ListPage } from '../../kit/list/list-page';
import { useOptions } from '../../kit/options';
import { DriverLink } from './words';

const reportKinds = ['available', 'on_trip', 'break', 'off', 'breakdown', 'incident'] as const;

/** What drivers report of themselves on the road. */
export default function ReportsPage(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ListPage
      id="driver-reports"
      title={t('drivers:reports.nav')}
      path="/api/v1/driver_module/reports"
      filters={[{ name: 'kind', label: t('drivers:reports.kind_label'), options: useOptions('drivers:reports.kind', reportKinds) }]}
      empty={{ title: t('drivers:reports.none'), hint: t('drivers:reports.none_hint') }}
      columns={[
        { id: 'driver', header: t('drivers:driver'), cell: (r) => <DriverLink id={r.driver_id} number={r.driver_no} /> },
        { id: 'kind', header: t('drivers:reports.kind_label'), cell: (r) => t(`drivers:reports.kind.${r.kind}`) },
        { id: 'at', header: t('kit:when'), cell: (r) => format.dateTime(r.at) },
        { id: 'received', header: t('drivers:reports.received'), cell: (r) => format.dateTime(r.received_at), hidden: true },
        { id: 'vehicle', header: t('drivers:vehicle'), cell: (r) => (r.vehicle_id ? <Anchor component={Link} to={`/vehicles/${r.vehicle_id}`} size="sm">{t('drivers:reports.to_vehicle')}</Anchor> : '–') },
        { id: 'text', header: t('drivers:feedback.text'), cell: (r) => r.text ?? '–' },
      ]}
    />
  );
}
