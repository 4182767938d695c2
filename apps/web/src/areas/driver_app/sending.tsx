import { Button, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import { useOnline } from '../../app/offline';
import { StatusBadge, type Tone } from '../../kit/badge';
import { ask } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { Notice } from '../../kit/notice';
import { Nothing } from '../../kit/states';
import classes from './driver.module.css';
import { unsent, useOutbox } from './outbox';
import { Heading } from './parts';
import { blockedBy } from './queue/order';
import type { Action, Kind } from './queue/types';
import { useReasonText } from './words';

const forms: Record<Kind, string | undefined> = { check_in: '/driver/shift', check_out: '/driver/shift', fill_up: '/driver/fuel', incident: '/driver/incidents', dispute: '/driver/fines', document: '/driver/papers', status: undefined };
const tones: Record<Action['state'], Tone> = { waiting: 'calm', sending: 'busy', refused: 'bad', done: 'good' };

/** Everything done here, with what became of it. */
export default function SendingPage(): ReactNode {
  const { t } = useTranslation();
  const { actions, sending, stopped, sync } = useOutbox();
  const online = useOnline();
  const open = unsent(actions);
  const done = actions.filter((a) => a.state === 'done').reverse();
  return (
    <>
      <Heading>{t('driver_app:queue.title')}</Heading>
      <Group justify="space-between" role="status" aria-live="polite">
        <Text>{open.length === 0 ? t('driver_app:queue.empty') : t('driver_app:queue.open', { count: open.length })}</Text>
      </Group>
      <Button size="lg" fullWidth loading={sending} leftSection={<Icon name="refresh" />} onClick={() => void sync()}>
        {t('driver_app:queue.send')}
      </Button>
      {!online && <Notice tone="warn">{t('driver_app:queue.when_online')}</Notice>}
      {stopped && (online || stopped !== 'offline') && open.length > 0 && <Notice tone="warn">{t(`driver_app:queue.stopped.${stopped}`)}</Notice>}
      {actions.length === 0 && <Nothing title={t('driver_app:queue.nothing')} hint={t('driver_app:queue.nothing_hint')} />}
      <ul className={classes.rows}>
        {[...open, ...done].map((action) => (
          <Row key={action.id} action={action} all={actions} />
        ))}
      </ul>
    </>
  );
}

function subjectOf(action: Action): string {
  if (action.kind === 'check_in' || action.kind === 'check_out' || action.kind === 'fill_up') return action.draft.plate;
  return action.kind === 'dispute' ? action.draft.title : '';
}

function Row({ action, all }: { action: Action; all: Action[] }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const reasonText = useReasonText();
  const { queue } = useOutbox();
  const blocker = action.state === 'waiting' ? blockedBy(action, all) : undefined;
  const form = forms[action.kind];
  const discard = (): void =>
    ask({
      title: t('driver_app:queue.discard_title'),
      body: t(action.kind === 'check_in' ? 'driver_app:queue.discard_check_in' : 'driver_app:queue.discard_body'),
      submitLabel: t('driver_app:queue.discard'),
      danger: true,
      act: () => queue.discard(action.id),
    });
  return (
    <li className={classes.card} data-state={action.state}>
      <div className={classes.row}>
        <strong>
          {t(`driver_app:queue.kind.${action.kind}`)} {subjectOf(action)}
        </strong>
        <StatusBadge tone={tones[action.state]}>{t(`driver_app:queue.state.${action.state}`)}</StatusBadge>
      </div>
      <Text className={classes.soft}>
        {format.dateTime(action.at)}
        {action.photos.length > 0 && ` · ${t('driver_app:photos.count', { count: action.photos.length })}`}
      </Text>
      {blocker && <Text>{t(blocker.state === 'refused' ? 'driver_app:queue.blocked' : 'driver_app:queue.after', { what: t(`driver_app:queue.kind.${blocker.kind}`) })}</Text>}
      {action.refusal && (
        <Notice tone="bad" role="alert">
          {reasonText(action.refusal)}
          {action.refusal.errors.map((error) => (
            <div key={error.field}>{error.detail}</div>
          ))}
        </Notice>
      )}
      {action.trouble && action.state === 'waiting' && <Text className={classes.soft}>{t('driver_app:queue.again')}</Text>}
      {(action.state === 'refused' || action.state === 'waiting') && (
        <Group grow>
          {form && (action.state === 'refused' || !action.trouble) && (
            <Button component={Link} to={form} search={{ edit: action.id } as never} variant="default">
              {t('kit:edit')}
            </Button>
          )}
          <Button variant="light" color="red" onClick={discard}>
            {t('driver_app:queue.discard')}
          </Button>
        </Group>
      )}
    </li>
  );
}
