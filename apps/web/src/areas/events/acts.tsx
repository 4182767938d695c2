import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch } from '../../api/client';
import { useMay } from '../../app/me';
import { ask } from '../../kit/dialogs';
import { done } from '../../kit/toast';
import { useEventsChanged, type EventRow } from './words';

export type FineMove = 'contest' | 'uphold' | 'charge' | 'pay' | 'cancel';

/** What people may do with a fine, by where it stands. The server judges in the end. */
const moves: Record<NonNullable<EventRow['fine_state']>, readonly FineMove[]> = {
  received: ['cancel'],
  attributed: ['charge', 'contest', 'cancel'],
  contested: ['uphold', 'cancel'],
  upheld: ['charge', 'cancel'],
  charged: ['pay', 'cancel'],
  paid: [],
  cancelled: [],
};
const permissions: Record<FineMove, string> = { contest: 'event_log.fine.write', uphold: 'event_log.fine.write', charge: 'event_log.fine.charge', pay: 'event_log.fine.charge', cancel: 'event_log.fine.cancel' };
const needsReason = (move: FineMove): boolean => move !== 'charge' && move !== 'pay';

export const movesOf = ({ fine_state }: Pick<EventRow, 'fine_state'>): readonly FineMove[] => (fine_state ? moves[fine_state] : []);
export const permissionOf = (move: FineMove): string => permissions[move];

export async function moveFine(move: FineMove, fine: Pick<EventRow, 'id' | 'version'>, reason: string | undefined): Promise<void> {
  const request = { params: { path: { fine_id: fine.id }, header: ifMatch(fine.version) }, body: { ...(reason ? { reason } : {}) } as { reason: string } };
  if (move === 'contest') await api.POST('/api/v1/event_log/fines/{fine_id}/contest', request);
  else if (move === 'uphold') await api.POST('/api/v1/event_log/fines/{fine_id}/uphold', request);
  else if (move === 'charge') await api.POST('/api/v1/event_log/fines/{fine_id}/charge', request);
  else if (move === 'pay') await api.POST('/api/v1/event_log/fines/{fine_id}/pay', request);
  else await api.POST('/api/v1/event_log/fines/{fine_id}/cancel', request);
}

/** Asks for the reason an act needs, for one fine or for several chosen ones. */
export function useMoveFines(): (move: FineMove, fines: readonly EventRow[], after?: () => void) => void {
  const { t } = useTranslation();
  const changed = useEventsChanged();
  return (move, fines, after) =>
    ask({
      title: t(`events:move.${move}`),
      body: t(`events:move_body.${move}`),
      fields: [{ name: 'reason', label: t('vehicles:reason'), kind: 'textarea', required: needsReason(move) }],
      submitLabel: t(`events:move.${move}`),
      danger: move === 'cancel',
      act: async ({ reason }) => {
        for (const fine of fines) await moveFine(move, fine, reason ? String(reason) : undefined);
        done(t('events:moved', { count: fines.length }));
        after?.();
        await changed();
      },
    });
}

export function FineButtons({ fine, size = 'xs' }: { fine: EventRow; size?: 'xs' | 'compact-xs' }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const move = useMoveFines();
  return movesOf(fine)
    .filter((one) => may(permissions[one]))
    .map((one, index) => (
      <Button key={one} size={size} variant={one === 'cancel' ? 'subtle' : index === 0 ? 'light' : 'default'} {...(one === 'cancel' ? { color: 'red' } : {})} onClick={() => move(one, [fine])}>
        {t(`events:move.${one}`)}
      </Button>
    ));
}

/** Says who drove. An empty driver takes a person's word back: the shifts decide again. */
export function AttributeButton({ event, size = 'xs' }: { event: EventRow; size?: 'xs' | 'compact-xs' }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const changed = useEventsChanged();
  if (!may('event_log.attribution.write') || event.state === 'withdrawn' || event.fine_state === 'cancelled') return null;
  const attribute = (): void =>
    ask({
      title: t('events:attribute.title'),
      body: t(event.method === 'manual' ? 'events:attribute.body_manual' : 'events:attribute.body'),
      fields: [
        { name: 'driver_id', label: t('drivers:driver'), kind: 'driver', required: event.method !== 'manual' },
        { name: 'reason', label: t('vehicles:reason'), kind: 'textarea', required: true },
      ],
      submitLabel: t('events:attribute.submit'),
      act: async ({ driver_id, reason }) => {
        await api.POST('/api/v1/event_log/events/{event_id}/attribution', { params: { path: { event_id: event.id }, header: ifMatch(event.version) }, body: { driver_id: driver_id ? String(driver_id) : null, reason: String(reason) } });
        done(t('events:attribute.done'));
        await changed();
      },
    });
  return (
    <Button size={size} variant={event.driver_id ? 'default' : 'light'} onClick={attribute}>
      {t('events:attribute.button')}
    </Button>
  );
}

/** Somebody looked at the doubts, or it never was. */
export function RulingButtons({ event }: { event: EventRow }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const changed = useEventsChanged();
  const rule = (way: 'settle' | 'withdraw'): void =>
    ask({
      title: t(`events:ruling.${way}.title`),
      body: t(`events:ruling.${way}.body`),
      fields: [{ name: 'reason', label: t('vehicles:reason'), kind: 'textarea', required: true }],
      submitLabel: t(`events:ruling.${way}.title`),
      danger: way === 'withdraw',
      act: async ({ reason }) => {
        const request = { params: { path: { event_id: event.id }, header: ifMatch(event.version) }, body: { reason: String(reason) } };
        await (way === 'settle' ? api.POST('/api/v1/event_log/events/{event_id}/settle', request) : api.POST('/api/v1/event_log/events/{event_id}/withdraw', request));
        done(t('kit:saved'));
        await changed();
      },
    });
  return (
    <>
      {event.state === 'review' && may('event_log.event.write') && (
        <Button size="xs" variant="light" onClick={() => rule('settle')}>
          {t('events:ruling.settle.title')}
        </Button>
      )}
      {event.state !== 'withdrawn' && !event.fine_state && may('event_log.event.withdraw') && (
        <Button size="xs" variant="subtle" color="red" onClick={() => rule('withdraw')}>
          {t('events:ruling.withdraw.title')}
        </Button>
      )}
    </>
  );
}
