import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { fetchPage } from '../../api/lists';
import { May, useFormat } from '../../app/me';
import { DetailPage, Facts } from '../../kit/detail';
import { ask, openDialog } from '../../kit/dialogs';
import { ListPage } from '../../kit/list/list-page';
import { Notice } from '../../kit/notice';
import { useOptions } from '../../kit/options';
import { Nothing, Trouble, Waiting } from '../../kit/states';
import { Ago } from '../../kit/time';
import { done } from '../../kit/toast';
import { FeedSettings } from './feed-settings';
import { feedPath, FeedRunState, runPath, type Feed } from './feed-words';

const runKinds = ['snapshot', 'changes'] as const;

/** Where messages about fuel come from: how far they were read, and what each reading brought. */
export default function FeedPage(): ReactNode {
  const { t } = useTranslation();
  return (
    <DetailPage
      title={t('fuel:feed.nav')}
      subtitle={t('fuel:feed.lead')}
      actions={
        <May permission="fuel_log.feed.import">
          <RunNow />
        </May>
      }
      tabs={[
        { id: 'state', label: t('fuel:feed.state'), draw: () => <State /> },
        { id: 'runs', label: t('fuel:feed.runs'), draw: () => <Runs /> },
      ]}
    />
  );
}

function RunNow(): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const kinds = useOptions('fuel:feed.kind', runKinds);
  const run = (): void =>
    ask({
      title: t('fuel:feed.run_now'),
      body: t('fuel:feed.run_body'),
      fields: [
        { name: 'kind', label: t('fuel:feed.kind_label'), kind: 'select', options: kinds, required: true },
        { name: 'confirm_removals', label: t('fuel:feed.confirm_removals'), kind: 'flag', help: t('fuel:feed.confirm_removals_help') },
      ],
      initial: { kind: 'changes', confirm_removals: false },
      submitLabel: t('fuel:feed.run_now'),
      act: async ({ kind, confirm_removals }, key) => {
        await api.POST(runPath, { body: { kind: kind as 'changes', ...(confirm_removals ? { confirm_removals: true } : {}) }, headers: { 'Idempotency-Key': key } });
        done(t('fuel:feed.started'));
        await queries.invalidateQueries({ queryKey: [runPath] });
      },
    });
  return (
    <Button size="xs" onClick={run}>
      {t('fuel:feed.run_now')}
    </Button>
  );
}

function State(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const feeds = useQuery({ queryKey: [feedPath], queryFn: () => fetchPage(feedPath, { limit: 1 }, null) });
  const runs = useQuery({ queryKey: [runPath, 'last'], queryFn: () => fetchPage(runPath, { limit: 1 }, null), refetchInterval: 10_000 });
  if (feeds.error) return <Trouble error={feeds.error} again={() => void feeds.refetch()} />;
  if (!feeds.data) return <Waiting />;
  const [feed] = feeds.data.items;
  const last = runs.data?.items[0];
  return (
    <Stack gap="sm">
      {last?.fault_code && (
        <Notice tone="bad" title={t(`fuel:feed.fault.${last.fault_code}`, { defaultValue: last.fault_code })}>
          {last.fault}
        </Notice>
      )}
      {last && last.held_removals > 0 && <Notice tone="warn" title={t('fuel:feed.held_removals', { count: last.held_removals })}>{t('fuel:feed.confirm_removals_help')}</Notice>}
      {feed ? (
        <Facts
          facts={[
            [t('fuel:feed.watermark'), feed.watermark_at ? format.dateTime(feed.watermark_at) : null],
            [t('fuel:feed.snapshot'), feed.snapshot_at ? format.dateTime(feed.snapshot_at) : null],
            [t('fuel:feed.hourly'), t(feed.enabled ? 'kit:yes' : 'kit:no')],
            [t('fuel:feed.endpoint'), feed.endpoint ?? t('fuel:feed.house')],
            [t('fuel:feed.bucket'), feed.bucket],
            [t('fuel:feed.prefix'), feed.prefix],
            [t('fuel:feed.last_run'), last && <LastRun key="last" run={last} />],
          ]}
        />
      ) : (
        <>
          <Nothing title={t('fuel:feed.none')} hint={t('fuel:feed.none_hint')} action={<FeedActions feed={undefined} />} />
          {last && <Facts facts={[[t('fuel:feed.last_run'), <LastRun key="last" run={last} />]]} />}
        </>
      )}
      {feed && <FeedActions feed={feed} />}
    </Stack>
  );
}

