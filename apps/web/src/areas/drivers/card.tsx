import { Button, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, take } from '../../api/client';
import { May, useFormat, useMay } from '../../app/me';
import { DetailPage, Facts, type DetailTab } from '../../kit/detail';
import { ask, openDialog } from '../../kit/dialogs';
import { EditForm } from '../../kit/form/edit-form';
import { useOptions, useParks } from '../../kit/options';
import { Trouble, Waiting } from '../../kit/states';
import { done } from '../../kit/toast';
import { driverTabs } from './tabs';
import { driverKey, DriverStatus, driverStatuses, readDriver, useDriverFields, type Driver } from './words';
import { Notice } from '../../kit/notice';

export default function DriverPage(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation();
  const { data: driver, error, refetch } = useQuery({ queryKey: driverKey(id), queryFn: () => readDriver(id) });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!driver) return <Waiting />;
  const own: DetailTab[] = [{ id: 'overview', label: t('drivers:tab.overview'), draw: () => <Overview driver={driver} /> }];
  return (
    <DetailPage
      back={{ to: '/drivers', label: t('drivers:nav') }}
      title={driver.name ?? `№ ${driver.driver_no}`}
      subtitle={`№ ${driver.driver_no}${driver.phone ? ` · ${driver.phone}` : ''}`}
      badges={<DriverStatus driver={driver} />}
      actions={!driver.erased_at && <Actions driver={driver} />}
      tabs={[...own, ...driverTabs.map(({ label, draw, ...tab }) => ({ ...tab, label: t(label), draw: () => draw(driver) }))]}
    />
  );
}

function useDriverChanged(id: string): (text: string) => Promise<void> {
  const queries = useQueryClient();
  return async (text) => {
    await Promise.all([queries.invalidateQueries({ queryKey: driverKey(id) }), queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith('/api/v1/driver_module') })]);
    done(text);
  };
}

function Actions({ driver }: { driver: Driver }): ReactNode {
  const { t } = useTranslation();
  const changed = useDriverChanged(driver.id);
  const options = useOptions('drivers:status', driverStatuses.filter((status) => status !== driver.status));
  const path = { driver_id: driver.id };
  const changeStatus = (): void =>
    ask({
      title: t('vehicles:change_status.title'),
      fields: [
        { name: 'status', label: t('drivers:field.status'), kind: 'select', options, required: true },
        { name: 'reason', label: t('vehicles:reason'), kind: 'textarea' },
      ],
      submitLabel: t('vehicles:change_status.submit'),
      act: async ({ status, reason }) => {
        await api.POST('/api/v1/driver_module/drivers/{driver_id}/status', { params: { path, header: ifMatch(driver.version) }, body: { status: status as Driver['status'], ...(reason ? { reason: String(reason) } : {}) } });
        await changed(t('vehicles:change_status.done'));
      },
    });
  const blacklist = (): void =>
    ask({
      title: t(driver.blacklisted_at ? 'drivers:blacklist.lift' : 'drivers:blacklist.put'),
      body: t(driver.blacklisted_at ? 'drivers:blacklist.lift_body' : 'drivers:blacklist.put_body'),
      fields: [{ name: 'reason', label: t('vehicles:reason'), kind: 'textarea', required: true }],
      submitLabel: t(driver.blacklisted_at ? 'drivers:blacklist.lift' : 'drivers:blacklist.put'),
      danger: !driver.blacklisted_at,
      act: async ({ reason }) => {
        const request = { params: { path }, body: { reason: String(reason) } };
        await (driver.blacklisted_at ? api.POST('/api/v1/driver_module/drivers/{driver_id}/blacklist/lift', request) : api.POST('/api/v1/driver_module/drivers/{driver_id}/blacklist', request));
        await changed(t('kit:saved'));
      },
    });
  const merge = (): void =>
    ask({
      title: t('drivers:merge.title', { name: driver.name ?? `№ ${driver.driver_no}` }),
      body: t('drivers:merge.body'),
      fields: [{ name: 'duplicate_id', label: t('drivers:merge.duplicate'), kind: 'driver', required: true }],
      submitLabel: t('drivers:merge.button'),
      danger: true,
      act: async ({ duplicate_id }, key) => {
        await api.POST('/api/v1/driver_module/drivers/{driver_id}/merge', { params: { path }, body: { duplicate_id: String(duplicate_id) }, headers: { 'Idempotency-Key': key } });
        await changed(t('drivers:merge.done'));
      },
    });
  return (
    <>
      <May permission="driver_module.driver.write">
        <Button size="xs" variant="default" onClick={() => openDialog(t('kit:edit'), (close) => <EditDriver driver={driver} close={close} />, 'lg')}>
          {t('kit:edit')}
        </Button>
        <Button size="xs" variant="default" onClick={changeStatus}>
          {t('vehicles:change_status.title')}
        </Button>
      </May>
      <May permission="driver_module.driver.merge">
        <Button size="xs" variant="default" onClick={merge}>
          {t('drivers:merge.button')}
        </Button>
      </May>
      <May permission="driver_module.driver.blacklist">
        <Button size="xs" variant="light" color={driver.blacklisted_at ? 'gray' : 'red'} onClick={blacklist}>
          {t(driver.blacklisted_at ? 'drivers:blacklist.lift' : 'drivers:blacklist.put')}
        </Button>
      </May>
    </>
  );
}

