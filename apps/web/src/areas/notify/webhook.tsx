import { Button, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, take } from '../../api/client';
import { May, useFormat } from '../../app/me';
import { DetailPage, Facts } from '../../kit/detail';
import { ask, openDialog } from '../../kit/dialogs';
import { EditForm } from '../../kit/form/edit-form';
import { Notice } from '../../kit/notice';
import { Trouble, Waiting } from '../../kit/states';
import { Ago } from '../../kit/time';
import { done, failed } from '../../kit/toast';
import { localOf, momentOf } from '../../kit/zoned';
import { Deliveries, DeliveryDialog } from './deliveries';
import { EndpointState, showSecret, useEndpointFields, webhooksPath, type Endpoint } from './webhook-words';

const one = '/api/v1/notify/webhooks/{endpoint_id}';
const read = (id: string): Promise<Endpoint> => take(api.GET(one, { params: { path: { endpoint_id: id } } }));
const dayMs = 86_400_000;

export default function WebhookPage(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation();
  const format = useFormat();
  const { data: endpoint, error, refetch } = useQuery({ queryKey: [webhooksPath, 'one', id], queryFn: () => read(id), refetchInterval: 10_000 });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!endpoint) return <Waiting />;
  return (
    <DetailPage
      back={{ to: '/admin/webhooks', label: t('notify:webhooks.nav') }}
      title={endpoint.name}
      subtitle={endpoint.url}
      badges={<EndpointState endpoint={endpoint} />}
      actions={
        <>
          <May permission="notify.webhook.replay">
            <ReplaySince endpoint={endpoint} />
          </May>
          <May permission="notify.webhook.write">
            <Actions endpoint={endpoint} />
          </May>
        </>
      }
      tabs={[
        { id: 'deliveries', label: t('notify:deliveries.tab'), draw: () => <Deliveries endpointId={endpoint.id} /> },
        {
          id: 'overview',
          label: t('vehicles:tab.overview'),
          draw: () => (
            <Stack gap="sm">
              {endpoint.disabled_reason && (
                <Notice tone="bad" title={t('notify:webhooks.state.disabled')}>
                  {endpoint.disabled_reason}
                </Notice>
              )}
              <Facts
                facts={[
                  [t('notify:rule.event_types'), endpoint.event_types.join(', ')],
                  [t('notify:webhooks.waiting'), format.number(endpoint.waiting)],
                  [t('notify:webhooks.last_success'), <Ago key="success" at={endpoint.last_success_at} />],
                  [t('notify:webhooks.failing_since'), format.dateTime(endpoint.failing_since)],
                  [t('notify:webhooks.old_secret_until'), format.dateTime(endpoint.old_secret_until)],
                  [t('notify:webhooks.created'), format.dateTime(endpoint.created_at)],
                ]}
              />
            </Stack>
          ),
        },
      ]}
    />
  );
}

function useChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith(webhooksPath) });
}

function Actions({ endpoint }: { endpoint: Endpoint }): ReactNode {
  const { t } = useTranslation();
  const changed = useChanged();
  const navigate = useNavigate();
  const path = { endpoint_id: endpoint.id };
  const ping = (): void => {
    take(api.POST('/api/v1/notify/webhooks/{endpoint_id}/ping', { params: { path } }))
      .then((delivery) => openDialog(t('notify:webhooks.ping'), () => <DeliveryDialog id={delivery.id} />, 'xl'))
      .then(changed)
      .catch(failed);
  };
  const turn = (): void => {
    const request = { params: { path } };
    (endpoint.state === 'active' ? api.POST('/api/v1/notify/webhooks/{endpoint_id}/pause', request) : api.POST('/api/v1/notify/webhooks/{endpoint_id}/resume', request))
      .then(() => done(t('kit:saved')))
      .then(changed)
      .catch(failed);
  };
  const rotate = (): void =>
    ask({
      title: t('notify:webhooks.rotate'),
      body: t('notify:webhooks.rotate_body'),
      fields: [{ name: 'overlap_h', label: t('notify:webhooks.overlap'), kind: 'number', min: 0, max: 168, unit: 'h' }],
      initial: { overlap_h: 24 },
      submitLabel: t('notify:webhooks.rotate'),
      act: async ({ overlap_h }, key) => {
        showSecret(await take(api.POST('/api/v1/notify/webhooks/{endpoint_id}/rotate_secret', { params: { path }, body: typeof overlap_h === 'number' ? { overlap_h } : {}, headers: { 'Idempotency-Key': key } })), t);
        await changed();
      },
    });
  const remove = (): void =>
    ask({
      title: t('notify:webhooks.remove'),
      body: t('notify:webhooks.remove_body', { name: endpoint.name }),
      submitLabel: t('notify:webhooks.remove'),
      danger: true,
      act: async () => {
        await api.DELETE(one, { params: { path } });
        done(t('kit:saved'));
        await navigate({ to: '/admin/webhooks' });
        await changed();
      },
    });
  return (
    <>
      <Button size="xs" variant="default" onClick={ping}>
        {t('notify:webhooks.ping')}
      </Button>
      <Button size="xs" variant="default" onClick={turn}>
        {t(endpoint.state === 'active' ? 'notify:webhooks.pause' : 'notify:webhooks.resume')}
      </Button>
      <Button size="xs" variant="default" onClick={() => openDialog(t('kit:edit'), (close) => <Edit endpoint={endpoint} close={close} />)}>
        {t('kit:edit')}
      </Button>
      <Button size="xs" variant="default" onClick={rotate}>
        {t('notify:webhooks.rotate')}
      </Button>
      <Button size="xs" variant="subtle" color="red" onClick={remove}>
        {t('notify:webhooks.remove')}
      </Button>
    </>
  );
}

function Edit({ endpoint, close }: { endpoint: Endpoint; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const changed = useChanged();
  return (
    <EditForm
      columns={1}
      fields={useEndpointFields()}
      subject={endpoint}
      reload={() => read(endpoint.id)}
      save={async (changes, version) => {
        await api.PATCH(one, { params: { path: { endpoint_id: endpoint.id }, header: ifMatch(version) }, body: changes });
        done(t('kit:saved'));
      }}
      onDone={() => {
        close();
        void changed();
      }}
      onCancel={close}
    />
  );
}

function ReplaySince({ endpoint }: { endpoint: Endpoint }): ReactNode {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const changed = useChanged();
  const replay = (): void =>
    ask({
      title: t('notify:webhooks.replay'),
      body: t('notify:webhooks.replay_body'),
      fields: [
        { name: 'since', label: t('notify:webhooks.since'), kind: 'datetime', required: true },
        { name: 'all', label: t('notify:webhooks.replay_all'), kind: 'flag' },
      ],
      initial: { since: localOf(Date.now() - dayMs, zone) },
      submitLabel: t('notify:webhooks.replay'),
      act: async ({ since, all }, key) => {
        const { deliveries } = await take(
          api.POST('/api/v1/notify/webhooks/{endpoint_id}/replay', { params: { path: { endpoint_id: endpoint.id } }, body: { since: momentOf(String(since), zone), what: all ? 'all' : 'missed' }, headers: { 'Idempotency-Key': key } }),
        );
        done(t('notify:webhooks.replayed', { count: deliveries }));
        await changed();
      },
    });
  return (
    <Button size="xs" variant="default" onClick={replay}>
      {t('notify:webhooks.replay')}
    </Button>
  );
}
