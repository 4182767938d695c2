import { ActionIcon, Anchor, Button, Group, Indicator, Popover, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { fetchPage } from '../../api/lists';
import { Icon } from '../../kit/icons';
import { Trouble, Waiting } from '../../kit/states';
import { Ago } from '../../kit/time';
import { failed } from '../../kit/toast';
import { inboxPath, NoticeSeverity, unreadPath, useReadable, useReading, type NoticeRow } from './words';

const lookEveryMs = 20_000;
const shown = 8;
const most = 99;

/** How much of the inbox is unread, and the latest of it. */
export default function Bell(): ReactNode {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure(false);
  const { data } = useQuery({ queryKey: [unreadPath], queryFn: () => take(api.GET(unreadPath)), refetchInterval: lookEveryMs });
  const unread = data?.unread ?? 0;
  return (
    <Popover position="bottom-end" width={360} opened={opened} onDismiss={close} trapFocus shadow="md">
      <Indicator label={unread > most ? `${most}+` : unread} size={16} disabled={unread === 0} color={data?.critical ? 'red' : undefined} processing={false} offset={3}>
        <Popover.Target>
          <ActionIcon variant="default" size={30} aria-label={t('notify:bell', { count: unread })} onClick={toggle}>
            <Icon name="bell" />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown aria-label={t('notify:inbox.nav')} maw="calc(100vw - 16px)">
        <Latest close={close} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Latest({ close }: { close: () => void }): ReactNode {
  const { t } = useTranslation();
  const { readAll } = useReading();
  const { data, error } = useQuery({ queryKey: [inboxPath, 'latest'], queryFn: () => fetchPage(inboxPath, { limit: shown }, null), staleTime: 0 });
  if (error) return <Trouble error={error} />;
  if (!data) return <Waiting />;
  const newest = data.items[0]?.last_at;
  return (
    <Stack gap="xs">
      {data.items.length === 0 && <Text size="sm">{t('notify:inbox.none')}</Text>}
      <Stack gap={2} mah="60vh" style={{ overflowY: 'auto' }}>
        {data.items.map((notice) => (
          <Line key={notice.id} notice={notice} close={close} />
        ))}
      </Stack>
      <Group justify="space-between">
        <Anchor component={Link} to="/notifications" size="sm" onClick={close}>
          {t('notify:inbox.all')}
        </Anchor>
        {data.items.some((notice) => !notice.read_at) && (
          <Button size="compact-xs" variant="subtle" onClick={() => void readAll(newest).catch(failed)}>
            {t('notify:inbox.read_all')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Line({ notice, close }: { notice: NoticeRow; close: () => void }): ReactNode {
  const { read } = useReading();
  const readable = useReadable();
  const navigate = useNavigate();
  const open = (): void => {
    void read(notice).catch(failed);
    close();
    void navigate({ to: notice.link ?? '/notifications' });
  };
  return (
    <button type="button" className="plain" onClick={open} style={{ padding: '6px 4px', borderBottom: '1px solid var(--hair)' }}>
      <Group gap={6} wrap="nowrap" justify="space-between" align="flex-start">
        <Text size="sm" fw={notice.read_at ? 400 : 650} c="var(--mantine-color-text)">
          {notice.title}
          {notice.times > 1 ? ` ×${notice.times}` : ''}
        </Text>
        <NoticeSeverity severity={notice.severity} />
      </Group>
      <Text size="xs" c="dimmed">
        <Ago at={notice.last_at} /> · {readable(notice.text)}
      </Text>
    </button>
  );
}
