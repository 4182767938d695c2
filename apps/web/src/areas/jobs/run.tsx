import { Button, Code, Progress, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { May, useFormat } from '../../app/me';
import { DetailPage, Facts } from '../../kit/detail';
import { ask } from '../../kit/dialogs';
import { Trouble, Waiting } from '../../kit/states';
import { done } from '../../kit/toast';
import { RunState } from './words';
import { Notice } from '../../kit/notice';

const running = (state: string | undefined): boolean => state === 'queued' || state === 'running' || state === 'retrying';

export default function RunPage(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const { data: run, error, refetch } = useQuery({
    queryKey: ['run', id],
    queryFn: () => take(api.GET('/api/v1/etl/runs/{id}', { params: { path: { id } } })),
    refetchInterval: (query) => (running(query.state.data?.state) ? 1500 : false),
  });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!run) return <Waiting />;
  const cancel = (): void =>
    ask({
      title: t('jobs:cancel'),
      body: t('jobs:cancel_body'),
      submitLabel: t('jobs:cancel'),
      danger: true,
      act: async () => {
        await api.POST('/api/v1/etl/runs/{id}/cancel', { params: { path: { id } } });
        done(t('jobs:cancelled'));
        await queries.invalidateQueries({ queryKey: ['run', id] });
      },
    });
  const facts: [string, ReactNode][] = [
    [t('jobs:queued'), format.dateTime(run.queued_at)],
    [t('jobs:started_at'), format.dateTime(run.started_at)],
    [t('jobs:ended'), format.dateTime(run.finished_at)],
    [t('jobs:took'), format.duration(run.duration_ms)],
    [t('jobs:rows'), format.number(run.rows)],
    [t('jobs:attempt'), run.attempt],
  ];
  return (
    <DetailPage
      back={{ to: '/jobs', label: t('jobs:nav') }}
      title={run.task}
      badges={<RunState state={run.state} />}
      actions={
        running(run.state) && (
          <May permission="jobs.task.run">
            <Button size="xs" variant="light" color="red" onClick={cancel}>
              {t('jobs:cancel')}
            </Button>
          </May>
        )
      }
      tabs={[
        {
          id: 'result',
          label: t('jobs:result'),
          draw: () => (
            <Stack gap="sm">
              {running(run.state) && <Progress value={100} animated striped aria-label={t(`jobs:state.${run.state}`)} />}
              {run.error && (
                <Notice tone="bad" title={t('jobs:error')}>
                  <Code block>{run.error}</Code>
                </Notice>
              )}
              <Facts facts={facts} />
              {run.progress && <Code block>{JSON.stringify(run.progress, null, 2)}</Code>}
            </Stack>
          ),
        },
      ]}
    />
  );
}
