import { Stack } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import { DetailPage, Facts } from '../../kit/detail';
import { useParamsInUrl } from '../../kit/search-params';
import { Trouble, Waiting } from '../../kit/states';
import { Problem } from '../../api/problem';
import { CaseFile } from './case-file';
import { Progress } from './job-progress';
import { JobTimeline } from './job-timeline';
import { Release } from './release';
import { useJob } from './use-jobs';
import { JobState, placeOf, useColleagues, VehicleLink, type Job } from './words';

export default function CommandPage(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const [{ vehicle }] = useParamsInUrl();
  // Commands are found by their vehicle; an address without it was cut off.
  if (!vehicle) return <Trouble error={new Problem(404, 'NOT_FOUND', 'The address names no vehicle.')} />;
  return <CommandOf vehicleId={vehicle} jobId={id} />;
}

function CommandOf({ vehicleId, jobId }: { vehicleId: string; jobId: string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: job, error, refetch } = useJob(vehicleId, jobId);
  if (error && !job) return <Trouble error={error} again={() => void refetch()} />;
  if (!job) return <Waiting />;
  return (
    <DetailPage
      back={{ to: '/immobilizations', label: t('access:commands.nav') }}
      title={`${t(`access:kind.${job.kind}`)} ${job.plate}`}
      subtitle={format.dateTime(job.requested_at)}
      badges={<JobState job={job} />}
      actions={<Release vehicleId={job.vehicle_id} plate={job.plate} />}
      tabs={[
        { id: 'overview', label: t('access:command.overview'), draw: () => <Overview job={job} /> },
        { id: 'timeline', label: t('access:timeline.title'), draw: () => <JobTimeline job={job} /> },
        { id: 'case', label: t('access:case.tab'), draw: () => <CaseFile job={job} /> },
      ]}
    />
  );
}

function Overview({ job }: { job: Job }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { nameOf } = useColleagues();
  const { facts } = job;
  const decided: [string, ReactNode][] = job.approval ? [[t('access:approval_label'), `${t(`access:approval.${job.approval}`)}${job.decided_by ? ` · ${nameOf(job.decided_by)}` : ''}`]] : [];
  const known: [string, ReactNode][] = facts
    ? [
        [t('access:command.place'), placeOf(facts)],
        [t('access:check.position'), facts.position_age_s === null ? null : t('access:fact.age', { age: format.duration(facts.position_age_s * 1000) })],
        [t('access:check.standing'), t('access:fact.speeds', { now: format.speed(facts.speed_kmh), before: format.speed(facts.previous_speed_kmh) })],
        [t('access:check.ignition'), t(facts.ignition === null ? 'access:fact.ignition_unknown' : facts.ignition ? 'access:fact.on' : 'access:fact.off')],
        [t('access:circuit.kind'), facts.circuit ? t(`access:circuit_kind.${facts.circuit}`) : null],
      ]
    : [];
  return (
    <Stack gap="sm">
      <Progress job={job} />
      <Facts
        facts={[
          [t('drivers:vehicle'), <VehicleLink key="vehicle" id={job.vehicle_id} plate={job.plate} tab="immobilizer" />],
          [t('kit:who'), nameOf(job.requested_by)],
          [t('access:why_label'), t(`access:reason.${job.reason}`)],
          [t('access:method_label'), t(`access:method.${job.method}`)],
          ...decided,
          ...known,
        ]}
      />
    </Stack>
  );
}
