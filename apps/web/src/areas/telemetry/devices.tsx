import { ActionIcon, Anchor, Button, Menu } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { May, useFormat, useMay } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { ask, openDialog } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { flagOptions } from '../../kit/options';
import { Secret } from '../../kit/secret';
import { Ago } from '../../kit/time';
import { done, failed } from '../../kit/toast';

type Device = Schemas['DeviceView'];
const list = '/api/v1/telemetry/devices';
const protocols: Device['protocol'][] = ['wialon_ips', 'wialon_retranslator', 'teltonika', 'osmand', 'traccar', 'http'];
const names: Record<Device['protocol'], string> = { wialon_ips: 'Wialon IPS', wialon_retranslator: 'Wialon Retranslator', teltonika: 'Teltonika', osmand: 'OsmAnd', traccar: 'Traccar', http: 'HTTP' };
const protocolOptions = protocols.map((value) => ({ value, label: names[value] }));

/** Which devices there are, and whether each is talking to us. */
export default function DevicesPage(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  return (
    <ListPage
      id="devices"
      title={t('telemetry:devices.nav')}
      path={list}
      keyOf={(d) => d.device_id}
      refetchEveryMs={10_000}
      search={{ name: 'q', label: t('telemetry:devices.search') }}
      filters={[
        { name: 'protocol', label: t('telemetry:devices.protocol'), options: protocolOptions },
        { name: 'talking', label: t('telemetry:devices.talking'), options: flagOptions(t('kit:yes'), t('kit:no')) },
      ]}
      empty={{ title: t('telemetry:devices.none'), hint: t('telemetry:devices.none_hint') }}
      actions={
        <May permission="telemetry_engine.device.write">
          <AddDevice />
        </May>
      }
      columns={[
        { id: 'device', header: t('telemetry:devices.device'), cell: (d) => <code>{d.device_id}</code> },
        { id: 'talking', header: t('telemetry:devices.talking'), cell: (d) => <Talking device={d} /> },
        { id: 'heard', header: t('telemetry:devices.heard'), cell: (d) => <Ago at={d.last_heard_at} /> },
        { id: 'protocol', header: t('telemetry:devices.protocol'), cell: (d) => names[d.protocol] },
        { id: 'vehicle', header: t('drivers:vehicle'), cell: (d) => (d.vehicle_id ? <Anchor component={Link} to={`/vehicles/${d.vehicle_id}?tab=devices`} size="sm">{t('telemetry:devices.bound')}</Anchor> : <StatusBadge tone="warn">{t('telemetry:devices.unbound')}</StatusBadge>) },
        { id: 'refused', header: t('telemetry:devices.refused'), cell: (d) => (d.last_reject_reason ? <span>{d.last_reject_reason} · <Ago at={d.last_rejected_at} /></span> : '–') },
        { id: 'password', header: t('telemetry:devices.password'), cell: (d) => t(d.has_password ? 'kit:yes' : 'kit:no') },
        { id: 'created', header: t('admin:invitations.created'), cell: (d) => format.day(d.created_at), hidden: true },
        { id: 'act', header: t('kit:list.actions'), cell: (d) => may('telemetry_engine.device.write') && <DeviceActions device={d} /> },
      ]}
    />
  );
}

function Talking({ device }: { device: Device }): ReactNode {
  const { t } = useTranslation();
  if (device.disabled_at) return <StatusBadge tone="off">{t('telemetry:devices.disabled')}</StatusBadge>;
  if (!device.last_heard_at) return <StatusBadge tone="bad">{t('telemetry:devices.never')}</StatusBadge>;
  return <StatusBadge tone={device.talking ? 'good' : 'warn'}>{t(device.talking ? 'telemetry:devices.yes' : 'telemetry:devices.silent')}</StatusBadge>;
}

function AddDevice(): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const add = (): void =>
    ask({
      title: t('telemetry:devices.add'),
      fields: [
        { name: 'device_id', label: t('telemetry:devices.device'), required: true, help: t('vehicles:devices.device_help') },
        { name: 'protocol', label: t('telemetry:devices.protocol'), kind: 'select', options: protocolOptions, required: true, help: t('telemetry:devices.protocol_help') },
        { name: 'password', label: t('telemetry:devices.password'), help: t('telemetry:devices.password_help') },
      ],
      submitLabel: t('telemetry:devices.add'),
      act: async ({ device_id, protocol, password }, key) => {
        await api.POST(list, { body: { device_id: String(device_id), protocol: protocol as Device['protocol'], ...(password ? { password: String(password) } : {}) }, headers: { 'Idempotency-Key': key } });
        done(t('telemetry:devices.added'));
        await queries.invalidateQueries({ queryKey: [list] });
      },
    });
  return (
    <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={add}>
      {t('telemetry:devices.add')}
    </Button>
  );
}

function DeviceActions({ device }: { device: Device }): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const params = { path: { device_id: device.device_id } };
  const changed = (): Promise<void> => queries.invalidateQueries({ queryKey: [list] });
  const enable = (): Promise<unknown> => api.POST('/api/v1/telemetry/devices/{device_id}/enable', { params }).then(changed);
  const disable = (): void =>
    ask({
      title: t('telemetry:devices.disable'),
      body: t('telemetry:devices.disable_body'),
      fields: [{ name: 'reason', label: t('vehicles:reason'), kind: 'textarea' }],
      submitLabel: t('telemetry:devices.disable'),
      danger: true,
      act: async ({ reason }) => {
        await api.POST('/api/v1/telemetry/devices/{device_id}/disable', { params, body: reason ? { reason: String(reason) } : {} });
        done(t('kit:saved'), enable);
        await changed();
      },
    });
  const rotate = (): void =>
    ask({
      title: t('telemetry:devices.new_password'),
      body: t('telemetry:devices.new_password_body'),
      submitLabel: t('telemetry:devices.new_password'),
      act: async (_, key) => {
        const { password } = await take(api.POST('/api/v1/telemetry/devices/{device_id}/password', { params, body: {}, headers: { 'Idempotency-Key': key } }));
        openDialog(t('telemetry:devices.new_password'), (close) => <Secret text={password} hint={t('telemetry:devices.password_hint')} close={close} />);
        await changed();
      },
    });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('telemetry:devices.acts', { device: device.device_id })}>
          <Icon name="dots" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={rotate}>{t('telemetry:devices.new_password')}</Menu.Item>
        {device.disabled_at ? <Menu.Item onClick={() => void enable().catch(failed)}>{t('telemetry:devices.enable')}</Menu.Item> : <Menu.Item color="red" onClick={disable}>{t('telemetry:devices.disable')}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}
