import { Button, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { May, useFormat, useMay } from '../../app/me';
import { DetailPage } from '../../kit/detail';
import { openDialog } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import type { Column } from '../../kit/list/types';
import { AttributeButton, FineButtons, movesOf, permissionOf, useMoveFines, type FineMove } from './acts';
import { RecordEvent } from './record';
import { EventDriver, EventVehicle, FineStateBadge, useNameOf, usePeriodFilters, type EventRow } from './words';

/** Each tab is a step of a fine's way; what waits for a person comes first. */
const tabs: { id: string; fixed: Record<string, string>; bulk?: FineMove }[] = [
  { id: 'review', fixed: { state: 'review' } },
  { id: 'received', fixed: { fine_state: 'received' } },
  { id: 'attributed', fixed: { fine_state: 'attributed' }, bulk: 'charge' },
  { id: 'contested', fixed: { fine_state: 'contested' } },
  { id: 'upheld', fixed: { fine_state: 'upheld' }, bulk: 'charge' },
  { id: 'charged', fixed: { fine_state: 'charged' }, bulk: 'pay' },
  { id: 'paid', fixed: { fine_state: 'paid' } },
  { id: 'all', fixed: {} },
];

export default function FinesPage(): ReactNode {
  const { t } = useTranslation();
  return (
    <DetailPage
      title={t('events:fines.nav')}
      subtitle={t('events:fines.lead')}
      actions={
        <>
          <May permission="event_log.fine.import">
            <Button size="xs" variant="default" component={Link} to="/fine-imports" leftSection={<Icon name="upload" size={14} />}>
              {t('events:imports.nav')}
            </Button>
          </May>
          <May permission="event_log.event.write">
            <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => openDialog(t('events:fines.add'), (close) => <RecordEvent close={close} type="fine" />, 'lg')}>
              {t('events:fines.add')}
            </Button>
          </May>
        </>
      }
      tabs={tabs.map(({ id, fixed, bulk }) => ({ id, label: t(`events:fines.tab.${id}`), draw: () => <FineList key={id} id={id} fixed={fixed} bulk={bulk} /> }))}
    />
  );
}

function useFineColumns(): Column<EventRow>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useNameOf();
  return [
    { id: 'what', header: t('kit:what'), cell: nameOf, phone: 'title' },
    { id: 'at', header: t('kit:when'), cell: (e) => format.dateTime(e.at), sort: 'at' },
    { id: 'vehicle', header: t('drivers:vehicle'), cell: (e) => <EventVehicle event={e} /> },
    { id: 'driver', header: t('drivers:driver'), cell: (e) => <EventDriver event={e} /> },
    { id: 'amount', header: t('events:amount'), cell: (e) => <span style={{ whiteSpace: 'nowrap' }}>{format.money(e.amount_minor, e.currency ?? undefined)}</span>, align: 'right' },
    { id: 'due', header: t('events:detail.due_on'), cell: (e) => format.day(typeof e.details['due_on'] === 'string' ? e.details['due_on'] : null) },
    { id: 'state', header: t('vehicles:field.status'), cell: (e) => e.fine_state && <FineStateBadge state={e.fine_state} /> },
    { id: 'review', header: t('events:review_label'), cell: (e) => e.review.map((reason) => t(`events:review.${reason}`)).join(', ') || '–' },
    { id: 'reference', header: t('events:reference'), cell: (e) => e.reference ?? '–' },
    { id: 'issuer', header: t('events:issuer'), cell: (e) => e.issuer ?? '–', hidden: true },
    {
      id: 'act',
      header: t('kit:list.actions'),
      cell: (e) => (
        <Group gap={4} wrap="nowrap">
          {(e.state === 'review' || e.fine_state === 'received') && <AttributeButton event={e} size="compact-xs" />}
          <FineButtons fine={e} size="compact-xs" />
        </Group>
      ),
    },
  ];
}

function FineList({ id, fixed, bulk }: { id: string; fixed: Record<string, string>; bulk: FineMove | undefined }): ReactNode {
  const { t } = useTranslation();
  const move = useMoveFines();
  const allowed = useMay()(bulk ? permissionOf(bulk) : undefined);
  const columns = useFineColumns();
  return (
    <ListPage
      id={`fines-${id}`}
      inner
      title={t(`events:fines.tab.${id}`)}
      path="/api/v1/event_log/events"
      fixed={{ type: 'fine', ...fixed }}
      hrefOf={(e) => `/events/${e.id}`}
      search={{ name: 'q', label: t('events:search') }}
      filters={[{ name: 'vehicle_id', label: t('drivers:vehicle'), kind: 'vehicle' }, { name: 'driver_id', label: t('drivers:driver'), kind: 'driver' }, ...usePeriodFilters()]}
      columns={columns.filter((column) => (column.id === 'review' ? id === 'review' : column.id !== 'state' || !fixed['fine_state']))}
      empty={{ title: t('events:fines.none') }}
      {...(bulk && allowed
        ? {
            bulk: (chosen: EventRow[], clear: () => void) => (
              <Button size="xs" variant="light" onClick={() => move(bulk, chosen.filter((fine) => movesOf(fine).includes(bulk)), clear)}>
                {t(`events:bulk.${bulk}`, { count: chosen.length })}
              </Button>
            ),
          }
        : {})}
    />
  );
}
