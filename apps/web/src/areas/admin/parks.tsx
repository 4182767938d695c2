import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, type Schemas } from '../../api/client';
import { fetchPage } from '../../api/lists';
import { StatusBadge } from '../../kit/badge';
import { ask, openDialog } from '../../kit/dialogs';
import { EditForm } from '../../kit/form/edit-form';
import type { Field } from '../../kit/form/fields';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { done } from '../../kit/toast';

type Park = Schemas['ParkView'];
const list = '/api/v1/auth/parks';

function useParkFields(): Field[] {
  const { t } = useTranslation();
  return [
    { name: 'name', label: t('admin:people.name'), required: true },
    { name: 'city', label: t('admin:parks.city') },
    { name: 'address', label: t('admin:parks.address') },
  ];
}

export default function ParksPage(): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const fields = useParkFields();
  const open = (): void =>
    ask({
      title: t('admin:parks.open'),
      fields,
      submitLabel: t('admin:parks.open'),
      act: async (values, key) => {
        const body = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as never;
        await api.POST(list, { body, headers: { 'Idempotency-Key': key } });
        done(t('kit:saved'));
        await queries.invalidateQueries({ queryKey: [list] });
      },
    });
  return (
    <ListPage
      id="parks"
      title={t('admin:parks.nav')}
      path={list}
      empty={{ title: t('admin:parks.none') }}
      actions={
        <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={open}>
          {t('admin:parks.open')}
        </Button>
      }
      columns={[
        { id: 'name', header: t('admin:people.name'), cell: (p) => p.name, sort: 'name' },
        { id: 'city', header: t('admin:parks.city'), cell: (p) => p.city ?? '–' },
        { id: 'address', header: t('admin:parks.address'), cell: (p) => p.address ?? '–' },
        { id: 'state', header: t('admin:people.state'), cell: (p) => <StatusBadge tone={p.closed_at ? 'off' : 'good'}>{t(p.closed_at ? 'admin:parks.closed' : 'admin:parks.in_use')}</StatusBadge> },
        { id: 'act', header: t('kit:list.actions'), cell: (p) => <ParkActions park={p} /> },
      ]}
    />
  );
}

function ParkActions({ park }: { park: Park }): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const path = { id: park.id };
  const setClosed = (closed: boolean, version?: number): Promise<unknown> =>
    api.PATCH('/api/v1/auth/parks/{id}', { params: { path, ...(version ? { header: ifMatch(version) } : {}) }, body: { closed } }).then(() => queries.invalidateQueries({ queryKey: [list] }));
  const toggle = (): void =>
    ask({
      title: t(park.closed_at ? 'admin:parks.reopen' : 'admin:parks.close'),
      body: t(park.closed_at ? 'admin:parks.reopen_body' : 'admin:parks.close_body', { name: park.name }),
      submitLabel: t(park.closed_at ? 'admin:parks.reopen' : 'admin:parks.close'),
      danger: !park.closed_at,
      act: async () => {
        await setClosed(!park.closed_at, park.version);
        done(t('kit:saved'), () => setClosed(Boolean(park.closed_at)));
      },
    });
  return (
    <Group gap={4} wrap="nowrap">
      <Button size="compact-xs" variant="default" onClick={() => openDialog(t('kit:edit'), (close) => <EditPark park={park} close={close} />)}>
        {t('kit:edit')}
      </Button>
      <Button size="compact-xs" variant="subtle" color={park.closed_at ? undefined : 'red'} onClick={toggle}>
        {t(park.closed_at ? 'admin:parks.reopen' : 'admin:parks.close')}
      </Button>
    </Group>
  );
}

/** There is no route for one park: it is read again out of the list. */
async function readPark(id: string): Promise<Park> {
  const { items } = await fetchPage(list, { limit: 500 }, null);
  const park = items.find((candidate) => candidate.id === id);
  if (!park) throw new Error(id);
  return park;
}

function EditPark({ park, close }: { park: Park; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return (
    <EditForm
      columns={1}
      fields={useParkFields()}
      subject={park}
      reload={() => readPark(park.id)}
      save={async (changes, version) => {
        await api.PATCH('/api/v1/auth/parks/{id}', { params: { path: { id: park.id }, header: ifMatch(version) }, body: changes as never });
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
