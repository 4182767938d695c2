import { Group, TextInput } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import { useParamsInUrl } from '../../kit/search-params';
import { boundsOfDay, dayOf } from '../../kit/zoned';

const dayMs = 86_400_000;

interface Period {
  /** For the server; without `to` it reaches up to now. */
  query: { from: string; to?: string };
  control: ReactNode;
}

/** Days of the account's calendar, kept in the address; the last week unless said. */
export function usePeriod(days = 7): Period {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const [params, setParams] = useParamsInUrl();
  const today = dayOf(Date.now(), zone);
  const from = params['from_day'] ?? new Date(Date.parse(`${today}T12:00Z`) - (days - 1) * dayMs).toISOString().slice(0, 10);
  const to = params['to_day'] ?? today;
  const query = useMemo(() => ({ from: boundsOfDay(from, zone).from, ...(to < today ? { to: boundsOfDay(to, zone).to } : {}) }), [from, to, today, zone]);
  const input = (name: 'from_day' | 'to_day', value: string): ReactNode => (
    <TextInput size="xs" w={140} type="date" aria-label={t(`telemetry:period.${name}`)} title={t(`telemetry:period.${name}`)} value={value} max={today} onChange={(event) => setParams({ [name]: event.currentTarget.value || undefined })} />
  );
  return {
    query,
    control: (
      <Group gap={4} wrap="nowrap">
        {input('from_day', from)}
        <span aria-hidden="true">–</span>
        {input('to_day', to)}
      </Group>
    ),
  };
}
