import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import type { Tone } from '../../kit/badge';
import { Notice } from '../../kit/notice';
import { Trouble, Waiting } from '../../kit/states';
import classes from './access.module.css';
import { JobActs } from './job-acts';
import { useJob } from './use-jobs';
import { Evidence, isFlying, JobKind, JobState, useColleagues, useWhy, type Job } from './words';

/** One command as it goes: where it is, how sure that is, and its end in words. */
export function JobProgress({ vehicleId, jobId }: { vehicleId: string; jobId: string }): ReactNode {
  const { data: job, error, refetch } = useJob(vehicleId, jobId);
  if (error && !job) return <Trouble error={error} again={() => void refetch()} />;
  if (!job) return <Waiting />;
  return <Progress job={job} />;
}

export function Progress({ job }: { job: Job }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { nameOf } = useColleagues();
  const asked = job.origin === 'safety' ? t('access:progress.by_house', { at: format.time(job.requested_at) }) : t('access:progress.by', { who: nameOf(job.requested_by), at: format.time(job.requested_at), reason: t(`access:reason.${job.reason}`) });
  return (
    <Stack gap="sm" className="card" data-job={job.job_id}>
      <div className={classes.head}>
        <div>
          <JobKind kind={job.kind} /> <JobState job={job} /> <Evidence level={job.evidence} />
          <Text size="sm" mt={4}>
            {asked}
          </Text>
          {job.note && <Text size="sm">{job.note}</Text>}
        </div>
        <JobActs job={job} />
      </div>
      <Steps job={job} />
      <End job={job} />
    </Stack>
  );
}

interface Step {
  id: string;
  tone?: Tone;
  more?: string;
}

function Steps({ job }: { job: Job }): ReactNode {
  const { t } = useTranslation();
  return (
    <ol className={classes.steps} aria-label={t('access:progress.steps')}>
      {useSteps(job).map((step) => (
        <li key={step.id} data-tone={step.tone} aria-current={step.tone === 'busy' ? 'step' : undefined}>
          <span>{t(`access:stage.${step.id}`)}</span>
          {step.more && <small>{step.more}</small>}
        </li>
      ))}
    </ol>
  );
}

function useSteps(job: Job): Step[] {
  const { t } = useTranslation();
  const format = useFormat();
  const flying = isFlying(job);
  const tries = job.attempts.length;
  const last = job.attempts.at(-1);
  const sure = job.evidence === 'executed' || job.evidence === 'relay_seen';
  const outcome = last?.outcome ? t(`access:outcome.${last.outcome}`) : tries > 0 && flying ? t('access:progress.listening') : undefined;
  const approval: Step[] =
    job.approval === null
      ? []
      : [
          {
            id: 'approval',
            tone: job.approval === 'approved' ? 'good' : job.approval === 'declined' || !flying ? 'bad' : 'busy',
            more: job.approval === 'waiting' && flying ? t('access:progress.until', { at: format.time(job.approval_until) }) : t(`access:approval.${job.approval}`),
          },
        ];
  return [
    { id: 'asked', tone: 'good', more: format.time(job.requested_at) },
    ...approval,
    { id: 'sent', ...(tries > 0 ? { tone: last?.outcome === 'withheld' || last?.outcome === 'not_sent' ? ('bad' as const) : ('good' as const), more: t('access:progress.attempts', { count: tries }) } : flying && job.approval !== 'waiting' ? { tone: 'busy' as const } : {}) },
    { id: 'confirmed', ...(sure ? { tone: 'good' as const } : tries > 0 ? { tone: flying ? ('busy' as const) : job.status === 'unknown' ? ('warn' as const) : ('bad' as const) } : {}), ...(outcome ? { more: outcome } : {}) },
    { id: 'seen', ...(job.evidence === 'relay_seen' ? { tone: 'good' as const } : job.status === 'completed' ? { tone: 'busy' as const, more: t('access:progress.awaits_report') } : {}) },
  ];
}

/** The end in words a tired person understands, and what follows from it. */
function End({ job }: { job: Job }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const why = useWhy();
  const tones: Partial<Record<Job['status'], Tone>> = { completed: 'good', failed: 'bad', expired: 'bad', unknown: 'warn' };
  const tone = tones[job.status];
  if (!tone) {
    return (
      <Notice tone="busy" role="status">
        {t(job.approval === 'waiting' ? 'access:end.waiting' : `access:end.under_way.${job.kind}`)}
      </Notice>
    );
  }
  const took = job.ended_at ? format.duration(Date.parse(job.ended_at) - Date.parse(job.requested_at)) : undefined;
  const late = job.late as { at?: string } | null;
  return (
    <Notice tone={tone} role="status" title={t(`access:end.${job.kind}_${job.status}`)}>
      {job.code && <Text size="sm">{why({ code: job.code, detail: job.detail })}</Text>}
      <Text size="sm">{t(`access:meaning.${job.kind}_${job.status}`)}</Text>
      {job.kind === 'immobilize' && job.status === 'completed' && job.facts?.circuit && <Text size="sm">{t(`access:effect.${job.facts.circuit}`)}</Text>}
      {job.detail && <Text size="sm">{job.detail}</Text>}
      {late && <Text size="sm" fw={600}>{t('access:end.late', { at: format.time(late.at) })}</Text>}
      {took && <Text size="xs">{t('access:end.took', { took })}</Text>}
    </Notice>
  );
}
