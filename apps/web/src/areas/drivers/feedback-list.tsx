import { Button, Group, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, take, type Schemas } from '../../api/client';
import { May, useFormat, useMay } from '../../app/me';
import { StatusBadge, type Tone } from '../../kit/badge';
import { ask } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import type { Column, Filter } from '../../kit/list/types';
import { useOptions } from '../../kit/options';
import { done, failed } from '../../kit/toast';
import { DriverLink } from './words';

type Feedback = Schemas['FeedbackView'];
const states = ['pending', 'published', 'rejected'] as const;
const sources = ['peer', 'staff', 'passenger'] as const;
const topics = ['driving', 'vehicle_care', 'punctuality', 'conduct', 'other'] as const;
const tones: Record<Feedback['state'], Tone> = { pending: 'warn', published: 'good', rejected: 'off' };
const all = '/api/v1/driver_module/feedback';
const ofDriver = '/api/v1/driver_module/drivers/{driver_id}/feedback';
const rating = '/api/v1/driver_module/drivers/{driver_id}/rating';

function useFeedbackChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await Promise.all([all, ofDriver, rating].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
}

/** Reads and decides; what is wrong or hurtful is not published. */
function useModerate(): (chosen: readonly Feedback[], way: 'publish' | 'reject', after?: () => void) => void {
  const { t } = useTranslation();
  const changed = useFeedbackChanged();
  return (chosen, way, after) => {
    const act = async (): Promise<void> => {
      for (const { id, version } of chosen) {
        const request = { params: { path: { feedback_id: id }, header: ifMatch(version) } };
        await (way === 'publish' ? api.POST('/api/v1/driver_module/feedback/{feedback_id}/publish', request) : api.POST('/api/v1/driver_module/feedback/{feedback_id}/reject', request));
      }
      done(t('kit:saved'));
      after?.();
      await changed();
    };
    void act().catch(failed);
  };
}

function useFeedbackFilters(): Filter[] {
  const { t } = useTranslation();
  return [
    { name: 'state', label: t('vehicles:field.status'), options: useOptions('drivers:feedback.state', states) },
    { name: 'source', label: t('drivers:feedback.source_label'), options: useOptions('drivers:feedback.source', sources) },
    { name: 'topic', label: t('drivers:feedback.topic_label'), options: useOptions('drivers:feedback.topic', topics) },
  ];
}

const stars = (count: number): string => '★'.repeat(count) + '☆'.repeat(5 - count);

function useFeedbackColumns(): Column<Feedback>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const moderate = useModerate();
  return [
    { id: 'given', header: t('kit:when'), cell: (f) => format.dateTime(f.given_at) },
    { id: 'state', header: t('vehicles:field.status'), cell: (f) => <StatusBadge tone={tones[f.state]}>{t(`drivers:feedback.state.${f.state}`)}</StatusBadge> },
    { id: 'rating', header: t('drivers:feedback.rating'), cell: (f) => <span role="img" aria-label={t('drivers:feedback.of_five', { rating: f.rating })}>{stars(f.rating)}</span> },
    { id: 'topic', header: t('drivers:feedback.topic_label'), cell: (f) => t(`drivers:feedback.topic.${f.topic}`) },
    { id: 'source', header: t('drivers:feedback.source_label'), cell: (f) => t(`drivers:feedback.source.${f.source}`) },
    { id: 'text', header: t('drivers:feedback.text'), cell: (f) => f.text ?? '–' },
    {
      id: 'act',
      header: t('kit:list.actions'),
      cell: (f) =>
        may('driver_module.feedback.moderate') && (
          <Group gap={4} wrap="nowrap">
            {f.state !== 'published' && (
              <Button size="compact-xs" variant="light" onClick={() => moderate([f], 'publish')}>
                {t('drivers:feedback.publish')}
              </Button>
            )}
            {f.state !== 'rejected' && (
              <Button size="compact-xs" variant="subtle" color="red" onClick={() => moderate([f], 'reject')}>
                {t('drivers:feedback.reject')}
              </Button>
            )}
          </Group>
        ),
    },
  ];
}

/** Of all drivers: what waits to be read comes first to mind. */
export function AllFeedback(): ReactNode {
  const { t } = useTranslation();
  const moderate = useModerate();
  const allowed = useMay()('driver_module.feedback.moderate');
  const driver: Column<Feedback> = { id: 'driver', header: t('drivers:driver'), cell: (f) => <DriverLink id={f.driver_id} number={0} /> };
  return (
    <ListPage
      id="feedback"
      title={t('drivers:feedback.nav')}
      path={all}
      filters={useFeedbackFilters()}
      columns={[driver, ...useFeedbackColumns()]}
      empty={{ title: t('drivers:feedback.none') }}
      {...(allowed
        ? {
            bulk: (chosen: Feedback[], clear: () => void) => (
              <Button size="xs" variant="light" onClick={() => moderate(chosen.filter(({ state }) => state !== 'published'), 'publish', clear)}>
                {t('drivers:feedback.publish_chosen', { count: chosen.length })}
              </Button>
            ),
          }
        : {})}
    />
  );
}

export function DriverFeedback({ driverId }: { driverId: string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const changed = useFeedbackChanged();
  const path = { driver_id: driverId };
  const { data } = useQuery({ queryKey: [rating, driverId], queryFn: () => take(api.GET(rating, { params: { path } })) });
  const options = { source: useOptions('drivers:feedback.source', ['staff', 'passenger']), topic: useOptions('drivers:feedback.topic', topics) };
  const give = (): void =>
    ask({
      title: t('drivers:feedback.give'),
      fields: [
        { name: 'source', label: t('drivers:feedback.source_label'), kind: 'select', options: options.source, required: true },
        { name: 'topic', label: t('drivers:feedback.topic_label'), kind: 'select', options: options.topic, required: true },
        { name: 'rating', label: t('drivers:feedback.rating'), kind: 'number', min: 1, max: 5, required: true, help: t('drivers:feedback.rating_help') },
        { name: 'text', label: t('drivers:feedback.text'), kind: 'textarea' },
      ],
      initial: { source: 'staff', topic: 'driving' },
      submitLabel: t('drivers:feedback.give'),
      act: async ({ source, topic, rating: given, text }, key) => {
        await api.POST(ofDriver, { params: { path }, body: { source: source as 'staff', topic: topic as 'driving', rating: Number(given), ...(text ? { text: String(text) } : {}) }, headers: { 'Idempotency-Key': key } });
        done(t('drivers:feedback.given'));
        await changed();
      },
    });
  const average = data?.average == null ? undefined : Number(data.average);
  return (
    <>
      {data && (
        <Text size="sm" mb="xs">
          {average === undefined ? t('drivers:feedback.no_rating') : t('drivers:feedback.average', { average: format.number(average, 1), count: data.count })}
        </Text>
      )}
      <ListPage
        id="driver-feedback"
        inner
        title={t('drivers:feedback.nav')}
        path={ofDriver}
        pathParams={path}
        filters={useFeedbackFilters()}
        columns={useFeedbackColumns()}
        empty={{ title: t('drivers:feedback.none') }}
        actions={
          <May permission="driver_module.feedback.write">
            <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={give}>
              {t('drivers:feedback.give')}
            </Button>
          </May>
        }
      />
    </>
  );
}
