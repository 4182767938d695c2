import { Anchor, Button, Group, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { DetailPage } from '../../kit/detail';
import { ask } from '../../kit/dialogs';
import { ListPage } from '../../kit/list/list-page';
import { flagOptions, useOptions } from '../../kit/options';
import { Ago } from '../../kit/time';
import { done, failed } from '../../kit/toast';
import { QuietHours } from './quiet';
import { channels, inboxPath, NoticeSeverity, severities, useReadable, useReading, type NoticeRow } from './words';

const preferences = '/api/v1/notify/preferences';

export default function InboxPage(): ReactNode {
  const { t } = useTranslation();
  return (
    <DetailPage
      title={t('notify:inbox.nav')}
      tabs={[
        { id: 'inbox', label: t('notify:inbox.tab'), draw: () => <Notices /> },
        { id: 'muted', label: t('notify:muted.tab'), draw: () => <Muted /> },
        { id: 'quiet', label: t('notify:quiet.tab'), draw: () => <QuietHours /> },
      ]}
    />
  );
}

function Notices(): ReactNode {
  const { t } = useTranslation();
  const { read, readAll } = useReading();
  const mute = useMuting();
  const readable = useReadable();
  return (
    <ListPage
      id="notices"
      inner
      title={t('notify:inbox.nav')}
      path={inboxPath}
      refetchEveryMs={20_000}
      filters={[
        { name: 'unread', label: t('notify:inbox.unread'), options: flagOptions(t('kit:yes'), t('kit:no')) },
        { name: 'severity', label: t('notify:severity_label'), options: useOptions('notify:severity', severities) },
      ]}
      empty={{ title: t('notify:inbox.none'), hint: t('notify:inbox.none_hint') }}
      actions={
        <Button size="xs" variant="default" onClick={() => void readAll(undefined).catch(failed)}>
          {t('notify:inbox.read_all')}
        </Button>
      }
      bulk={(chosen, clear) => (
        <Button size="xs" variant="light" onClick={() => void Promise.all(chosen.map(read)).then(clear, failed)}>
          {t('notify:inbox.read_chosen', { count: chosen.length })}
        </Button>
      )}
      columns={[
        { id: 'title', header: t('kit:what'), cell: (n) => <Title notice={n} onOpen={() => void read(n).catch(failed)} />, phone: 'title' },
        { id: 'severity', header: t('notify:severity_label'), cell: (n) => <NoticeSeverity severity={n.severity} /> },
        { id: 'text', header: t('notify:inbox.text'), cell: (n) => readable(n.text) },
        { id: 'at', header: t('kit:when'), cell: (n) => <Ago at={n.last_at} />, sort: 'last_at' },
        { id: 'times', header: t('notify:inbox.times'), cell: (n) => n.times, align: 'right' },
        { id: 'kind', header: t('notify:event'), cell: (n) => <code>{n.kind}</code>, hidden: true },
        {
          id: 'act',
          header: t('kit:list.actions'),
          cell: (n) => (
            <Group gap={4} wrap="nowrap">
              {!n.read_at && (
                <Button size="compact-xs" variant="light" onClick={() => void read(n).catch(failed)}>
                  {t('notify:inbox.read')}
                </Button>
              )}
              <Button size="compact-xs" variant="subtle" onClick={() => mute(n.kind, [])}>
                {t('notify:muted.mute')}
              </Button>
            </Group>
          ),
        },
      ]}
    />
  );
}

function Title({ notice, onOpen }: { notice: NoticeRow; onOpen: () => void }): ReactNode {
  const weight = notice.read_at ? 400 : 650;
  if (!notice.link) return <Text size="sm" fw={weight}>{notice.title}</Text>;
  return (
    <Anchor component={Link} to={notice.link} size="sm" fw={weight} onClick={onOpen}>
      {notice.title}
    </Anchor>
  );
}

/** By which ways one does not want to hear of a kind; nothing chosen takes the muting back. */
function useMuting(): (kind: string, muted: readonly string[]) => void {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const options = useOptions('notify:channel', channels);
  return (kind, muted) =>
    ask({
      title: t('notify:muted.title'),
      body: t('notify:muted.body', { kind: kind === '*' ? t('notify:all_events') : kind }),
      fields: [{ name: 'muted', label: t('notify:muted.ways'), kind: 'multi', options }],
      initial: { muted: muted.length > 0 ? [...muted] : ['in_app'] },
      submitLabel: t('kit:form.save'),
      act: async (values) => {
        await api.PUT('/api/v1/notify/preferences/{kind}', { params: { path: { kind } }, body: { muted: (values['muted'] ?? []) as ('in_app' | 'email')[] } });
        done(t('kit:saved'));
        await queries.invalidateQueries({ queryKey: [preferences] });
      },
    });
}

function Muted(): ReactNode {
  const { t } = useTranslation();
  const mute = useMuting();
  const { data } = useQuery({ queryKey: [preferences, 'own'], queryFn: () => take(api.GET(preferences)) });
  const all = data?.items.find(({ kind }) => kind === '*');
  return (
    <ListPage
      id="muted"
      inner
      title={t('notify:muted.tab')}
      path={preferences}
      keyOf={(preference) => preference.kind}
      empty={{ title: t('notify:muted.none'), hint: t('notify:muted.none_hint') }}
      actions={
        <Button size="xs" variant="default" onClick={() => mute('*', all?.muted ?? ['email'])}>
          {t('notify:muted.all')}
        </Button>
      }
      columns={[
        { id: 'kind', header: t('notify:event'), cell: (p) => (p.kind === '*' ? t('notify:all_events') : <code>{p.kind}</code>) },
        { id: 'muted', header: t('notify:muted.ways'), cell: (p) => p.muted.map((channel) => t(`notify:channel.${channel}`)).join(', ') },
        {
          id: 'act',
          header: t('kit:list.actions'),
          cell: (p) => (
            <Button size="compact-xs" variant="default" onClick={() => mute(p.kind, p.muted)}>
              {t('kit:edit')}
            </Button>
          ),
        },
      ]}
    />
  );
}
