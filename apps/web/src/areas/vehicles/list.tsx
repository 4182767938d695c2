import { Badge, Button, Group } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { May, useFormat } from '../../app/me';
import { openDialog } from '../../kit/dialogs';
import { ExportButton } from '../../kit/export-button';
import { Form } from '../../kit/form/form';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { useOptions, useParks } from '../../kit/options';
import { done } from '../../kit/toast';
import { fuels, kinds, modelOf, statuses, useVehicleFields, VehicleStatus } from './words';

export default function VehiclesPage(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const parks = useParks();
  const statusOptions = useOptions('vehicles:status', statuses);
  const kindOptions = useOptions('vehicles:kind', kinds);
  const fuelOptions = useOptions('vehicles:fuel', fuels);
  const label = (name: string): string => t(`vehicles:field.${name}`);
  return (
    <ListPage
      id="vehicles"
      title={t('vehicles:nav')}
      path="/api/v1/transport_registry"
      hrefOf={(v) => `/vehicles/${v.id}`}
      search={{ name: 'q', label: t('vehicles:search') }}
      filters={[
        { name: 'status', label: label('status'), options: statusOptions },
        { name: 'park_id', label: label('park'), options: parks.options },
        { name: 'fuel_type', label: label('fuel_type'), options: fuelOptions },
        { name: 'kind', label: label('kind'), options: kindOptions },
      ]}
      actions={
        <>
          <ExportButton path="/api/v1/transport_registry/export" names={['q', 'status', 'park_id', 'fuel_type', 'kind', 'sort']} />
          <May permission="transport_registry.vehicle.write">
            <AddVehicle />
          </May>
        </>
      }
      empty={{ title: t('vehicles:none'), hint: t('vehicles:none_hint') }}
      columns={[
        { id: 'plate', header: label('plate'), cell: (v) => v.plate, sort: 'plate' },
        { id: 'status', header: label('status'), cell: (v) => <VehicleStatus status={v.status} /> },
        { id: 'name', header: label('name'), cell: (v) => v.name ?? '–' },
        { id: 'model', header: label('make'), cell: modelOf, sort: 'make' },
        { id: 'park', header: label('park'), cell: (v) => parks.nameOf(v.park_id) },
        { id: 'fuel', header: label('fuel_type'), cell: (v) => t(`vehicles:fuel.${v.fuel_type}`) },
        { id: 'odometer', header: label('odometer'), cell: (v) => format.distance(v.odometer_km), sort: 'odometer_km', align: 'right' },
        { id: 'tags', header: label('tags'), cell: (v) => <Group gap={4}>{v.tags.map((tag) => <Badge key={tag} size="sm" variant="default" radius="sm">{tag}</Badge>)}</Group>, phone: 'skip' },
        { id: 'kind', header: label('kind'), cell: (v) => t(`vehicles:kind.${v.kind}`), hidden: true },
        { id: 'vin', header: label('vin'), cell: (v) => v.vin ?? '–', hidden: true },
        { id: 'number', header: label('vehicle_no'), cell: (v) => v.vehicle_no, hidden: true, align: 'right' },
        { id: 'since', header: label('status_since'), cell: (v) => format.day(v.status_since), sort: 'status_since', hidden: true },
      ]}
    />
  );
}

function AddVehicle(): ReactNode {
  const { t } = useTranslation();
  return (
    <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => openDialog(t('vehicles:add.title'), (close) => <NewVehicle close={close} />, 'xl')}>
      {t('vehicles:add.button')}
    </Button>
  );
}

function NewVehicle({ close }: { close: () => void }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const fields = useVehicleFields();
  return (
    <Form
      columns={2}
      fields={[...fields.slice(0, -1), { name: 'odometer_km', label: t('vehicles:field.odometer'), kind: 'number', min: 0, unit: 'km' }, ...fields.slice(-1)]}
      initial={{ kind: 'car', fuel_type: 'gasoline' }}
      submitLabel={t('vehicles:add.button')}
      onCancel={close}
      onSubmit={async (values, key) => {
        const body = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as never;
        const vehicle = await take(api.POST('/api/v1/transport_registry', { body, headers: { 'Idempotency-Key': key } }));
        await queries.invalidateQueries({ queryKey: ['/api/v1/transport_registry'] });
        done([t('vehicles:add.done', { plate: vehicle.plate }), ...vehicle.warnings.map((warning) => warning.detail)].join(' '));
        close();
        void navigate({ to: `/vehicles/${vehicle.id}` });
      }}
    />
  );
}
