import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { May, useFormat } from '../../app/me';
import { openDialog } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { flagOptions } from '../../kit/options';
import { CircuitActs, CircuitState } from './circuit-card';
import { CircuitForm } from './circuit-form';
import { circuitsPath, VehicleLink, type Circuit } from './words';

/** Vehicles with a relay, and whether it may be used. */
export function CircuitList(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ListPage
      id="circuits"
      inner
      title={t('access:circuit.list')}
      path={circuitsPath}
      keyOf={(circuit: Circuit) => circuit.vehicle_id}
      filters={[{ name: 'enabled', label: t('access:circuit.may_be_used'), options: flagOptions(t('kit:yes'), t('kit:no')) }]}
      empty={{ title: t('access:circuit.none_at_all'), hint: t('access:circuit.none_hint') }}
      actions={
        <May permission="access_control.circuit.write">
          <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => openDialog(t('access:circuit.add'), (close) => <CircuitForm circuit={null} close={close} />, 'lg')}>
            {t('access:circuit.add')}
          </Button>
        </May>
      }
      columns={[
        { id: 'vehicle', header: t('drivers:vehicle'), cell: (c) => <VehicleLink id={c.vehicle_id} plate={c.plate} tab="immobilizer" />, phone: 'title' },
        { id: 'enabled', header: t('access:circuit.may_be_used'), cell: (c) => <CircuitState enabled={c.enabled} /> },
        { id: 'kind', header: t('access:circuit.kind'), cell: (c) => t(`access:circuit_kind.${c.kind}`) },
        { id: 'ways', header: t('access:circuit.ways'), cell: (c) => c.routes.map((route) => t(`access:method.${route.method}`)).join(', ') },
        { id: 'output', header: t('access:circuit.output'), cell: (c) => c.output_no, align: 'right', hidden: true },
        { id: 'installed_by', header: t('access:circuit.installed_by'), cell: (c) => c.installed_by },
        { id: 'installed_on', header: t('access:circuit.installed_on'), cell: (c) => format.day(c.installed_on), sort: 'installed_on' },
        { id: 'act', header: t('kit:list.actions'), cell: (c) => <CircuitActs circuit={c} plate={c.plate} /> },
      ]}
    />
  );
}
