import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useFormat, useMay } from '../../app/me';
import { DetailPage, Facts } from '../../kit/detail';
import { ask } from '../../kit/dialogs';
import { ListPage } from '../../kit/list/list-page';
import { useOptions } from '../../kit/options';
import { Trouble, Waiting } from '../../kit/states';
import { Ago } from '../../kit/time';
import { done, failed } from '../../kit/toast';
import { RunState, runStates } from './words';

const deadLetters = '/api/v1/etl/dead_letters';

export default function JobsPage(): ReactNode {
  const { t } = useTranslation();
  return (
    <DetailPage
      title={t('jobs:nav')}
      subtitle={t('jobs:lead')}
      tabs={[
        { id: 'tasks', label: t('jobs:tasks'), draw: () => <Tasks /> },
        { id: 'runs', label: t('jobs:runs'), draw: () => <Runs /> },
        { id: 'dead', label: t('jobs:dead'), draw: () => <DeadLetters /> },
        { id: 'health', label: t('jobs:health'), draw: () => <Health /> },
      ]}
    />
  );
}

function Tasks(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const queries = useQueryClient();
  const run = (name: string): void =>
    ask({
      title: t('jobs:run_now'),
      body: t('jobs:run_now_body', { name }),
      submitLabel: t('jobs:run_now'),
      act: async (_, key) => {
        await api.POST('/api/v1/etl/tasks/{name}/run', { params: { path: { name } }, body: {}, headers: { 'Idempotency-Key': key } });
        done(t('jobs:started', { name }));
        await queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith('/api/v1/etl') });
      },
    });
  return (
    <ListPage
      id="tasks"
      inner
      title={t('jobs:tasks')}
      path="/api/v1/etl/status"
      keyOf={(task) => task.name}
      refetchEveryMs={10_000}
      columns={[
        { id: 'name', header: t('jobs:task'), cell: (task) => <code>{task.name}</code> },
        { id: 'about', header: t('jobs:about'), cell: (task) => task.about },
        { id: 'state', header: t('jobs:last'), cell: (task) => (task.last_run ? <RunState state={task.last_run.state} /> : t('jobs:never')) },
        { id: 'ended', header: t('jobs:ended'), cell: (task) => <Ago at={task.last_run?.finished_at} /> },
        { id: 'took', header: t('jobs:took'), cell: (task) => format.duration(task.last_run?.duration_ms), align: 'right' },
        { id: 'rows', header: t('jobs:rows'), cell: (task) => format.number(task.last_run?.rows), align: 'right' },
        { id: 'next', header: t('jobs:next'), cell: (task) => <Ago at={task.next_slot_at} /> },
        { id: 'cron', header: t('jobs:cron'), cell: (task) => (task.cron ? <code>{task.cron}</code> : '–'), hidden: true },
        { id: 'error', header: t('jobs:error'), cell: (task) => task.last_run?.error ?? '–', hidden: true },
        {
          id: 'act',
          header: t('kit:list.actions'),
          cell: (task) =>
            may('jobs.task.run') && (
              <Button size="compact-xs" variant="default" onClick={() => run(task.name)}>
                {t('jobs:run_now')}
              </Button>
            ),
        },
      ]}
    />
  );
}

function Runs(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ListPage
      id="runs"
      inner
      title={t('jobs:runs')}
      path="/api/v1/etl/runs"
      hrefOf={(run) => `/jobs/runs/${run.id}`}
      refetchEveryMs={10_000}
      empty={{ title: t('jobs:no_runs') }}
      filters={[
        { name: 'state', label: t('vehicles:field.status'), options: useOptions('jobs:state', runStates) },
        { name: 'task', label: t('jobs:task') },
      ]}
      columns={[
        { id: 'task', header: t('jobs:task'), cell: (run) => run.task },
        { id: 'state', header: t('vehicles:field.status'), cell: (run) => <RunState state={run.state} /> },
        { id: 'queued', header: t('jobs:queued'), cell: (run) => format.dateTime(run.queued_at), sort: 'queued_at' },
        { id: 'took', header: t('jobs:took'), cell: (run) => format.duration(run.duration_ms), align: 'right' },
        { id: 'rows', header: t('jobs:rows'), cell: (run) => format.number(run.rows), align: 'right' },
        { id: 'attempt', header: t('jobs:attempt'), cell: (run) => run.attempt, align: 'right' },
        { id: 'error', header: t('jobs:error'), cell: (run) => run.error ?? '–' },
      ]}
    />
  );
}

function DeadLetters(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const queries = useQueryClient();
  const replay = async (ids: string[]): Promise<void> => {
    for (const id of ids) await api.POST('/api/v1/etl/dead_letters/{id}/replay', { params: { path: { id } } });
    done(t('jobs:replayed', { count: ids.length }));
    await queries.invalidateQueries({ queryKey: [deadLetters] });
  };
  const replayable = may('jobs.dead_letter.replay');
  return (
    <ListPage
      id="dead"
      inner
      title={t('jobs:dead')}
      path={deadLetters}
      empty={{ title: t('jobs:no_dead'), hint: t('jobs:no_dead_hint') }}
      filters={[{ name: 'kind', label: t('jobs:kind_label'), options: useOptions('jobs:kind', ['run', 'delivery']) }]}
      {...(replayable
        ? {
            bulk: (chosen: { id: string }[], clear: () => void) => (
              <Button size="xs" variant="light" onClick={() => void replay(chosen.map((letter) => letter.id)).then(clear, failed)}>
                {t('jobs:replay_chosen', { count: chosen.length })}
              </Button>
            ),
          }
        : {})}
      columns={[
        { id: 'name', header: t('jobs:task'), cell: (letter) => [letter.name, letter.subscriber].filter(Boolean).join(' → ') },
        { id: 'kind', header: t('jobs:kind_label'), cell: (letter) => t(`jobs:kind.${letter.kind}`) },
        { id: 'at', header: t('jobs:dead_at'), cell: (letter) => format.dateTime(letter.dead_at), sort: 'dead_at' },
        { id: 'attempts', header: t('jobs:attempt'), cell: (letter) => letter.attempts, align: 'right' },
        { id: 'error', header: t('jobs:error'), cell: (letter) => letter.error ?? '–' },
        {
          id: 'act',
          header: t('kit:list.actions'),
          cell: (letter) =>
            replayable && (
              <Button size="compact-xs" variant="light" onClick={() => void replay([letter.id]).catch(failed)}>
                {t('jobs:replay')}
              </Button>
            ),
        },
      ]}
    />
  );
}

function Health(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = useQuery({ queryKey: ['healthz'], queryFn: () => take(api.GET('/healthz')), refetchInterval: 5000 });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!data) return <Waiting />;
  return (
    <Facts
      facts={[
        [t('vehicles:field.status'), data.status],
        [t('jobs:uptime'), data.uptime],
        [t('jobs:lag'), `${format.number(data.lag_ms)} ms`],
      ]}
    />
  );
}
