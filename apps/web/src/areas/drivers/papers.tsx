import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ListPage } from '../../kit/list/list-page';
import { flagOptions, useOptions } from '../../kit/options';
import { paperStates } from '../vehicles/words';
import { useDriverPaperColumns } from './driver-papers';
import { DriverLink, driverPaperKinds } from './words';

export default function DriverPapersPage(): ReactNode {
  const { t } = useTranslation();
  const columns = useDriverPaperColumns();
  return (
    <ListPage
      id="all-driver-papers"
      title={t('drivers:papers.nav')}
      path="/api/v1/driver_module/documents"
      filters={[
        { name: 'state', label: t('vehicles:field.status'), options: useOptions('vehicles:papers.state', paperStates) },
        { name: 'kind', label: t('vehicles:papers.kind_label'), options: useOptions('drivers:papers.kind', driverPaperKinds) },
        { name: 'verified', label: t('drivers:papers.checked'), options: flagOptions(t('kit:yes'), t('kit:no')) },
        { name: 'expires_within_days', label: t('vehicles:papers.within_days'), options: ['7', '30', '60', '90'].map((value) => ({ value, label: t('vehicles:papers.days', { count: Number(value) }) })) },
      ]}
      columns={[{ id: 'driver', header: t('drivers:driver'), cell: (p) => <DriverLink id={p.driver_id} number={p.driver_no} /> }, ...columns]}
      empty={{ title: t('vehicles:papers.none') }}
    />
  );
}
