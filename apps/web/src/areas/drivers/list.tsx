import { Button } from '@mantine/core';
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
import { flagOptions, useOptions, useParks } from '../../kit/options';
import { done } from '../../kit/toast';
import { DriverStatus, driverStatuses, useDriverFields } from './words';

export default function DriversPage(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const parks = useParks();
  const label = (name: string): string => t(`drivers:field.${name}`);
  return (
    <ListPage
      id="drivers"
      title={t('drivers:nav')}
      path="/api/v1/driver_module/drivers"
      hrefOf={(d) => `/drivers/${d.id}`}
      search={{ name: 'q', label: t('drivers:search') }}
      filters={[
        { name: 'status', label: label('status'), options: useOptions('drivers:status', driverStatuses) },
        { name: 'park_id', label: label('park'), options: parks.options },
        { name: 'blacklisted', label: t('drivers:blacklisted'), options: flagOptions(t('kit:yes'), t('kit:no')) },
      ]}
      empty={{ title: t('drivers:none') }}
      actions={
        <>
          <May permission="driver_module.driver.export">
            <ExportButton path="/api/v1/driver_module/drivers/export" names={['q', 'status', 'park_id', 'blacklisted', 'sort']} />
          </May>
          <May permission="driver_module.driver.write">
            <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => openDialog(t('drivers:add'), (close) => <NewDriver close={close} />, 'lg')}>
              {t('drivers:add')}
            </Button>
          </May>
        </>
      }
      columns={[
        { id: 'name', header: label('name'), cell: (d) => d.name ?? `№ ${d.driver_no}` },
        { id: 'status', header: label('status'), cell: (d) => <DriverStatus driver={d} /> },
        { id: 'phone', header: label('phone'), cell: (d) => d.phone ?? '–' },
        { id: 'park', header: label('park'), cell: (d) => parks.nameOf(d.park_id) },
        { id: 'hired', header: label('hired_on'), cell: (d) => format.day(d.hired_on), sort: 'hired_on' },
        { id: 'number', header: label('driver_no'), cell: (d) => d.driver_no, sort: 'driver_no', align: 'right' },
        { id: 'since', header: label('status_since'), cell: (d) => format.day(d.status_since), sort: 'status_since', hidden: true },
        { id: 'tags', header: label('tags'), cell: (d) => d.tags.join(', ') || '–', hidden: true },
      ]}
    />
  );
}

function NewDriver({ close }: { close: () => void }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (
    <Form
      columns={2}
      fields={useDriverFields()}
      submitLabel={t('drivers:add')}
      onCancel={close}
      onSubmit={async (values, key) => {
        const body = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as never;
        const driver = await take(api.POST('/api/v1/driver_module/drivers', { body, headers: { 'Idempotency-Key': key } }));
        await queries.invalidateQueries({ queryKey: ['/api/v1/driver_module/drivers'] });
        done([t('kit:saved'), ...driver.warnings.map((warning) => warning.detail)].join(' '));
        close();
        void navigate({ to: `/drivers/${driver.id}` });
      }}
    />
  );
}
