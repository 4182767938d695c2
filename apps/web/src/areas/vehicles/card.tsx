import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, take } from '../../api/client';
import { May } from '../../app/me';
import { DetailPage, type DetailTab } from '../../kit/detail';
import { ask, openDialog } from '../../kit/dialogs';
import { EditForm } from '../../kit/form/edit-form';
import { useOptions } from '../../kit/options';
import { Trouble, Waiting } from '../../kit/states';
import { done } from '../../kit/toast';
import { Overview } from './card-overview';
import { vehicleTabs } from './tabs';
import { modelOf, statuses, useVehicleFields, vehicleKey, VehicleStatus, type Vehicle } from './words';

const read = (id: string): Promise<Vehicle> => take(api.GET('/api/v1/transport_registry/{vehicle_id}', { params: { path: { vehicle_id: id } } }));

export default function VehiclePage(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation();
  const { data: vehicle, error, refetch } = useQuery({ queryKey: vehicleKey(id), queryFn: () => read(id) });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!vehicle) return <Waiting />;
  const own: DetailTab[] = [{ id: 'overview', label: t('vehicles:tab.overview'), draw: () => <Overview vehicle={vehicle} /> }];
  return (
    <DetailPage
      back={{ to: '/vehicles', label: t('vehicles:nav') }}
      title={vehicle.plate}
      subtitle={[vehicle.name, modelOf(vehicle)].filter(Boolean).join(' · ')}
      badges={<VehicleStatus status={vehicle.status} />}
      actions={<Actions vehicle={vehicle} />}
      tabs={[...own, ...vehicleTabs.map(({ label, draw, ...tab }) => ({ ...tab, label: t(label), draw: () => draw(vehicle) }))]}
    />
  );
}

function Actions({ vehicle }: { vehicle: Vehicle }): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const options = useOptions('vehicles:status', statuses.filter((status) => status !== vehicle.status && status !== 'retired'));
  const path = { vehicle_id: vehicle.id };
  const changed = async (text: string): Promise<void> => {
    await Promise.all([queries.invalidateQueries({ queryKey: vehicleKey(vehicle.id) }), queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith('/api/v1/transport_registry') })]);
    done(text);
  };
  const changeStatus = (): void =>
    ask({
      title: t('vehicles:change_status.title'),
      fields: [
        { name: 'status', label: t('vehicles:field.status'), kind: 'select', options, required: true },
        { name: 'reason', label: t('vehicles:reason'), kind: 'textarea' },
      ],
      submitLabel: t('vehicles:change_status.submit'),
      act: async ({ status, reason }) => {
        await api.POST('/api/v1/transport_registry/{vehicle_id}/status', { params: { path, header: ifMatch(vehicle.version) }, body: { status: status as Vehicle['status'], ...(reason ? { reason: String(reason) } : {}) } });
        await changed(t('vehicles:change_status.done'));
      },
    });
  const retire = (): void =>
    ask({
      title: t('vehicles:retire.title', { plate: vehicle.plate }),
      body: t('vehicles:retire.body'),
      fields: [{ name: 'reason', label: t('vehicles:reason'), kind: 'textarea', required: true }],
      submitLabel: t('vehicles:retire.submit'),
      danger: true,
      act: async ({ reason }) => {
        await api.POST('/api/v1/transport_registry/{vehicle_id}/retire', { params: { path, header: ifMatch(vehicle.version) }, body: { reason: String(reason) } });
        await changed(t('vehicles:retire.done', { plate: vehicle.plate }));
      },
    });
  const edit = (): void => openDialog(t('vehicles:edit.title', { plate: vehicle.plate }), (close) => <EditVehicle vehicle={vehicle} close={close} />, 'xl');
  return (
    <>
      <May permission="transport_registry.vehicle.write">
        <Button size="xs" variant="default" onClick={edit}>
          {t('kit:edit')}
        </Button>
        {vehicle.status !== 'retired' && (
          <Button size="xs" variant="default" onClick={changeStatus}>
            {t('vehicles:change_status.title')}
          </Button>
        )}
      </May>
      {vehicle.status !== 'retired' && (
        <May permission="transport_registry.vehicle.retire">
          <Button size="xs" variant="light" color="red" onClick={retire}>
            {t('vehicles:retire.submit')}
          </Button>
        </May>
      )}
    </>
  );
}

function EditVehicle({ vehicle, close }: { vehicle: Vehicle; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const fields = useVehicleFields();
  return (
    <EditForm
      fields={fields}
      subject={vehicle}
      reload={() => read(vehicle.id)}
      save={async (changes, version) => {
        await api.PATCH('/api/v1/transport_registry/{vehicle_id}', { params: { path: { vehicle_id: vehicle.id }, header: ifMatch(version) }, body: changes as never });
        done(t('kit:saved'));
      }}
      onDone={() => {
        close();
        void queries.invalidateQueries({ queryKey: vehicleKey(vehicle.id) });
      }}
      onCancel={close}
    />
  );
}
