import { ActionIcon, Menu } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, take } from '../../api/client';
import { May, useMay, useMe } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { ask, openDialog } from '../../kit/dialogs';
import { EditForm } from '../../kit/form/edit-form';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { useOptions, useParks } from '../../kit/options';
import { Ago } from '../../kit/time';
import { done } from '../../kit/toast';
import { InviteButton } from './invite';
import { parkIdsOf, roles, useRightsFields, type Person, type Role } from './words';
import { Secret } from '../../kit/secret';

const list = '/api/v1/auth/users';

export default function PeoplePage(): ReactNode {
  const { t } = useTranslation();
  const parks = useParks();
  const may = useMay();
  return (
    <ListPage
      id="people"
      title={t('admin:people.nav')}
      path={list}
      filters={[{ name: 'role', label: t('admin:people.role'), options: useOptions('kit:roles', roles) }]}
      actions={
        <May permission="auth.user.write">
          <InviteButton />
        </May>
      }
      columns={[
        { id: 'name', header: t('admin:people.name'), cell: (p) => p.name ?? p.email ?? p.id.slice(0, 8) },
        { id: 'email', header: t('admin:people.email'), cell: (p) => p.email ?? '–' },
        { id: 'role', header: t('admin:people.role'), cell: (p) => t(`kit:roles.${p.role}`), sort: 'role' },
        { id: 'state', header: t('admin:people.state'), cell: (p) => <StatusBadge tone={p.disabled_at ? 'off' : 'good'}>{t(p.disabled_at ? 'admin:people.disabled' : 'admin:people.enabled')}</StatusBadge> },
        { id: 'parks', header: t('admin:people.parks'), cell: (p) => (p.park_ids ? p.park_ids.map((id) => parks.nameOf(id)).join(', ') : t('admin:people.all_parks')) },
        { id: 'second', header: t('account:totp.title'), cell: (p) => (p.second_factor ? t('kit:yes') : t('kit:no')) },
        { id: 'used', header: t('admin:people.last_used'), cell: (p) => <Ago at={p.last_used_at} /> },
        { id: 'act', header: t('kit:list.actions'), cell: (p) => may('auth.user.write') && <PersonActions person={p} /> },
      ]}
    />
  );
}

function PersonActions({ person }: { person: Person }): ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  const queries = useQueryClient();
  const path = { id: person.id };
  const name = person.name ?? person.email ?? '';
  const changed = (): Promise<void> => queries.invalidateQueries({ queryKey: [list] });
  const setDisabled = (disabled: boolean, version?: number): Promise<unknown> =>
    api.PATCH('/api/v1/auth/users/{id}', { params: { path, ...(version ? { header: ifMatch(version) } : {}) }, body: { disabled } }).then(changed);
  const toggle = (): void =>
    ask({
      title: t(person.disabled_at ? 'admin:people.enable' : 'admin:people.disable'),
      body: t(person.disabled_at ? 'admin:people.enable_body' : 'admin:people.disable_body', { name }),
      submitLabel: t(person.disabled_at ? 'admin:people.enable' : 'admin:people.disable'),
      danger: !person.disabled_at,
      act: async () => {
        await setDisabled(!person.disabled_at, person.version);
        done(t('kit:saved'), () => setDisabled(Boolean(person.disabled_at)));
      },
    });
  const resetPassword = (): void =>
    ask({
      title: t('admin:people.reset_password'),
      body: t('admin:people.reset_password_body', { name }),
      submitLabel: t('admin:people.reset_password'),
      act: async (_, key) => {
        const { link } = await take(api.POST('/api/v1/auth/users/{id}/reset_password', { params: { path }, headers: { 'Idempotency-Key': key } }));
        if (link) openDialog(t('admin:people.reset_password'), (close) => <Secret text={link} hint={t('admin:invitations.link_hint')} close={close} />);
      },
    });
  const resetTotp = (): void =>
    ask({
      title: t('admin:people.reset_totp'),
      body: t('admin:people.reset_totp_body', { name }),
      submitLabel: t('admin:people.reset_totp'),
      danger: true,
      act: async () => {
        await api.POST('/api/v1/auth/users/{id}/reset_totp', { params: { path } });
        done(t('kit:saved'));
        await changed();
      },
    });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('admin:people.acts', { name })}>
          <Icon name="dots" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => openDialog(t('admin:people.rights', { name }), (close) => <Rights person={person} close={close} />)}>{t('admin:people.change_rights')}</Menu.Item>
        <Menu.Item onClick={resetPassword}>{t('admin:people.reset_password')}</Menu.Item>
        {person.second_factor && <Menu.Item onClick={resetTotp}>{t('admin:people.reset_totp')}</Menu.Item>}
        {person.id !== me.id && (
          <Menu.Item color={person.disabled_at ? undefined : 'red'} onClick={toggle}>
            {t(person.disabled_at ? 'admin:people.enable' : 'admin:people.disable')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function Rights({ person, close }: { person: Person; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const path = { id: person.id };
  return (
    <EditForm
      columns={1}
      fields={useRightsFields()}
      subject={person}
      reload={() => take(api.GET('/api/v1/auth/users/{id}', { params: { path } }))}
      save={async (changes, version) => {
        const body = { ...(changes['role'] ? { role: changes['role'] as Role } : {}), ...('park_ids' in changes ? { park_ids: parkIdsOf(changes['park_ids']) } : {}) };
        await api.PATCH('/api/v1/auth/users/{id}', { params: { path, header: ifMatch(version) }, body });
        done(t('kit:saved'));
      }}
      onDone={() => {
        close();
        void queries.invalidateQueries({ queryKey: [list] });
      }}
      onCancel={close}
    />
  );
}
