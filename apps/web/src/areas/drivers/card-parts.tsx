import { Checkbox, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useFormat, useMay } from '../../app/me';
import { useWho } from '../../kit/colleagues';
import { Changes } from '../../kit/history';
import { ListPage } from '../../kit/list/list-page';
import { Trouble, Waiting } from '../../kit/states';
import { failed } from '../../kit/toast';
import { driverKey, type Driver } from './words';

export function Checklist({ driver }: { driver: Driver }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const format = useFormat();
  const queries = useQueryClient();
  const key = [...driverKey(driver.id), 'checklist'];
  const { data, error } = useQuery({ queryKey: key, queryFn: () => take(api.GET('/api/v1/driver_module/drivers/{driver_id}/checklist', { params: { path: { driver_id: driver.id } } })) });
  if (error) return <Trouble error={error} />;
  if (!data) return <Waiting />;
  const tick = (item: string, checked: boolean): void => {
    api
      .PUT('/api/v1/driver_module/drivers/{driver_id}/checklist/{item}', { params: { path: { driver_id: driver.id, item } }, body: { done: checked } })
      .then(({ data: next }) => queries.setQueryData(key, next))
      .catch(failed);
  };
  return (
    <Stack gap="xs" className="card">
      <Text size="sm" c="dimmed">
        {t(data.complete ? 'drivers:checklist.complete' : 'drivers:checklist.open')}
      </Text>
      {data.items.map((step) => (
        <Checkbox key={step.key} checked={step.done} disabled={!may('driver_module.driver.write')} onChange={(event) => tick(step.key, event.currentTarget.checked)} label={step.title} description={step.done_at ? format.dateTime(step.done_at) : undefined} />
      ))}
    </Stack>
  );
}

export function History({ driver }: { driver: Driver }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const who = useWho();
  return (
    <ListPage
      id="driver-history"
      inner
      title={t('vehicles:history.tab')}
      path="/api/v1/driver_module/drivers/{driver_id}/history"
      pathParams={{ driver_id: driver.id }}
      columns={[
        { id: 'at', header: t('kit:when'), cell: (c) => format.dateTime(c.at) },
        { id: 'action', header: t('kit:what'), cell: (c) => c.action },
        { id: 'who', header: t('kit:who'), cell: (c) => who(c.actor_id, c.actor_kind) },
        { id: 'changes', header: t('kit:changes'), cell: (c) => <Changes changes={c.changes ?? c.facts} label={(name) => t(`drivers:field.${name}`, { defaultValue: name })} /> },
        { id: 'reason', header: t('vehicles:reason'), cell: (c) => c.reason ?? '–' },
      ]}
    />
  );
}