function EditDriver({ driver, close }: { driver: Driver; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return (
    <EditForm
      fields={useDriverFields()}
      subject={driver}
      reload={() => readDriver(driver.id)}
      save={async (changes, version) => {
        await api.PATCH('/api/v1/driver_module/drivers/{driver_id}', { params: { path: { driver_id: driver.id }, header: ifMatch(version) }, body: changes as never });
        done(t('kit:saved'));
      }}
      onDone={() => {
        close();
        void queries.invalidateQueries({ queryKey: driverKey(driver.id) });
      }}
      onCancel={close}
    />
  );
}

function Overview({ driver }: { driver: Driver }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const parks = useParks();
  const label = (name: string): string => t(`drivers:field.${name}`);
  const { data: preview } = useQuery({
    queryKey: [...driverKey(driver.id), 'preview'],
    queryFn: () => take(api.GET('/api/v1/driver_module/assignments/preview', { params: { query: { driver_id: driver.id } } })),
    enabled: useMay()('driver_module.shift.read') && !driver.erased_at,
  });
  return (
    <Stack gap="sm">
      {preview && !preview.allowed && (
        <Notice tone="warn" title={t('drivers:may_not_drive')}>
          {preview.faults.map((fault) => (
            <Text key={fault.code} size="sm">
              {fault.detail}
            </Text>
          ))}
        </Notice>
      )}
      {driver.blacklist_reason && (
        <Notice tone="bad" title={t('drivers:blacklisted')}>
          {driver.blacklist_reason}
        </Notice>
      )}
      <Facts
        facts={[
          [label('phone'), driver.phone],
          [label('email'), driver.email],
          [label('birth_date'), format.day(driver.birth_date)],
          [label('address'), driver.address],
          [label('park'), parks.nameOf(driver.park_id)],
          [label('hired_on'), format.day(driver.hired_on)],
          [label('left_on'), format.day(driver.left_on)],
          [label('status_since'), format.dateTime(driver.status_since)],
          [label('tags'), driver.tags.join(', ') || null],
          [label('emergency_contacts'), driver.emergency_contacts.map((contact) => `${contact.name} ${contact.phone}`).join(', ') || null],
        ]}
      />
      {driver.notes && (
        <Text size="sm" className="card" style={{ whiteSpace: 'pre-wrap' }}>
          {driver.notes}
        </Text>
      )}
    </Stack>
  );
}
