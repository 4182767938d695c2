import { Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch } from '../../api/client';
import { May, useFormat } from '../../app/me';
import { useWho } from '../../kit/colleagues';
import { DetailPage, Facts } from '../../kit/detail';
import { ask, openDialog } from '../../kit/dialogs';
import { Changes } from '../../kit/history';
import { ListPage } from '../../kit/list/list-page';
import { Notice } from '../../kit/notice';
import { useParks } from '../../kit/options';
import { Trouble, Waiting } from '../../kit/states';
import { done } from '../../kit/toast';
import { EditFillUp } from './edit-fill-up';
import { Receipts, Surroundings } from './fill-up-parts';
import { QuestionList } from './question-list';
import { fillUpPath, FillUpState, readFillUp, useFuelChanged, useQuantity, VehicleLink, Who, type FillUp } from './words';

export default function FillUpPage(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation();
  const format = useFormat();
  const quantity = useQuantity();
  const { data: fillUp, error, refetch } = useQuery({ queryKey: [fillUpPath, id], queryFn: () => readFillUp(id) });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!fillUp) return <Waiting />;
  return (
    <DetailPage
      back={{ to: '/fill-ups', label: t('fuel:nav') }}
      title={`${fillUp.plate ?? '–'} · ${quantity(fillUp)}`}
      subtitle={`${format.dateTime(fillUp.fuel_date)} · ${format.money(fillUp.total_cost_minor, fillUp.currency)}`}
      badges={<FillUpState state={fillUp.state} />}
      actions={fillUp.state !== 'voided' && <Actions fillUp={fillUp} />}
      tabs={[
        { id: 'overview', label: t('vehicles:tab.overview'), draw: () => <Overview fillUp={fillUp} /> },
        { id: 'questions', label: t('fuel:questions.nav'), permission: 'fuel_log.anomaly.read', draw: () => <QuestionList inner fixed={{ fill_up_id: fillUp.id }} /> },
        { id: 'history', label: t('vehicles:history.tab'), draw: () => <History fillUp={fillUp} /> },
      ]}
    />
  );
}

function Actions({ fillUp }: { fillUp: FillUp }): ReactNode {
  const { t } = useTranslation();
  const changed = useFuelChanged();
  const request = { params: { path: { fill_up_id: fillUp.id }, header: ifMatch(fillUp.version) } };
  const voidIt = (): void =>
    ask({
      title: t('fuel:void'),
      body: t('fuel:void_body'),
      fields: [{ name: 'reason', label: t('vehicles:reason'), kind: 'textarea', required: true }],
      submitLabel: t('fuel:void'),
      danger: true,
      act: async ({ reason }, key) => {
        await api.POST('/api/v1/fuel_log/fill_ups/{fill_up_id}/void', { ...request, body: { reason: String(reason) }, headers: { 'Idempotency-Key': key } });
        done(t('fuel:voided'));
        await changed();
      },
    });
  const approve = (): void =>
    ask({
      title: t('fuel:approve'),
      body: t('fuel:approve_body'),
      fields: [{ name: 'reason', label: t('vehicles:reason'), kind: 'textarea', required: true }],
      submitLabel: t('fuel:approve'),
      act: async ({ reason }, key) => {
        await api.POST('/api/v1/fuel_log/fill_ups/{fill_up_id}/approve', { ...request, body: { reason: String(reason) }, headers: { 'Idempotency-Key': key } });
        done(t('fuel:approved'));
        await changed();
      },
    });
  return (
    <>
      {fillUp.state === 'held' && (
        <May permission="fuel_log.fill_up.review">
          <Button size="xs" onClick={approve}>
            {t('fuel:approve')}
          </Button>
        </May>
      )}
      <May permission="fuel_log.fill_up.write">
        <Button size="xs" variant="default" onClick={() => openDialog(t('fuel:edit', { plate: fillUp.plate }), (close) => <EditFillUp fillUp={fillUp} close={close} />, 'xl')}>
          {t('kit:edit')}
        </Button>
        <Button size="xs" variant="light" color="red" onClick={voidIt}>
          {t('fuel:void')}
        </Button>
      </May>
    </>
  );
}

