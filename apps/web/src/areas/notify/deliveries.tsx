import { Button, Code, Stack, Table, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useFormat, useMay } from '../../app/me';
import { Facts } from '../../kit/detail';
import { openDialog } from '../../kit/dialogs';
import { ListPage } from '../../kit/list/list-page';
import { useOptions } from '../../kit/options';
import { Trouble, Waiting } from '../../kit/states';
import { Ago } from '../../kit/time';
import { done, failed } from '../../kit/toast';
import { DeliveryState, deliveryStates, webhooksPath, type Delivery } from './webhook-words';

const list = '/api/v1/notify/webhooks/{endpoint_id}/deliveries';

function useReplay(): (deliveries: readonly { id: string }[]) => Promise<void> {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return async (deliveries) => {
    for (const { id } of deliveries) await api.POST('/api/v1/notify/deliveries/{delivery_id}/replay', { params: { path: { delivery_id: id } } });
    done(t('notify:webhooks.replayed', { count: deliveries.length }));
    await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'delivery' || String(queryKey[0]).startsWith(webhooksPath) });
  };
}

export function Deliveries({ endpointId }: { endpointId: string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const replay = useReplay();
  const replayable = useMay()('notify.webhook.replay');
  const open = (delivery: Delivery): void => openDialog(delivery.type, () => <DeliveryDialog id={delivery.id} />, 'xl');
  return (
    <ListPage
      id="deliveries"
      inner
      title={t('notify:deliveries.tab')}
      path={list}
      pathParams={{ endpoint_id: endpointId }}
      refetchEveryMs={10_000}
      filters={[
        { name: 'state', label: t('vehicles:field.status'), options: useOptions('notify:deliveries.state', deliveryStates) },
        { name: 'type', label: t('notify:event') },
      ]}
      empty={{ title: t('notify:deliveries.none'), hint: t('notify:deliveries.none_hint') }}
      {...(replayable
        ? {
            bulk: (chosen: Delivery[], clear: () => void) => (
              <Button size="xs" variant="light" onClick={() => void replay(chosen).then(clear, failed)}>
                {t('notify:deliveries.replay_chosen', { count: chosen.length })}
              </Button>
            ),
          }
        : {})}
      columns={[
        { id: 'type', header: t('notify:event'), cell: (d) => <button type="button" className="plain" onClick={() => open(d)}>{d.type}</button>, phone: 'title' },
        { id: 'state', header: t('vehicles:field.status'), cell: (d) => <DeliveryState state={d.state} /> },
        { id: 'created', header: t('kit:when'), cell: (d) => format.dateTime(d.created_at) },
        { id: 'attempts', header: t('notify:deliveries.attempts'), cell: (d) => d.attempts, align: 'right' },
        { id: 'answer', header: t('notify:deliveries.answer'), cell: (d) => d.response_status ?? '–' },
        { id: 'error', header: t('notify:deliveries.error'), cell: (d) => d.last_error ?? '–' },
        { id: 'due', header: t('notify:deliveries.due'), cell: (d) => (d.state === 'pending' ? <Ago at={d.due_at} /> : '–') },
      ]}
    />
  );
}

/** What was sent, what came back, and another try. */
export function DeliveryDialog({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const replay = useReplay();
  const { data, error } = useQuery({
    queryKey: ['delivery', id],
    queryFn: () => take(api.GET('/api/v1/notify/deliveries/{delivery_id}', { params: { path: { delivery_id: id } } })),
    refetchInterval: (query) => (query.state.data?.state === 'pending' ? 1500 : false),
  });
  if (error) return <Trouble error={error} />;
  if (!data) return <Waiting />;
  return (
    <Stack gap="sm">
      <Facts
        facts={[
          [t('vehicles:field.status'), <DeliveryState key="state" state={data.state} />],
          [t('notify:deliveries.id'), data.event_id],
          [t('notify:deliveries.attempts'), data.attempts],
          [t('notify:deliveries.answer'), data.response_status],
          [t('notify:deliveries.error'), data.last_error],
        ]}
      />
      {data.attempt_log.length > 0 && (
        <Table>
          <Table.Tbody>
            {data.attempt_log.map((attempt) => (
              <Table.Tr key={attempt.at}>
                <Table.Td>{format.dateTime(attempt.at)}</Table.Td>
                <Table.Td>{attempt.status ?? '–'}</Table.Td>
                <Table.Td>{format.duration(attempt.took_ms)}</Table.Td>
                <Table.Td>{attempt.error ?? '–'}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {data.response_body && (
        <>
          <Title order={3} size="h6">
            {t('notify:deliveries.response')}
          </Title>
          <Code block>{data.response_body}</Code>
        </>
      )}
      <Title order={3} size="h6">
        {t('notify:deliveries.payload')}
      </Title>
      <Code block tabIndex={0}>
        {JSON.stringify(data.payload, null, 2)}
      </Code>
      {may('notify.webhook.replay') && data.state !== 'pending' && (
        <Button size="xs" w="fit-content" variant="light" onClick={() => void replay([data]).catch(failed)}>
          {t('notify:deliveries.replay')}
        </Button>
      )}
    </Stack>
  );
}
