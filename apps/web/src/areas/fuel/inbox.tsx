import { Button, Group, Kbd, Progress, Select, Stack, Text, Title } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/lists';
import { useFormat, useMay } from '../../app/me';
import { useOptions } from '../../kit/options';
import { useParamsInUrl } from '../../kit/search-params';
import { Nothing, Trouble, Waiting } from '../../kit/states';
import classes from './fuel.module.css';
import { InboxRecord } from './inbox-record';
import { Learnt } from './inbox-teach';
import { useInboxActs } from './use-inbox-acts';
import { inboxPath, inboxStates, issueCodes, useInboxKeys, type InboxItem } from './inbox-words';
import { StateSwitch } from './words';

/** Messages a machine should not judge alone: what was written beside what was read, and keys to go through a hundred of them. */
export default function InboxPage(): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const [params, setParams] = useParamsInUrl();
  const issues = useOptions('fuel:inbox.issue', issueCodes);
  const state = params['state'] ?? 'waiting';
  const list = useList(inboxPath, { query: { state, issue: params['issue'] }, limit: 100 });
  const [chosen, setChosen] = useState<string | undefined>();
  const rows = list.rows;
  const index = Math.max(0, rows.findIndex((row) => row.id === chosen));
  const item = rows[index];
  const acts = useInboxActs(rows, index, setChosen);
  const go = (to: number): void => setChosen(rows[Math.min(rows.length - 1, Math.max(0, to))]?.id);
  const decide = may('fuel_log.inbox.decide') && state === 'waiting';
  const keys = useMemo(() => ({ j: () => go(index + 1), k: () => go(index - 1), ...(decide && item ? { a: () => acts.apply(item), e: () => acts.edit(item), d: () => acts.decline(item) } : {}), u: acts.undoLast }), [rows, index, item, decide, acts]);
  useInboxKeys(keys);
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Title order={1} size="h3">
          {t('fuel:inbox.nav')}
        </Title>
        <Group gap="xs">
          <StateSwitch prefix="fuel:inbox.state" states={inboxStates} />
          <Select size="xs" w={190} aria-label={t('fuel:inbox.issue_label')} placeholder={t('fuel:inbox.issue_label')} data={issues} value={params['issue'] ?? null} onChange={(issue) => setParams({ issue: issue ?? undefined })} clearable comboboxProps={{ width: 'max-content', position: 'bottom-end' }} />
        </Group>
      </Group>
      {state === 'waiting' && <Sitting decided={acts.decided} left={rows.length} more={list.hasNextPage} />}
      {acts.learnt && <Learnt of={acts.learnt} />}
      {list.isPending ? (
        <Waiting />
      ) : list.isError && rows.length === 0 ? (
        <Trouble error={list.error} again={() => void list.refetch()} />
      ) : !item ? (
        <Nothing title={t(state === 'waiting' ? 'fuel:inbox.none' : 'kit:list.empty')} {...(state === 'waiting' ? { hint: t('fuel:inbox.none_hint') } : {})} />
      ) : (
        <div className={classes.inbox}>
          <div>
            <Items rows={rows} index={index} onChoose={setChosen} />
            {list.hasNextPage && (
              <Button mt={6} size="xs" variant="light" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                {t('kit:list.more')}
              </Button>
            )}
          </div>
          <InboxRecord key={item.id} item={item} acts={acts} decide={decide} />
        </div>
      )}
    </Stack>
  );
}

/** How far one has come; a hundred are done sooner when one sees them go. */
function Sitting({ decided, left, more }: { decided: number; left: number; more: boolean }): ReactNode {
  const { t } = useTranslation();
  return (
    <Group gap="sm" wrap="wrap">
      <Text size="sm" role="status">
        {t(more ? 'fuel:inbox.left_more' : 'fuel:inbox.left', { count: left })} · {t('fuel:inbox.decided', { count: decided })}
      </Text>
      <Progress value={decided + left === 0 ? 100 : (100 * decided) / (decided + left)} w={160} aria-label={t('fuel:inbox.progress')} />
      <Text size="xs" c="dimmed" visibleFrom="sm">
        <Kbd size="xs">j</Kbd> <Kbd size="xs">k</Kbd> {t('fuel:inbox.keys.walk')} · <Kbd size="xs">a</Kbd> {t('fuel:inbox.apply')} · <Kbd size="xs">e</Kbd> {t('fuel:inbox.edit')} · <Kbd size="xs">d</Kbd> {t('fuel:inbox.decline')} · <Kbd size="xs">u</Kbd> {t('kit:undo')}
      </Text>
    </Group>
  );
}

function Items({ rows, index, onChoose }: { rows: readonly InboxItem[]; index: number; onChoose: (id: string) => void }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ul className={classes.items} aria-label={t('fuel:inbox.nav')}>
      {rows.map((row, i) => (
        <li key={row.id} ref={i === index ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}>
          <button type="button" className={classes.item} aria-current={i === index || undefined} onClick={() => onChoose(row.id)}>
            <span className={classes.itemHead}>
              <span>{row.car ?? row.plate_norm ?? '–'}</span>
              <span>{format.fuel(row.litres)}</span>
            </span>
            <span className={classes.itemWhy}>{row.issues.map((issue) => t(`fuel:inbox.issue.${issue.code}`)).join(' · ') || format.dateTime(row.fueled_at)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
