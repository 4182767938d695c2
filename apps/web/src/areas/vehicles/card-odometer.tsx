import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '../../api/client';
import { May, useFormat, useMay } from '../../app/me';
import { ask } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { done, failed } from '../../kit/toast';
import { momentOf } from '../../kit/zoned';
import { vehicleKey, type Vehicle } from './words';

type Reading = Schemas['OdometerReadingView'];
const path = '/api/v1/transport_registry/{vehicle_id}/odometer';

export function OdometerTab({ vehicle }: { vehicle: Vehicle }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const queries = useQueryClient();
  const changed = async (): Promise<void> => {
    await Promise.all([queries.invalidateQueries({ queryKey: [path] }), queries.invalidateQueries({ queryKey: vehicleKey(vehicle.id) })]);
  };
  const add = (): void =>
    ask({
      title: t('vehicles:odometer.add'),
      fields: [
        { name: 'odometer_km', label: t('vehicles:field.odometer'), kind: 'number', places: 1, min: 0, unit: 'km', required: true },
        { name: 'at', label: t('vehicles:odometer.at'), kind: 'datetime', help: t('vehicles:odometer.at_help', { zone: format.habits.timeZone }) },
      ],
      submitLabel: t('vehicles:odometer.add'),
      act: async ({ odometer_km, at }, key) => {
        await api.POST(path, { params: { path: { vehicle_id: vehicle.id } }, body: { odometer_km: Number(odometer_km), ...(at ? { at: momentOf(String(at), format.habits.timeZone) } : {}) }, headers: { 'Idempotency-Key': key } });
        done(t('kit:saved'));
        await changed();
      },
    });
  return (
    <ListPage
      id="odometer"
      inner
      title={t('vehicles:odometer.tab')}
      path={path}
      pathParams={{ vehicle_id: vehicle.id }}
      empty={{ title: t('vehicles:odometer.none') }}
      actions={
        <May permission="transport_registry.odometer.write">
          <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={add}>
            {t('vehicles:odometer.add')}
          </Button>
        </May>
      }
      columns={[
        { id: 'at', header: t('vehicles:odometer.at'), cell: (r) => format.dateTime(r.at) },
        { id: 'km', header: t('vehicles:field.odometer'), cell: (r) => <span className={r.voided_at ? 'struck' : undefined}>{format.distance(r.odometer_km, 1)}</span>, align: 'right' },
        { id: 'source', header: t('vehicles:odometer.source_label'), cell: (r) => t(`vehicles:odometer.source.${r.source}`) },
        { id: 'reason', header: t('vehicles:odometer.void_reason'), cell: (r) => r.void_reason ?? '–' },
        {
          id: 'act',
          header: t('kit:list.actions'),
          cell: (r) => may('transport_registry.odometer.write') && <ReadingAction vehicle={vehicle} reading={r} changed={changed} />,
        },
      ]}
    />
  );
}

function ReadingAction({ vehicle, reading, changed }: { vehicle: Vehicle; reading: Reading; changed: () => Promise<void> }): ReactNode {
  const { t } = useTranslation();
  const request = { params: { path: { vehicle_id: vehicle.id, reading_id: reading.id } } };
  const restore = (): Promise<unknown> => api.POST('/api/v1/transport_registry/{vehicle_id}/odometer/{reading_id}/restore', request).then(changed);
  const voidIt = (): void =>
    ask({
      title: t('vehicles:odometer.void'),
      body: t('vehicles:odometer.void_body'),
      fields: [{ name: 'reason', label: t('vehicles:reason'), kind: 'textarea', required: true }],
      submitLabel: t('vehicles:odometer.void'),
      danger: true,
      act: async ({ reason }) => {
        await api.POST('/api/v1/transport_registry/{vehicle_id}/odometer/{reading_id}/void', { ...request, body: { reason: String(reason) } });
        done(t('vehicles:odometer.voided'), restore);
        await changed();
      },
    });
  if (reading.voided_at) {
    return (
      <Button size="compact-xs" variant="default" onClick={() => void restore().catch(failed)}>
        {t('vehicles:odometer.restore')}
      </Button>
    );
  }
  return (
    <Button size="compact-xs" variant="subtle" color="red" onClick={voidIt}>
      {t('vehicles:odometer.void')}
    </Button>
  );
}
