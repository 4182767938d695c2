import { ActionIcon, Button, Checkbox, Group, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { May, useFormat } from '../../app/me';
import { openDialog } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { useParamsInUrl } from '../../kit/search-params';
import { Nothing, Trouble, Waiting } from '../../kit/states';
import { useNow } from '../../kit/time';
import { dayOf, momentOf } from '../../kit/zoned';
import { barsOf, longestGap, type Bar, type Span } from './board';
import { BoardRow, Head } from './board-row';
import classes from './board.module.css';
import { PlanShift } from './plan-shift';
import { useBoard, type By } from './use-board';

const dayMs = 86_400_000;
const dayAfter = (day: string, days: number): string => new Date(Date.parse(`${day}T12:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** Who has which vehicle when: a day or a week, gaps and contradictions in sight. */
export default function ShiftBoardPage(): ReactNode {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const now = useNow(60_000);
  const [params, setParams] = useParamsInUrl();
  const by: By = params['by'] === 'driver' ? 'driver' : 'vehicle';
  const days = params['days'] === '7' ? 7 : 1;
  const day = params['day'] ?? dayOf(now, zone);
  const shown: Span = { from: Date.parse(momentOf(day, zone)), to: Date.parse(momentOf(dayAfter(day, days), zone)) };
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 300);
  const board = useBoard({ by, shown, text: asked });
  const rows = board.rows.map((row) => ({ ...row, bars: barsOf(row.shifts, (shift) => (by === 'vehicle' ? shift.driver_id : shift.vehicle_id), now) }));
  const only = params['only'];
  const kept = rows.filter(({ bars }) => (only === 'empty' ? bars.length === 0 : only === 'conflict' ? bars.some(troubled) : true));
  const plan = (id: string, gap: Span | undefined): void => openDialog(t('drivers:shifts.plan'), (close) => <PlanShift close={close} {...(by === 'vehicle' ? { vehicleId: id } : { driverId: id })} {...(gap ? { span: startOf(gap, now) } : {})} />, 'lg');
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={1} size="h3">
          {t('drivers:board.nav')}
        </Title>
        <May permission="driver_module.shift.write">
          <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => openDialog(t('drivers:shifts.plan'), (close) => <PlanShift close={close} />, 'lg')}>
            {t('drivers:shifts.plan')}
          </Button>
        </May>
      </Group>
      <Group gap="xs" align="flex-end">
        <ActionIcon variant="default" size={30} aria-label={t('drivers:board.before')} onClick={() => setParams({ day: dayAfter(day, -days) })}>
          <Icon name="back" size={16} />
        </ActionIcon>
        <TextInput size="xs" type="date" aria-label={t('drivers:board.day')} value={day} onChange={(event) => event.currentTarget.value && setParams({ day: event.currentTarget.value })} />
        <ActionIcon variant="default" size={30} aria-label={t('drivers:board.after')} onClick={() => setParams({ day: dayAfter(day, days) })}>
          <Icon name="next" size={16} />
        </ActionIcon>
        <Button size="xs" variant="default" onClick={() => setParams({ day: undefined })}>
          {t('drivers:board.today')}
        </Button>
        <SegmentedControl size="xs" aria-label={t('drivers:board.length')} value={String(days)} onChange={(next) => setParams({ days: next === '7' ? '7' : undefined })} data={['1', '7'].map((value) => ({ value, label: t(value === '1' ? 'drivers:board.one_day' : 'drivers:board.week') }))} />
        <SegmentedControl size="xs" aria-label={t('drivers:board.by')} value={by} onChange={(next) => setParams({ by: next === 'driver' ? 'driver' : undefined })} data={(['vehicle', 'driver'] as const).map((value) => ({ value, label: t(value === 'vehicle' ? 'vehicles:nav' : 'drivers:nav') }))} />
        <TextInput size="xs" type="search" w={160} aria-label={t('drivers:board.search')} placeholder={t('drivers:board.search')} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      </Group>
      <Summary rows={rows} only={only} onOnly={(next) => setParams({ only: next })} />
      {board.error ? (
        <Trouble error={board.error} again={board.again} />
      ) : board.pending ? (
        <Waiting />
      ) : kept.length === 0 ? (
        <Nothing title={t('kit:list.none_match')} />
      ) : (
        // Scrolls sideways on a phone, so it must be reachable by keys.
        <div className={classes.board} tabIndex={0} role="region" aria-label={t('drivers:board.nav')}>
          <div className={classes.inner}>
            <Head shown={shown} now={now} days={days} />
            {kept.map((row) => (
              <BoardRow key={row.id} by={by} row={row} shown={shown} now={now} days={days} nameOf={board.nameOf} onPlan={() => plan(row.id, longestGap(row.bars, { from: Math.max(shown.from, now), to: shown.to }))} />
            ))}
          </div>
        </div>
      )}
      {board.more && (
        <Button size="xs" variant="light" w="fit-content" onClick={board.more}>
          {t('kit:list.more')}
        </Button>
      )}
    </Stack>
  );
}

const troubled = (bar: Bar): boolean => bar.conflict || bar.late || bar.shift.warnings.length > 0;

/** A new shift begins on a full hour of the gap and is as long as a shift usually is. */
function startOf(gap: Span, now: number): Span {
  const hourMs = 3_600_000;
  const from = Math.ceil(Math.max(gap.from, Math.min(now, gap.to - hourMs)) / hourMs) * hourMs;
  return { from, to: Math.min(from + 8 * hourMs, Math.max(gap.to, from + hourMs)) };
}

function Summary({ rows, only, onOnly }: { rows: { bars: Bar[] }[]; only: string | undefined; onOnly: (next: string | undefined) => void }): ReactNode {
  const { t } = useTranslation();
  const empty = rows.filter(({ bars }) => bars.length === 0).length;
  const conflicts = rows.filter(({ bars }) => bars.some(troubled)).length;
  return (
    <Group gap="md">
      <Text size="sm" role="status">
        {t('drivers:board.count', { count: rows.length })}
      </Text>
      <Checkbox size="xs" checked={only === 'empty'} onChange={(event) => onOnly(event.currentTarget.checked ? 'empty' : undefined)} label={t('drivers:board.empty', { count: empty })} />
      <Checkbox size="xs" checked={only === 'conflict'} onChange={(event) => onOnly(event.currentTarget.checked ? 'conflict' : undefined)} label={t('drivers:board.conflicts', { count: conflicts })} />
    </Group>
  );
}
