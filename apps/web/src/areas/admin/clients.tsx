import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { May, useFormat, useMay, useMe } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { ask, openDialog } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { useParks } from '../../kit/options';
import { Ago } from '../../kit/time';
import { done } from '../../kit/toast';
import { parkIdsOf } from './words';
import { Secret } from '../../kit/secret';

type Client = Schemas['ClientView'];
const list = '/api/v1/auth/clients';

export default function ClientsPage(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  return (
    <ListPage
      id="clients"
      title={t('admin:clients.nav')}
      path={list}
      empty={{ title: t('admin:clients.none'), hint: t('admin:clients.none_hint') }}
      actions={
        <May permission="auth.client.write">
          <AddClient />
        </May>
      }
      columns={[
        { id: 'name', header: t('admin:people.name'), cell: (c) => c.name, sort: 'name' },
        { id: 'id', header: t('admin:clients.id'), cell: (c) => <code>{c.id}</code> },
        { id: 'state', header: t('admin:people.state'), cell: (c) => <StatusBadge tone={c.disabled_at ? 'off' : 'good'}>{t(c.disabled_at ? 'admin:people.disabled' : 'admin:people.enabled')}</StatusBadge> },
        { id: 'scopes', header: t('admin:clients.scopes'), cell: (c) => c.scopes.join(', ') },
        { id: 'used', header: t('admin:people.last_used'), cell: (c) => <Ago at={c.last_used_at} /> },
        { id: 'created', header: t('admin:invitations.created'), cell: (c) => format.day(c.created_at), hidden: true },
        { id: 'act', header: t('kit:list.actions'), cell: (c) => !c.disabled_at && may('auth.client.write') && <ClientActions client={c} /> },
      ]}
    />
  );
}

const showSecret = (title: string, client: Client, hint: string): void => {
  if (client.client_secret) openDialog(title, (close) => <Secret text={`client_id=${client.id}\nclient_secret=${client.client_secret}`} hint={hint} close={close} />);
};

function AddClient(): ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  const parks = useParks();
  const queries = useQueryClient();
  // What one may do oneself is what one knows the names of; whole subsystems come first.
  const scopes = [...new Set(me.permissions.map((permission) => `${permission.split('.')[0]}.*`)), ...me.permissions];
  const add = (): void =>
    ask({
      title: t('admin:clients.add'),
      fields: [
        { name: 'name', label: t('admin:people.name'), required: true },
        { name: 'scopes', label: t('admin:clients.scopes'), kind: 'tags', options: scopes.map((value) => ({ value, label: value })), required: true, help: t('admin:clients.scopes_help') },
        { name: 'park_ids', label: t('admin:people.parks'), kind: 'multi', options: parks.options, help: t('admin:people.parks_help') },
      ],
      submitLabel: t('admin:clients.add'),
      act: async ({ name, scopes: chosen, park_ids }, key) => {
        const client = await take(api.POST(list, { body: { name: String(name), scopes: chosen as string[], park_ids: parkIdsOf(park_ids) }, headers: { 'Idempotency-Key': key } }));
        await queries.invalidateQueries({ queryKey: [list] });
        showSecret(t('admin:clients.secret'), client, t('admin:clients.secret_hint'));
      },
    });
  return (
    <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={add}>
      {t('admin:clients.add')}
    </Button>
  );
}

function ClientActions({ client }: { client: Client }): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const path = { id: client.id };
  const rotate = (): void =>
    ask({
      title: t('admin:clients.rotate'),
      body: t('admin:clients.rotate_body', { name: client.name }),
      submitLabel: t('admin:clients.rotate'),
      act: async (_, key) => showSecret(t('admin:clients.secret'), await take(api.POST('/api/v1/auth/clients/{id}/rotate_secret', { params: { path }, headers: { 'Idempotency-Key': key } })), t('admin:clients.secret_hint')),
    });
  const disable = (): void =>
    ask({
      title: t('admin:clients.disable'),
      body: t('admin:clients.disable_body', { name: client.name }),
      submitLabel: t('admin:clients.disable'),
      danger: true,
      act: async () => {
        await api.DELETE('/api/v1/auth/clients/{id}', { params: { path } });
        done(t('kit:saved'));
        await queries.invalidateQueries({ queryKey: [list] });
      },
    });
  return (
    <Group gap={4} wrap="nowrap">
      <Button size="compact-xs" variant="default" onClick={rotate}>
        {t('admin:clients.rotate')}
      </Button>
      <Button size="compact-xs" variant="subtle" color="red" onClick={disable}>
        {t('admin:clients.disable')}
      </Button>
    </Group>
  );
}
