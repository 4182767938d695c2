import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, take } from '../../api/client';
import { May, useFormat } from '../../app/me';
import { DetailPage, Facts } from '../../kit/detail';
import { ask } from '../../kit/dialogs';
import { Notice } from '../../kit/notice';
import { Trouble, Waiting } from '../../kit/states';
import { done } from '../../kit/toast';
import { dayOf } from '../../kit/zoned';
import { EvidenceOf } from './evidence';
import { questionPath, QuestionState, useFuelChanged, VehicleLink, Who, type Question } from './words';

const answers = ['explained', 'confirmed', 'dismissed'] as const;

export default function QuestionPage(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation();
  const format = useFormat();
  const { data: question, error, refetch } = useQuery({ queryKey: [questionPath, id], queryFn: () => take(api.GET('/api/v1/fuel_log/anomalies/{anomaly_id}', { params: { path: { anomaly_id: id } } })) });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!question) return <Waiting />;
  return (
    <DetailPage
      back={{ to: '/fuel-questions', label: t('fuel:questions.nav') }}
      title={t(`fuel:questions.ask.${question.kind}`)}
      subtitle={`${question.plate ?? '–'} · ${format.dateTime(question.at)}`}
      badges={<QuestionState state={question.state} />}
      actions={
        <May permission="fuel_log.anomaly.review">
          <Answers question={question} />
        </May>
      }
      tabs={[{ id: 'evidence', label: t('fuel:questions.evidence'), draw: () => <Looked question={question} /> }]}
    />
  );
}

function Answers({ question }: { question: Question }): ReactNode {
  const { t } = useTranslation();
  const changed = useFuelChanged();
  const answer = (state: Question['state']): void =>
    ask({
      title: t(`fuel:questions.act.${state}`),
      body: t(`fuel:questions.meaning.${state}`),
      fields: [{ name: 'note', label: t('fuel:questions.note'), kind: 'textarea', required: true }],
      submitLabel: t(`fuel:questions.act.${state}`),
      act: async ({ note }, key) => {
        await api.POST('/api/v1/fuel_log/anomalies/{anomaly_id}/review', { params: { path: { anomaly_id: question.id }, header: ifMatch(question.version) }, body: { state, note: String(note) }, headers: { 'Idempotency-Key': key } });
        done(t('fuel:questions.answered'));
        await changed();
      },
    });
  if (question.state !== 'open') {
    return (
      <Button size="xs" variant="default" onClick={() => answer('open')}>
        {t('fuel:questions.act.open')}
      </Button>
    );
  }
  return answers.map((state) => (
    <Button key={state} size="xs" variant={state === 'explained' ? 'filled' : 'default'} onClick={() => answer(state)}>
      {t(`fuel:questions.act.${state}`)}
    </Button>
  ));
}

function Looked({ question }: { question: Question }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const day = dayOf(question.at, format.habits.timeZone);
  return (
    <Stack gap="sm">
      {question.note && (
        <Notice tone="calm" title={t('fuel:questions.answer')}>
          {question.note} · {format.dateTime(question.reviewed_at)}
        </Notice>
      )}
      <Text size="sm" c="dimmed">
        {t('fuel:questions.lead')}
      </Text>
      <EvidenceOf question={question} />
      <Facts
        facts={[
          [t('drivers:vehicle'), <VehicleLink key="vehicle" id={question.vehicle_id} plate={question.plate} />],
          [t('drivers:driver'), <Who key="driver" id={question.driver_id} />],
          [t('fuel:questions.opened'), format.dateTime(question.opened_at)],
        ]}
      />
      <Group gap="xs">
        {question.fill_up_id && (
          <Button size="xs" variant="default" component={Link} to={`/fill-ups/${question.fill_up_id}`}>
            {t('fuel:questions.to_fill_up')}
          </Button>
        )}
        <May permission="telemetry_engine.sample.read">
          <Button size="xs" variant="default" component={Link} to={`/vehicles/${question.vehicle_id}?tab=track&day=${day}`}>
            {t('fuel:questions.to_track')}
          </Button>
        </May>
      </Group>
    </Stack>
  );
}