function LastRun({ run }: { run: Schemas['FeedImportView'] }): ReactNode {
  const { t } = useTranslation();
  return (
    <Group gap={6}>
      <FeedRunState state={run.state} />
      <Text size="sm">
        {t(`fuel:feed.kind.${run.kind}`)} · <Ago at={run.created_at} />
      </Text>
    </Group>
  );
}

function FeedActions({ feed }: { feed: Feed | undefined }): ReactNode {
  const { t } = useTranslation();
  const test = (id: string): void => {
    const asked = take(api.POST('/api/v1/fuel_log/feeds/{feed_id}/test', { params: { path: { feed_id: id } } }));
    openDialog(t('fuel:feed.test'), () => <TestResult asked={asked} />);
  };
  return (
    <May permission="fuel_log.feed.write">
      <Group gap="xs">
        {feed && (
          <Button size="xs" variant="default" onClick={() => test(feed.id)}>
            {t('fuel:feed.test')}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => openDialog(t('fuel:feed.settings'), (close) => <FeedSettings feed={feed} close={close} />, 'lg')}>
          {t('fuel:feed.settings')}
        </Button>
      </Group>
    </May>
  );
}

function TestResult({ asked }: { asked: Promise<Schemas['FeedTestView']> }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error } = useQuery({ queryKey: ['feed-test', asked], queryFn: () => asked, retry: false, gcTime: 0 });
  if (error) return <Trouble error={error} />;
  if (!data) return <Waiting label={t('fuel:feed.testing')} />;
  return (
    <Stack gap="sm">
      <Notice tone={data.ok ? 'good' : 'bad'} title={t(data.ok ? 'fuel:feed.answers' : `fuel:feed.fault.${data.code ?? ''}`, { defaultValue: data.code ?? '' })}>
        {data.detail}
      </Notice>
      <Facts
        facts={[
          [t('fuel:feed.snapshot'), format.dateTime(data.snapshot_stored_at)],
          [t('fuel:feed.size'), format.bytes(data.snapshot_bytes)],
          [t('fuel:feed.change_files'), format.number(data.change_files)],
        ]}
      />
    </Stack>
  );
}

function Runs(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ListPage
      id="feed-runs"
      inner
      title={t('fuel:feed.runs')}
      path={runPath}
      hrefOf={(r) => `/fuel-feed/${r.id}`}
      refetchEveryMs={5000}
      empty={{ title: t('fuel:feed.no_runs') }}
      columns={[
        { id: 'at', header: t('kit:when'), cell: (r) => format.dateTime(r.created_at), sort: 'created_at' },
        { id: 'kind', header: t('fuel:feed.kind_label'), cell: (r) => t(`fuel:feed.kind.${r.kind}`) },
        { id: 'state', header: t('vehicles:field.status'), cell: (r) => <FeedRunState state={r.state} /> },
        { id: 'read', header: t('fuel:feed.read'), cell: (r) => format.number(r.read_count), align: 'right' },
        { id: 'added', header: t('vehicles:imports.created'), cell: (r) => format.number(r.added_count), align: 'right' },
        { id: 'changed', header: t('vehicles:imports.updated'), cell: (r) => format.number(r.changed_count), align: 'right' },
        { id: 'waiting', header: t('fuel:feed.waiting'), cell: (r) => format.number(r.waiting_count), align: 'right' },
        { id: 'skipped', header: t('fuel:feed.skipped'), cell: (r) => format.number(r.skipped_count), align: 'right' },
        { id: 'removed', header: t('fuel:feed.removed'), cell: (r) => format.number(r.removed_count), align: 'right', hidden: true },
      ]}
    />
  );
}
