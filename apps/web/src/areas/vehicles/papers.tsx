import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ListPage } from '../../kit/list/list-page';
import { useOptions } from '../../kit/options';
import { usePaperColumns } from './card-papers';
import { paperKinds, paperStates } from './words';

/** Papers of all vehicles: what expires, before a car must stand still for it. */
export default function PapersPage(): ReactNode {
  const { t } = useTranslation();
  const columns = usePaperColumns();
  return (
    <ListPage
      id="papers"
      title={t('vehicles:papers.nav')}
      path="/api/v1/transport_registry/documents"
      filters={[
        { name: 'state', label: t('vehicles:field.status'), options: useOptions('vehicles:papers.state', paperStates) },
        { name: 'kind', label: t('vehicles:papers.kind_label'), options: useOptions('vehicles:papers.kind', paperKinds) },
        { name: 'expires_within_days', label: t('vehicles:papers.within_days'), options: ['7', '30', '60', '90'].map((value) => ({ value, label: t('vehicles:papers.days', { count: Number(value) }) })) },
      ]}
      columns={[
        { id: 'vehicle', header: t('vehicles:field.plate'), cell: (p) => <Anchor component={Link} to={`/vehicles/${p.vehicle_id}?tab=papers`} fw={600} size="sm">{p.plate}</Anchor> },
        ...columns,
      ]}
      empty={{ title: t('vehicles:papers.none') }}
    />
  );
}
