import { ActionIcon, Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { May, useFormat } from '../../app/me';
import type { Tone } from '../../kit/badge';
import { openDialog } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { placeOf, type Bar, type Span } from './board';
import classes from './board.module.css';
import { ShiftCard } from './shift-card';
import type { By } from './use-board';
import type { Shift } from './words';

const hourMs = 3_600_000;
const laneHeight = 26;
const shapes: Record<'conflict' | 'late' | 'fine', string> = { conflict: '✕ ', late: '▲ ', fine: '' };

/** Where days or every third hour begin, on the account's clock: a day of 23 hours is drawn as one. */
function ticksOf(shown: Span, days: number, zone: string): { at: number; label: string }[] {
  const count = days === 1 ? Math.round((shown.to - shown.from) / hourMs / 3) : days;
  const step = (shown.to - shown.from) / count;
  const words = new Intl.DateTimeFormat(undefined, days === 1 ? { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } : { timeZone: zone, weekday: 'short', day: 'numeric' });
  return Array.from({ length: count }, (_, i) => ({ at: shown.from + i * step, label: words.format(shown.from + i * step + (days === 1 ? 0 : 12 * hourMs)) }));
}

function Ticks({ shown, days, now, named }: { shown: Span; days: number; now: number; named: boolean }): ReactNode {
  const zone = useFormat().habits.timeZone;
  const here = placeOf({ from: now, to: now + 1 }, shown);
  return (
    <>
      {ticksOf(shown, days, zone).map(({ at, label }) => (
        <span key={at} className={classes.tick} style={{ left: `${placeOf({ from: at, to: at + 1 }, shown)?.left ?? 0}%` }}>
          {named && label}
        </span>
      ))}
      {here && <span className={classes.now} style={{ left: `${here.left}%` }} />}
    </>
  );
}

export function Head({ shown, days, now }: { shown: Span; days: number; now: number }): ReactNode {
  return (
    <div className={classes.row} aria-hidden="true">
      <span className={classes.name} />
      <div className={classes.track}>
        <Ticks shown={shown} days={days} now={now} named />
      </div>
    </div>
  );
}

interface RowProps {
  by: By;
  row: { id: string; label: string; bars: Bar[] };
  shown: Span;
  days: number;
  now: number;
  nameOf: (shift: Shift) => string;
  onPlan: () => void;
}

/** One vehicle with whoever has it, or one driver with what they have. */
export function BoardRow({ by, row, shown, days, now, nameOf, onPlan }: RowProps): ReactNode {
  const { t } = useTranslation();
  const lanes = Math.max(1, ...row.bars.map((bar) => bar.lane + 1));
  return (
    <div className={classes.row} role="group" aria-label={row.label}>
      <span className={classes.name}>
        <Anchor component={Link} to={by === 'vehicle' ? `/vehicles/${row.id}` : `/drivers/${row.id}`} size="sm" title={row.label}>
          {row.label}
        </Anchor>
      </span>
      <div className={classes.track} style={{ height: lanes * laneHeight + 4 }}>
        <Ticks shown={shown} days={days} now={now} named={false} />
        {row.bars.map((bar) => (
          <BarButton key={bar.shift.id} bar={bar} shown={shown} label={by === 'vehicle' ? nameOf(bar.shift) : (bar.shift.plate ?? '–')} />
        ))}
      </div>
      <May permission="driver_module.shift.write">
        <ActionIcon variant="subtle" size={24} className={classes.add} aria-label={t('drivers:board.plan_for', { name: row.label })} onClick={onPlan}>
          <Icon name="plus" size={14} />
        </ActionIcon>
      </May>
    </div>
  );
}

const stateTones: Record<Shift['state'], Tone> = { planned: 'calm', open: 'busy', closed: 'good', cancelled: 'off' };

function BarButton({ bar, shown, label }: { bar: Bar; shown: Span; label: string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const place = placeOf(bar, shown);
  if (!place) return null;
  const { shift } = bar;
  const trouble = bar.conflict ? 'conflict' : bar.late ? 'late' : 'fine';
  const tone: Tone = trouble === 'conflict' ? 'bad' : trouble === 'late' ? 'warn' : stateTones[shift.state];
  const times = `${format.dateTime(bar.from)} – ${format.dateTime(bar.to)}`;
  const about = [label, t(`drivers:shifts.state.${shift.state}`), times, ...(trouble === 'fine' ? [] : [t(`drivers:board.trouble.${trouble}`)])].join(', ');
  return (
    <button
      type="button"
      className={classes.bar}
      data-tone={tone}
      {...(shift.state === 'planned' ? { 'data-planned': true } : {})}
      style={{ left: `${place.left}%`, width: `${place.width}%`, top: bar.lane * laneHeight + 4 }}
      title={about}
      aria-label={about}
      onClick={() => openDialog(t('drivers:shifts.one'), (close) => <ShiftCard shiftId={shift.id} close={close} />, 'lg')}
    >
      {shapes[trouble]}
      {label}
    </button>
  );
}
