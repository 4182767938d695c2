import { Anchor, Group, Stack, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/lists';
import { useFormat, useMay } from '../../app/me';
import { Notice } from '../../kit/notice';
import { useParamsInUrl } from '../../kit/search-params';
import { boundsOfDay } from '../../kit/zoned';
import { CommandList, hrefOf } from './command-list';
import { JobActs } from './job-acts';
import { KillSwitch, usePolicy } from './kill-switch';
import { commandsPath, JobKind, useColleagues } from './words';

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

export default function CommandsPage(): ReactNode {
  const zone = useFormat().habits.timeZone;
  const { policy } = usePolicy();
  const [params] = useParamsInUrl();
  const [since, until] = [params['since'] ?? '', params['until'] ?? ''];
  const period = { ...(dayPattern.test(since) ? { from: boundsOfDay(since, zone).from } : {}), ...(dayPattern.test(until) ? { to: boundsOfDay(until, zone).to } : {}) };
  return (
    <Stack gap="sm">
      {policy?.stopped_at && <KillSwitch />}
      <Waiting />
      <CommandList period={period} actions={<Head stopped={Boolean(policy?.stopped_at)} since={since} until={until} />} />
    </Stack>
  );
}

/** Days are the account's; the switch that stops everything stands beside them. */
function Head({ stopped, since, until }: { stopped: boolean; since: string; until: string }): ReactNode {
  const { t } = useTranslation();
  const [, setParams] = useParamsInUrl();
  return (
    <Group gap="xs" align="flex-end">
      <TextInput size="xs" type="date" label={t('access:commands.since')} value={since} onChange={(event) => setParams({ since: event.currentTarget.value || undefined })} />
      <TextInput size="xs" type="date" label={t('access:commands.until')} value={until} onChange={(event) => setParams({ until: event.currentTarget.value || undefined })} />
      {!stopped && <KillSwitch />}
    </Group>
  );
}

/** Requests that wait for a second person stand above everything: they run out. */
function Waiting(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { nameOf } = useColleagues();
  const mayDecide = useMay()('access_control.immobilization.approve');
  const { rows } = useList(commandsPath, { query: { approval: 'waiting', status: 'pending' }, limit: 20 }, { enabled: mayDecide, refetchInterval: 5_000 });
  if (rows.length === 0) return null;
  return (
    <Notice tone="warn" title={t('access:commands.waiting')} role="status">
      <Stack gap="xs" mt={4}>
        {rows.map((job) => (
          <Group key={job.job_id} gap="xs" justify="space-between">
            <Text size="sm">
              <Anchor component={Link} to={hrefOf(job)} size="sm" fw={600} inherit>
                {job.plate}
              </Anchor>{' '}
              <JobKind kind={job.kind} /> {t('access:commands.waits', { who: nameOf(job.requested_by), reason: t(`access:reason.${job.reason}`), at: format.time(job.approval_until) })}
            </Text>
            <JobActs job={job} />
          </Group>
        ))}
      </Stack>
    </Notice>
  );
}
