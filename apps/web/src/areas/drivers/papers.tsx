import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ListPage } from '../../kit/list/list-page';
import { flagOptions } from '../../kit/options';
import { usePaperColumns, usePaperFilters } from '../../kit/papers';
import { useDriverPaperWay } from './driver-papers';
import { DriverLink } from './words';

export default function DriverPapersPage(): ReactNode {
  const { t } = useTranslation();
  const way = useDriverPaperWay();
  const columns = usePaperColumns(way);
  return (
    <ListPage
      id="all-driver-papers"
      title={t('drivers:papers.nav')}
      path="/api/v1/driver_module/documents"
      filters={[...usePaperFilters(way), { name: 'verified', label: t('drivers:papers.checked'), options: flagOptions(t('kit:yes'), t('kit:no')) }, { name: 'number', label: t('vehicles:papers.number') }]}
      columns={[{ id: 'driver', header: t('drivers:driver'), cell: (p) => <DriverLink id={p.driver_id} number={p.driver_no} /> }, ...columns]}
      empty={{ title: t('vehicles:papers.none') }}
    />
  );
}
