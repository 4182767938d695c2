import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ListPage } from '../../kit/list/list-page';
import { usePaperColumns, usePaperFilters } from '../../kit/papers';
import { vehiclePapers } from './card-papers';

/** Papers of all vehicles: what expires, before a car must stand still for it. */
export default function PapersPage(): ReactNode {
  const { t } = useTranslation();
  const columns = usePaperColumns(vehiclePapers);
  return (
    <ListPage
      id="papers"
      title={t('vehicles:papers.nav')}
      path="/api/v1/transport_registry/documents"
      filters={usePaperFilters(vehiclePapers)}
      columns={[
        { id: 'vehicle', header: t('vehicles:field.plate'), cell: (p) => <Anchor component={Link} to={`/vehicles/${p.vehicle_id}?tab=papers`} fw={600} size="sm">{p.plate}</Anchor> },
        ...columns,
      ]}
      empty={{ title: t('vehicles:papers.none') }}
    />
  );
}
