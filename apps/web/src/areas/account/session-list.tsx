import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '../../api/client';
import { useFormat, useMay } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { ask } from '../../kit/dialogs';
import { ListPage } from '../../kit/list/list-page';
import { Ago } from '../../kit/time';
import { done } from '../../kit/toast';

type SignedIn = Schemas['SessionView'];

/** Open sessions: one's own, or those of everybody for whoever may see them. */
export function SessionList({ own, nameOf }: { own?: boolean; nameOf?: (userId: string) => string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const queries = useQueryClient();
  const path = own ? '/api/v1/auth/sessions' : '/api/v1/auth/account_sessions';
  const end = (session: SignedIn): void =>
    ask({
      title: t('account:sessions.end'),
      body: t('account:sessions.end_body'),
      submitLabel: t('account:sessions.end'),
      danger: true,
      act: async () => {
        const request = { params: { path: { id: session.id } } };
        await (own ? api.DELETE('/api/v1/auth/sessions/{id}', request) : api.DELETE('/api/v1/auth/account_sessions/{id}', request));
        done(t('account:sessions.ended'));
        await queries.invalidateQueries({ queryKey: [path] });
      },
    });
  return (
    <ListPage
      id={own ? 'own-sessions' : 'sessions'}
      title={t(own ? 'account:sessions.own' : 'account:sessions.title')}
      path={path}
      inner={own ?? false}
      columns={[
        ...(nameOf ? [{ id: 'user', header: t('account:sessions.person'), cell: (s: SignedIn) => nameOf(s.user_id) }] : []),
        { id: 'device', header: t('account:sessions.device'), cell: (s) => deviceOf(s.user_agent) ?? s.client_id },
        { id: 'address', header: t('account:sessions.address'), cell: (s) => s.address ?? '–' },
        { id: 'used', header: t('account:sessions.used'), cell: (s) => <Ago at={s.last_used_at} />, sort: 'last_used_at' },
        { id: 'since', header: t('account:sessions.since'), cell: (s) => format.dateTime(s.created_at) },
        { id: 'client', header: t('account:sessions.client'), cell: (s) => s.client_id, hidden: true },
        {
          id: 'act',
          header: t('kit:list.actions'),
          cell: (s) =>
            s.current ? (
              <StatusBadge tone="good">{t('account:sessions.this')}</StatusBadge>
            ) : own || may('auth.session.end') ? (
              <Button size="compact-xs" variant="light" color="red" onClick={() => end(s)}>
                {t('account:sessions.end')}
              </Button>
            ) : null,
        },
      ]}
    />
  );
}

/** "Firefox, Linux" out of a user agent; good enough to recognise one's own devices. */
export function deviceOf(agent: string | null): string | undefined {
  if (!agent) return undefined;
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)\//.exec(agent)?.[1]?.replace('Edg', 'Edge').replace('OPR', 'Opera');
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1]?.replace('Mac OS X', 'macOS');
  return browser && system ? `${browser}, ${system}` : agent.slice(0, 60);
}
