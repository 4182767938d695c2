import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { fetchPage } from '../../api/lists';
import { useFormat } from '../../app/me';
import { StatusBadge, type Tone } from '../../kit/badge';
import type { Option } from '../../kit/options';

export type NoticeRow = Schemas['NoticeView'];
export const inboxPath = '/api/v1/notify/inbox';
export const unreadPath = '/api/v1/notify/inbox/unread_count';
export const severities = ['info', 'warning', 'critical'] as const;
export const channels = ['in_app', 'email'] as const;
const tones: Record<NoticeRow['severity'], Tone> = { info: 'calm', warning: 'warn', critical: 'bad' };

export function NoticeSeverity({ severity }: { severity: NoticeRow['severity'] }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={tones[severity]}>{t(`notify:severity.${severity}`)}</StatusBadge>;
}

const moment = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** The server tells moments as they are; people read them on the account's clock. */
export function useReadable(): (text: string) => string {
  const format = useFormat();
  return (text) => text.replace(moment, (at) => format.dateTime(at));
}

/** Marks lines of the own inbox as read; the bell and the list follow. */
export function useReading(): { read: (notice: NoticeRow) => Promise<void>; readAll: (until: string | undefined) => Promise<void> } {
  const queries = useQueryClient();
  const follow = async (): Promise<void> => {
    await Promise.all([inboxPath, unreadPath].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
  return {
    read: async (notice) => {
      if (notice.read_at) return;
      await api.POST('/api/v1/notify/inbox/{notice_id}/read', { params: { path: { notice_id: notice.id } } });
      await follow();
    },
    readAll: async (until) => {
      await api.POST('/api/v1/notify/inbox/read_all', { body: until ? { until } : {} });
      await follow();
    },
  };
}

/** Everything there is to hear: single events, whole subsystems, all of it. */
export function useEventTypes(): Option[] {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: ['/api/v1/notify/event_types'], queryFn: () => take(api.GET('/api/v1/notify/event_types')), staleTime: 300_000 });
  const items = data?.items ?? [];
  const whole = [...new Set(items.map(({ name }) => name.split('.')[0] ?? ''))].sort();
  return [{ value: '*', label: t('notify:all_events') }, ...whole.map((name) => ({ value: `${name}.*`, label: `${name}.*` })), ...items.map(({ name, title }) => ({ value: name, label: title && !title.includes('{') ? `${name} (${title})` : name }))];
}

export function usePeople(): Option[] {
  const { data } = useQuery({ queryKey: ['/api/v1/auth/users', 'names'], queryFn: () => fetchPage('/api/v1/auth/users', { limit: 500 }, null), staleTime: 300_000 });
  return (data?.items ?? []).map(({ id, name, email }) => ({ value: id, label: name ?? email ?? id.slice(0, 8) }));
}
