import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { May, useFormat } from '../../app/me';
import { ask } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { Ago } from '../../kit/time';
import { EndpointState, showSecret, useEndpointFields, webhooksPath } from './webhook-words';

export default function WebhooksPage(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ListPage
      id="webhooks"
      title={t('notify:webhooks.nav')}
      path={webhooksPath}
      hrefOf={(e) => `/admin/webhooks/${e.id}`}
      empty={{ title: t('notify:webhooks.none'), hint: t('notify:webhooks.none_hint') }}
      actions={
        <May permission="notify.webhook.write">
          <AddEndpoint />
        </May>
      }
      columns={[
        { id: 'name', header: t('notify:webhooks.name'), cell: (e) => e.name },
        { id: 'state', header: t('vehicles:field.status'), cell: (e) => <EndpointState endpoint={e} /> },
        { id: 'url', header: t('notify:webhooks.url'), cell: (e) => <code style={{ overflowWrap: 'anywhere' }}>{e.url}</code> },
        { id: 'events', header: t('notify:rule.event_types'), cell: (e) => e.event_types.join(', ') },
        { id: 'waiting', header: t('notify:webhooks.waiting'), cell: (e) => format.number(e.waiting), align: 'right' },
        { id: 'success', header: t('notify:webhooks.last_success'), cell: (e) => <Ago at={e.last_success_at} /> },
      ]}
    />
  );
}

function AddEndpoint(): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const fields = useEndpointFields();
  const add = (): void =>
    ask({
      title: t('notify:webhooks.add'),
      fields,
      initial: { event_types: ['*'] },
      submitLabel: t('notify:webhooks.add'),
      act: async ({ name, url, event_types }, key) => {
        const endpoint = await take(api.POST(webhooksPath, { body: { name: String(name), url: String(url), event_types: event_types as string[] }, headers: { 'Idempotency-Key': key } }));
        await queries.invalidateQueries({ queryKey: [webhooksPath] });
        showSecret(endpoint, t);
      },
    });
  return (
    <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={add}>
      {t('notify:webhooks.add')}
    </Button>
  );
}
