import { Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import { StatusBadge, type Tone } from '../../kit/badge';
import classes from './access.module.css';
import { Evidence, useColleagues, useWhy, type Job } from './words';

const outcomeTones: Record<string, Tone> = { executed: 'good', accepted: 'busy', refused: 'bad', queued: 'warn', no_answer: 'warn', link_lost: 'warn', not_sent: 'off', withheld: 'bad', interrupted: 'warn' };

/** Every sending and every step of a command, to the second. */
export function JobTimeline({ job }: { job: Job }): ReactNode {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <section>
        <Title order={2} size="h5" mb={6}>
          {t('access:attempts.title')}
        </Title>
        {job.attempts.length === 0 ? <Text size="sm">{t('access:attempts.none')}</Text> : <Attempts job={job} />}
      </section>
      <section>
        <Title order={2} size="h5" mb={6}>
          {t('access:timeline.title')}
        </Title>
        <Steps job={job} />
      </section>
    </Stack>
  );
}

function Attempts({ job }: { job: Job }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const why = useWhy();
  return (
    <div className={classes.wrap} tabIndex={0} role="region" aria-label={t('access:attempts.title')}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>№</Table.Th>
            <Table.Th>{t('kit:when')}</Table.Th>
            <Table.Th>{t('access:attempts.sent')}</Table.Th>
            <Table.Th>{t('access:attempts.outcome')}</Table.Th>
            <Table.Th>{t('access:attempts.answer')}</Table.Th>
            <Table.Th>{t('access:attempts.took')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {job.attempts.map((attempt) => (
            <Table.Tr key={attempt.no}>
              <Table.Td>{attempt.no}</Table.Td>
              <Table.Td>{format.time(attempt.begun_at)}</Table.Td>
              <Table.Td ff="monospace">{attempt.sent}</Table.Td>
              <Table.Td>
                <StatusBadge tone={outcomeTones[attempt.outcome ?? ''] ?? 'busy'}>{attempt.outcome ? t(`access:outcome.${attempt.outcome}`) : t('access:progress.listening')}</StatusBadge>
                {attempt.code && <Text size="xs">{why({ code: attempt.code })}</Text>}
              </Table.Td>
              <Table.Td ff="monospace">{attempt.answer ?? '–'}</Table.Td>
              <Table.Td>{attempt.ended_at ? format.duration(Date.parse(attempt.ended_at) - Date.parse(attempt.begun_at)) : '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Steps({ job }: { job: Job }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const why = useWhy();
  const { nameOf } = useColleagues();
  return (
    <div className={classes.wrap} tabIndex={0} role="region" aria-label={t('access:timeline.title')}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('kit:when')}</Table.Th>
            <Table.Th>{t('kit:what')}</Table.Th>
            <Table.Th>{t('access:timeline.state')}</Table.Th>
            <Table.Th>{t('access:evidence_label')}</Table.Th>
            <Table.Th>{t('kit:who')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {job.timeline.map((step, index) => {
            const code = step.data['code'];
            return (
              <Table.Tr key={index}>
                <Table.Td>{index === 0 ? format.dateTime(step.at) : format.time(step.at)}</Table.Td>
                <Table.Td>
                  {t(`access:step.${step.what}`)}
                  {step.attempt_no !== null && ` ${step.attempt_no}`}
                  {typeof code === 'string' && <Text size="xs">{why({ code })}</Text>}
                </Table.Td>
                <Table.Td>{t(`access:state.${step.to_state}`)}</Table.Td>
                <Table.Td>
                  <Evidence level={step.evidence} />
                </Table.Td>
                <Table.Td>{nameOf(step.actor_id, step.actor_kind)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </div>
  );
}
