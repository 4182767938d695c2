import { Code, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { useFormat } from '../../app/me';
import { DetailPage, Facts } from '../../kit/detail';
import { ListPage } from '../../kit/list/list-page';
import { Notice } from '../../kit/notice';
import { Trouble, Waiting } from '../../kit/states';
import { ended, FeedRunState, runPath } from './feed-words';

/** One reading of the feed: what it brought, and the records it could not take. */
export default function FeedRunPage(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation();
  const format = useFormat();
  const { data: run, error, refetch } = useQuery({
    queryKey: [runPath, id],
    queryFn: () => take(api.GET('/api/v1/fuel_log/feed_imports/{feed_import_id}', { params: { path: { feed_import_id: id } } })),
    refetchInterval: (query) => (ended(query.state.data?.state) ? false : 1000),
  });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!run) return <Waiting />;
  return (
    <DetailPage
      back={{ to: '/fuel-feed', label: t('fuel:feed.nav') }}
      title={t(`fuel:feed.kind.${run.kind}`)}
      subtitle={`${format.dateTime(run.created_at)} · ${run.source}`}
      badges={<FeedRunState state={run.state} />}
      tabs={[
        { id: 'result', label: t('kit:import.result'), draw: () => <Result run={run} /> },
        { id: 'skipped', label: t('fuel:feed.skipped_tab', { count: run.skipped_count }), draw: () => <Skipped id={run.id} /> },
      ]}
    />
  );
}

function Result({ run }: { run: Schemas['FeedImportView'] }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Stack gap="sm">
      {run.fault_code && (
        <Notice tone="bad" title={t(`fuel:feed.fault.${run.fault_code}`, { defaultValue: run.fault_code })}>
          {run.fault}
        </Notice>
      )}
      <Facts
        facts={[
          [t('fuel:feed.files'), format.number(run.files_count)],
          [t('fuel:feed.read'), format.number(run.read_count)],
          [t('vehicles:imports.created'), format.number(run.added_count)],
          [t('vehicles:imports.updated'), format.number(run.changed_count)],
          [t('vehicles:imports.unchanged'), format.number(run.unchanged_count)],
          [t('fuel:feed.older'), format.number(run.older_count)],
          [t('fuel:feed.waiting'), format.number(run.waiting_count)],
          [t('fuel:feed.skipped'), format.number(run.skipped_count)],
          [t('fuel:feed.removed'), format.number(run.removed_count)],
          [t('kit:import.finished'), format.dateTime(run.finished_at)],
        ]}
      />
    </Stack>
  );
}

function Skipped({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ListPage
      id="feed-skipped"
      inner
      title={t('fuel:feed.skipped')}
      path="/api/v1/fuel_log/feed_imports/{feed_import_id}/skipped"
      pathParams={{ feed_import_id: id }}
      empty={{ title: t('fuel:feed.none_skipped') }}
      columns={[
        { id: 'record', header: t('fuel:feed.record'), cell: (s) => s.record_id ?? '–' },
        { id: 'place', header: t('fuel:feed.place'), cell: (s) => `${s.file}, № ${format.number(s.position + 1)}` },
        { id: 'detail', header: t('kit:import.fault'), cell: (s) => `${t(`fuel:feed.fault.${s.code}`, { defaultValue: s.code })} ${s.detail}` },
        { id: 'excerpt', header: t('fuel:feed.excerpt'), cell: (s) => <Code style={{ overflowWrap: 'anywhere' }}>{s.excerpt}</Code> },
      ]}
    />
  );
}
