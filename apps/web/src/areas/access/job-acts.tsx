import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { useMay, useMe } from '../../app/me';
import { ask } from '../../kit/dialogs';
import { done } from '../../kit/toast';
import { useJobsChanged } from './use-jobs';
import { isFlying, useColleagues, useInWords, type JobSummary } from './words';

const isWaiting = (job: JobSummary): boolean => job.status === 'pending' && job.approval === 'waiting';

/** Approving, declining and cancelling, for whom it is open. */
export function JobActs({ job }: { job: JobSummary }): ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  const may = useMay();
  const changed = useJobsChanged();
  const inWords = useInWords();
  const { nameOf } = useColleagues();
  const path = { vehicle_id: job.vehicle_id, job_id: job.job_id };
  const mayDecide = isWaiting(job) && may('access_control.immobilization.approve') && job.requested_by !== me.id && (job.approver_id === null || job.approver_id === me.id);
  const mayCancel = isFlying(job) && job.kind === 'immobilize' && may('access_control.immobilization.cancel');
  const decide = (way: 'approve' | 'decline' | 'cancel'): void =>
    ask({
      title: t(`access:decide.${way}.title`, { plate: job.plate }),
      body: t(`access:decide.${way}.body`, { who: nameOf(job.requested_by), reason: t(`access:reason.${job.reason}`) }),
      fields: way === 'cancel' ? [] : [{ name: 'note', label: t('access:note'), kind: 'textarea' }],
      submitLabel: t(`access:decide.${way}.submit`, { plate: job.plate }),
      danger: way === 'approve',
      act: async ({ note }, key) => {
        const body = note ? { note: String(note) } : {};
        const request = { params: { path }, headers: { 'Idempotency-Key': key } };
        const sent =
          way === 'cancel'
            ? api.POST('/api/v1/access/{vehicle_id}/immobilize/{job_id}/cancel', request)
            : way === 'approve'
              ? api.POST('/api/v1/access/{vehicle_id}/immobilize/{job_id}/approve', { ...request, body })
              : api.POST('/api/v1/access/{vehicle_id}/immobilize/{job_id}/decline', { ...request, body });
        await (sent as Promise<unknown>).catch((error: unknown) => {
          throw inWords(error);
        });
        done(t(`access:decide.${way}.done`, { plate: job.plate }));
        await changed(job.job_id);
      },
    });
  if (!mayDecide && !mayCancel) return null;
  return (
    <Group gap="xs">
      {mayDecide && (
        <>
          <Button size="xs" color="red" onClick={() => decide('approve')}>
            {t('access:decide.approve.button')}
          </Button>
          <Button size="xs" variant="default" onClick={() => decide('decline')}>
            {t('access:decide.decline.button')}
          </Button>
        </>
      )}
      {mayCancel && (
        <Button size="xs" variant="default" onClick={() => decide('cancel')}>
          {t('access:decide.cancel.button')}
        </Button>
      )}
    </Group>
  );
}
