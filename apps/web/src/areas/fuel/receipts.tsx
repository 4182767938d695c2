import { Button, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { May, useFormat, useMay } from '../../app/me';
import { StatusBadge, type Tone } from '../../kit/badge';
import { ask } from '../../kit/dialogs';
import { ListPage } from '../../kit/list/list-page';
import { useParamsInUrl } from '../../kit/search-params';
import { done } from '../../kit/toast';
import { Thumbnail, UploadReceipts } from './pictures';
import { receiptPath, StateSwitch, useFuelChanged, VehicleLink, Who, type Receipt } from './words';

const states = ['to_be_typed', 'typed', 'discarded'] as const;
const tones: Record<Receipt['state'], Tone> = { to_be_typed: 'warn', typed: 'good', discarded: 'off' };

/** Photographs that wait until somebody types them. */
export default function ReceiptsPage(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const changed = useFuelChanged();
  const [params] = useParamsInUrl();
  const state = params['state'] ?? states[0];
  return (
    <ListPage
      id="receipts"
      title={t('fuel:receipts.nav')}
      path={receiptPath}
      fixed={{ state }}
      empty={{ title: t(state === states[0] ? 'fuel:receipts.none' : 'kit:list.empty'), ...(state === states[0] ? { hint: t('fuel:receipts.none_hint') } : {}) }}
      actions={
        <>
          <StateSwitch prefix="fuel:receipts.state" states={states} />
          <May permission="fuel_log.receipt.write">
            <UploadReceipts
              label={t('fuel:receipts.add')}
              onDone={async (receipts) => {
                done(t('fuel:receipts.kept', { count: receipts.length }));
                await changed();
              }}
            />
          </May>
        </>
      }
      columns={[
        { id: 'picture', header: t('fuel:receipts.picture'), cell: (r) => <Thumbnail receipt={r} /> },
        { id: 'taken', header: t('fuel:receipts.taken'), cell: (r) => format.dateTime(r.taken_at), phone: 'title' },
        { id: 'vehicle', header: t('drivers:vehicle'), cell: (r) => <VehicleLink id={r.vehicle_id} /> },
        { id: 'driver', header: t('drivers:driver'), cell: (r) => <Who id={r.driver_id} /> },
        { id: 'note', header: t('fuel:field.notes'), cell: (r) => r.discard_reason ?? r.note ?? '–' },
        { id: 'state', header: t('vehicles:field.status'), cell: (r) => <StatusBadge tone={tones[r.state]}>{t(`fuel:receipts.state.${r.state}`)}</StatusBadge> },
        { id: 'twin', header: t('fuel:receipts.twin'), cell: (r) => (r.seen_elsewhere ? <StatusBadge tone="warn">{t('fuel:receipts.seen_elsewhere')}</StatusBadge> : '–'), phone: 'skip' },
        { id: 'act', header: t('kit:list.actions'), cell: (r) => <Actions receipt={r} /> },
      ]}
    />
  );
}

function Actions({ receipt }: { receipt: Receipt }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const changed = useFuelChanged();
  const discard = (): void =>
    ask({
      title: t('fuel:receipts.discard'),
      body: t('fuel:receipts.discard_body'),
      fields: [{ name: 'reason', label: t('vehicles:reason'), kind: 'textarea', required: true }],
      submitLabel: t('fuel:receipts.discard'),
      danger: true,
      act: async ({ reason }, key) => {
        await api.POST('/api/v1/fuel_log/receipts/{receipt_id}/discard', { params: { path: { receipt_id: receipt.id } }, body: { reason: String(reason) }, headers: { 'Idempotency-Key': key } });
        done(t('fuel:receipts.discarded'));
        await changed();
      },
    });
  if (receipt.fill_up_id) {
    return (
      <Button size="compact-xs" variant="default" component={Link} to={`/fill-ups/${receipt.fill_up_id}`}>
        {t('fuel:receipts.to_fill_up')}
      </Button>
    );
  }
  if (receipt.state !== 'to_be_typed') return null;
  return (
    <Group gap={4} wrap="nowrap">
      {may('fuel_log.fill_up.write') && (
        <Button size="compact-xs" component={Link} to={`/fill-ups/new?receipt=${receipt.id}`}>
          {t('fuel:receipts.type')}
        </Button>
      )}
      {may('fuel_log.receipt.write') && (
        <Button size="compact-xs" variant="subtle" color="red" onClick={discard}>
          {t('fuel:receipts.discard')}
        </Button>
      )}
    </Group>
  );
}