function Overview({ fillUp }: { fillUp: FillUp }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const parks = useParks();
  const quantity = useQuantity();
  const label = (name: string): string => t(`fuel:field.${name}`);
  const price = fillUp.cost_per_unit === null ? null : `${format.number(Number(fillUp.cost_per_unit), 4)} ${fillUp.currency} / ${t(`fuel:quantity_unit.${fillUp.unit_of_measure}`)}`;
  const asEntered = fillUp.odometer_reading ?? fillUp.trip_distance;
  return (
    <Stack gap="sm">
      {fillUp.state === 'held' && <Notice tone="warn" title={t('fuel:held_title')}>{t('fuel:held_body')}</Notice>}
      {fillUp.state === 'voided' && (
        <Notice tone="off" title={t('fuel:voided')}>
          {fillUp.void_reason} · {format.dateTime(fillUp.voided_at)}
        </Notice>
      )}
      {fillUp.warnings.map((warning) => (
        <Notice key={warning.code} tone="warn" title={t(`fuel:warning.${warning.code}`, { defaultValue: warning.code })}>
          {warning.detail}
        </Notice>
      ))}
      <Facts
        facts={[
          [t('drivers:vehicle'), <VehicleLink key="vehicle" id={fillUp.vehicle_id} plate={fillUp.plate} />],
          [t('drivers:driver'), <Who key="driver" id={fillUp.driver_id} />],
          [label('fuel_quantity'), `${quantity(fillUp)}${fillUp.unit_of_measure.startsWith('gal') ? ` = ${format.number(Number(fillUp.fuel_l), 2)} ${t('fuel:quantity_unit.l')}` : ''}`],
          [t('vehicles:field.fuel_type'), [t(`vehicles:fuel.${fillUp.fuel_type}`), fillUp.fuel_grade].filter(Boolean).join(' ')],
          [label('is_full_tank'), t(fillUp.is_full_tank ? 'fuel:tank.full' : 'fuel:tank.partial')],
          [label('cost_per_unit'), price],
          [label('total'), `${format.money(fillUp.total_cost_minor, fillUp.currency)}${fillUp.total_given ? '' : ` · ${t('fuel:computed')}`}`],
          [t(fillUp.odometer_reading === null ? 'fuel:field.trip_distance' : 'vehicles:field.odometer'), asEntered === null ? null : <span key="km" className={fillUp.odometer_counts ? undefined : 'struck'}>{`${format.number(Number(asEntered), 1)} ${t(`fuel:distance_unit.${fillUp.distance_unit}`)}`}</span>],
          [label('missed_previous'), t(fillUp.missed_previous ? 'kit:yes' : 'kit:no')],
          [label('fuel_station'), fillUp.fuel_station],
          [label('payment_method'), fillUp.payment_method && t(`fuel:payment.${fillUp.payment_method}`)],
          [label('receipt_reference'), fillUp.receipt_reference],
          [label('filled_by'), fillUp.filled_by],
          [t('vehicles:field.park'), parks.nameOf(fillUp.park_id)],
          [t('vehicles:field.department'), fillUp.department],
          [t('fuel:source_label'), `${t(`fuel:source.${fillUp.source}`)} · ${format.dateTime(fillUp.created_at)}`],
        ]}
      />
      {fillUp.notes && (
        <Text size="sm" className="card" style={{ whiteSpace: 'pre-wrap' }}>
          {fillUp.notes}
        </Text>
      )}
      <Surroundings fillUp={fillUp} />
      <Receipts fillUp={fillUp} />
    </Stack>
  );
}

function History({ fillUp }: { fillUp: FillUp }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const who = useWho();
  return (
    <ListPage
      id="fill-up-history"
      inner
      title={t('vehicles:history.tab')}
      path="/api/v1/fuel_log/fill_ups/{fill_up_id}/history"
      pathParams={{ fill_up_id: fillUp.id }}
      empty={{ title: t('fuel:never_corrected') }}
      columns={[
        { id: 'at', header: t('kit:when'), cell: (c) => format.dateTime(c.at) },
        { id: 'action', header: t('kit:what'), cell: (c) => t(`fuel:change.${c.action}`, { defaultValue: c.action }) },
        { id: 'who', header: t('kit:who'), cell: (c) => who(c.actor_id, c.actor_kind) },
        { id: 'changes', header: t('kit:changes'), cell: (c) => <Changes changes={c.changes} label={(name) => t(`fuel:field.${name}`, { defaultValue: name })} /> },
        { id: 'reason', header: t('vehicles:reason'), cell: (c) => c.reason ?? '–' },
      ]}
    />
  );
}
