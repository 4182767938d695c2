import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { May, useFormat, useMay } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { ask, openDialog } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { useParks } from '../../kit/options';
import { Secret } from '../../kit/secret';
import { done } from '../../kit/toast';

type Key = Schemas['IngestKeyView'];
const list = '/api/v1/telemetry/ingest_keys';

/** Keys with which gateways sign what they upload. */
export default function KeysPage(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const parks = useParks();
  const may = useMay();
  const queries = useQueryClient();
  const disable = (key: Key): void =>
    ask({
      title: t('telemetry:keys.disable'),
      body: t('telemetry:keys.disable_body', { name: key.name }),
      submitLabel: t('telemetry:keys.disable'),
      danger: true,
      act: async () => {
        await api.POST('/api/v1/telemetry/ingest_keys/{key_id}/disable', { params: { path: { key_id: key.id } } });
        done(t('kit:saved'));
        await queries.invalidateQueries({ queryKey: [list] });
      },
    });
  return (
    <ListPage
      id="ingest-keys"
      title={t('telemetry:keys.nav')}
      path={list}
      empty={{ title: t('telemetry:keys.none'), hint: t('telemetry:keys.none_hint') }}
      actions={
        <May permission="telemetry_engine.ingest_key.write">
          <AddKey />
        </May>
      }
      columns={[
        { id: 'name', header: t('admin:people.name'), cell: (k) => k.name },
        { id: 'id', header: t('telemetry:keys.id'), cell: (k) => <code>{k.id}</code> },
        { id: 'state', header: t('vehicles:field.status'), cell: (k) => <StatusBadge tone={k.disabled_at ? 'off' : 'good'}>{t(k.disabled_at ? 'admin:people.disabled' : 'admin:people.enabled')}</StatusBadge> },
        { id: 'parks', header: t('admin:people.parks'), cell: (k) => (k.park_ids ? k.park_ids.map((id) => parks.nameOf(id)).join(', ') : t('admin:people.all_parks')) },
        { id: 'created', header: t('admin:invitations.created'), cell: (k) => format.dateTime(k.created_at) },
        {
          id: 'act',
          header: t('kit:list.actions'),
          cell: (k) =>
            !k.disabled_at &&
            may('telemetry_engine.ingest_key.write') && (
              <Button size="compact-xs" variant="subtle" color="red" onClick={() => disable(k)}>
                {t('telemetry:keys.disable')}
              </Button>
            ),
        },
      ]}
    />
  );
}

function AddKey(): ReactNode {
  const { t } = useTranslation();
  const parks = useParks();
  const queries = useQueryClient();
  const add = (): void =>
    ask({
      title: t('telemetry:keys.add'),
      fields: [
        { name: 'name', label: t('admin:people.name'), required: true },
        { name: 'park_ids', label: t('admin:people.parks'), kind: 'multi', options: parks.options, help: t('admin:people.parks_help') },
      ],
      submitLabel: t('telemetry:keys.add'),
      act: async ({ name, park_ids }, idempotencyKey) => {
        const chosen = Array.isArray(park_ids) && park_ids.length > 0 ? park_ids : null;
        const key = await take(api.POST(list, { body: { name: String(name), park_ids: chosen }, headers: { 'Idempotency-Key': idempotencyKey } }));
        await queries.invalidateQueries({ queryKey: [list] });
        openDialog(t('telemetry:keys.secret'), (close) => <Secret text={`x-fleet-key: ${key.id}\nsecret: ${key.secret}`} hint={t('telemetry:keys.secret_hint')} close={close} />);
      },
    });
  return (
    <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={add}>
      {t('telemetry:keys.add')}
    </Button>
  );
}
