import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '../../api/client';
import { May, useFormat, useMay } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { ask } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { done } from '../../kit/toast';
import { momentOf } from '../../kit/zoned';
import type { Vehicle } from './words';

type Binding = Schemas['DeviceBindingView'];
const path = '/api/v1/transport_registry/{vehicle_id}/devices';

export function DevicesTab({ vehicle }: { vehicle: Vehicle }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const queries = useQueryClient();
  const changed = (): Promise<void> => queries.invalidateQueries({ queryKey: [path] });
  const moment = (value: unknown): string => momentOf(String(value), format.habits.timeZone);
  const bind = (): void =>
    ask({
      title: t('vehicles:devices.bind'),
      fields: [
        { name: 'device_id', label: t('vehicles:devices.device_id'), required: true, help: t('vehicles:devices.device_help') },
        { name: 'from', label: t('vehicles:devices.from'), kind: 'datetime', help: t('vehicles:devices.from_help') },
      ],
      submitLabel: t('vehicles:devices.bind'),
      act: async ({ device_id, from }, key) => {
        await api.POST(path, { params: { path: { vehicle_id: vehicle.id } }, body: { device_id: String(device_id), ...(from ? { from: moment(from) } : {}) }, headers: { 'Idempotency-Key': key } });
        done(t('vehicles:devices.bound'));
        await changed();
      },
    });
  const end = (binding: Binding): void =>
    ask({
      title: t('vehicles:devices.end'),
      fields: [{ name: 'to', label: t('vehicles:devices.to'), kind: 'datetime', help: t('vehicles:devices.to_help') }],
      submitLabel: t('vehicles:devices.end'),
      danger: true,
      act: async ({ to }) => {
        await api.POST('/api/v1/transport_registry/{vehicle_id}/devices/{binding_id}/end', { params: { path: { vehicle_id: vehicle.id, binding_id: binding.id } }, body: to ? { to: moment(to) } : {} });
        done(t('vehicles:devices.ended'));
        await changed();
      },
    });
  return (
    <ListPage
      id="bindings"
      inner
      title={t('vehicles:devices.tab')}
      path={path}
      pathParams={{ vehicle_id: vehicle.id }}
      empty={{ title: t('vehicles:devices.none'), hint: t('vehicles:devices.none_hint') }}
      actions={
        <May permission="transport_registry.device.write">
          <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={bind}>
            {t('vehicles:devices.bind')}
          </Button>
        </May>
      }
      columns={[
        { id: 'device', header: t('vehicles:devices.device_id'), cell: (b) => b.device_id },
        { id: 'state', header: t('vehicles:field.status'), cell: (b) => (b.to ? <StatusBadge tone="off">{t('vehicles:devices.past')}</StatusBadge> : <StatusBadge tone="good">{t('vehicles:devices.now')}</StatusBadge>) },
        { id: 'from', header: t('vehicles:devices.from'), cell: (b) => format.dateTime(b.from) },
        { id: 'to', header: t('vehicles:devices.to'), cell: (b) => format.dateTime(b.to) },
        {
          id: 'act',
          header: t('kit:list.actions'),
          cell: (b) =>
            !b.to &&
            may('transport_registry.device.write') && (
              <Button size="compact-xs" variant="subtle" color="red" onClick={() => end(b)}>
                {t('vehicles:devices.end')}
              </Button>
            ),
        },
      ]}
    />
  );
}
