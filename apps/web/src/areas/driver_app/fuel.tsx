import { Checkbox, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../../api/problem';
import { useFormat } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import type { Field, Values } from '../../kit/form/fields';
import { Form } from '../../kit/form/form';
import { Notice } from '../../kit/notice';
import { useOptions } from '../../kit/options';
import { Waiting } from '../../kit/states';
import { localOf, momentOf } from '../../kit/zoned';
import { api, take, type Schemas } from '../../api/client';
import classes from './driver.module.css';
import { useOutbox } from './outbox';
import { Card, Heading, Reading } from './parts';
import { Photos } from './photos';
import { heldNow, openCheckIn } from './queue/order';
import type { ActionOf, Drafts } from './queue/types';
import { useMyShift, useMyVehicle, useRead } from './reads';
import { majorOf, minorOf, numberOf, quantityUnit, textOf } from './units';
import { useAct } from './use-act';

const fuelTypes = ['gasoline', 'diesel', 'electric', 'lpg', 'cng'] as const;

export default function FuelPage(): ReactNode {
  const { t } = useTranslation();
  const act = useAct('fill_up');
  const receipts = useRead('receipts', async () => (await take(api.GET('/api/v1/fuel_log/my/receipts', { params: { query: { limit: 10 } } }))).items);
  if (act.edited === null) return <Waiting />;
  return (
    <>
      <Heading>{t('driver_app:fuel.title')}</Heading>
      <FillUp key={act.edited?.id ?? 'new'} edited={act.edited} />
      {!act.edited && (
        <Card label={t('driver_app:fuel.receipts')}>
          <Text fw={600}>{t('driver_app:fuel.receipts')}</Text>
          <Reading of={receipts}>{(rows) => <Receipts rows={rows} />}</Reading>
        </Card>
      )}
    </>
  );
}

const receiptTones = { to_be_typed: 'busy', typed: 'good', discarded: 'off' } as const;

function Receipts({ rows }: { rows: Schemas['MyReceiptView'][] }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  if (rows.length === 0) return <Text className={classes.soft}>{t('driver_app:fuel.no_receipts')}</Text>;
  return (
    <ul className={classes.rows}>
      {rows.map((row) => (
        <li key={row.id} className={classes.row}>
          <span>{format.dateTime(row.taken_at)}</span>
          <StatusBadge tone={receiptTones[row.state as keyof typeof receiptTones] ?? 'calm'}>{t(`driver_app:fuel.receipt.${row.state}`)}</StatusBadge>
        </li>
      ))}
    </ul>
  );
}

/** What goes into this vehicle, as far as the phone knows; unknown for one taken without a network. */
function useFuelOf(shiftId: string | undefined): string | undefined {
  const vehicle = useMyVehicle().data?.vehicle;
  const known = vehicle && vehicle.shift_id === shiftId ? vehicle.fuel_type : undefined;
  return (fuelTypes as readonly string[]).includes(known ?? '') ? known : undefined;
}

function FillUp({ edited }: { edited: ActionOf<'fill_up'> | undefined }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { timeZone, currency, distanceUnit } = format.habits;
  const { actions } = useOutbox();
  const shift = useMyShift();
  const held = heldNow(shift.data && { current: shift.data.current, at: shift.at ?? '' }, actions);
  const act = useAct('fill_up');
  const known = useFuelOf(held?.shift_id);
  const [typing, setTyping] = useState(edited?.draft.typed !== undefined);
  const [fuel, setFuel] = useState(edited?.draft.typed?.fuel_type);
  const fuelType = fuel ?? known;
  const unit = fuelType === 'electric' ? 'kwh' : format.habits.fuelUnit;
  const options = useOptions('vehicles:fuel', fuelTypes);
  const asksConfirm = edited?.refusal?.facts['confirm'] === true;
  const before = edited?.draft.typed;
  const figures: Field[] = [
    { name: 'fuel_type', label: t('driver_app:fuel.type'), kind: 'select', required: true, options },
    { name: 'quantity', label: t('driver_app:fuel.quantity'), kind: 'number', places: 3, min: 0, required: true, unit: quantityUnit(unit), placeholder: quantityUnit(unit) },
    { name: 'odometer', label: t('driver_app:shift.odometer'), kind: 'number', places: 1, min: 0, required: true, unit: distanceUnit, placeholder: distanceUnit },
    { name: 'total', label: t('driver_app:fuel.total'), kind: 'number', places: 2, min: 0, unit: currency, placeholder: currency },
    { name: 'full', label: t('driver_app:fuel.full'), kind: 'flag' },
    ...(asksConfirm ? [{ name: 'confirm', label: t('driver_app:fuel.confirm'), kind: 'flag' as const }] : []),
  ];
  const fields: Field[] = [
    { name: 'at', label: t('driver_app:when'), kind: 'datetime', help: t('driver_app:when_help') },
    ...(typing ? figures : []),
    { name: 'note', label: t('driver_app:note'), placeholder: t('driver_app:fuel.note_like') },
  ];
  const typedOf = (values: Values): Drafts['fill_up']['typed'] => {
    const [quantity, odometer, total] = [numberOf(values['quantity']), numberOf(values['odometer']), numberOf(values['total'])];
    if (!typing || quantity === undefined || odometer === undefined || !fuelType) return undefined;
    return { fuel_type: fuelType, quantity, unit, odometer, distance_unit: distanceUnit, currency, full: values['full'] === true, ...(total === undefined ? {} : { total_minor: minorOf(total, currency) }), ...(values['confirm'] === true ? { confirm: true } : {}) };
  };
  const submit = async (values: Values): Promise<void> => {
    if (!typing && act.photos.length === 0) throw new Problem(400, 'RECEIPT_NEEDED', t('driver_app:fuel.photo_needed'));
    const [typed, note, at] = [typedOf(values), textOf(values['note']), textOf(values['at'])];
    await act.send({ draft: { plate: held?.plate ?? edited?.draft.plate ?? '', ...(note ? { note } : {}), ...(typed ? { typed } : {}) }, ...(at ? { at: momentOf(at, timeZone) } : {}), needs: openCheckIn(actions)?.id ?? null });
  };
  const initial: Values = {
    at: edited ? localOf(edited.at, timeZone) : null,
    note: edited?.draft.note ?? null,
    fuel_type: before?.fuel_type ?? known ?? null,
    ...(before ? { quantity: before.quantity, odometer: before.odometer, total: before.total_minor === undefined ? null : majorOf(before.total_minor, before.currency), full: before.full } : {}),
  };
  return (
    <Card>
      {held ? <div className={classes.plate}>{held.plate}</div> : !edited && <Notice tone="warn">{t('driver_app:fuel.no_shift')}</Notice>}
      <Text className={classes.soft}>{t('driver_app:fuel.lead')}</Text>
      {/* Made anew when the vehicle's fuel becomes known: a form keeps the values it began with. */}
      <Form key={`${known ?? ''}`} fields={fields} initial={initial} submitLabel={t('driver_app:fuel.submit')} onSubmit={submit} onValues={(values) => setFuel(textOf(values['fuel_type']) || undefined)}>
        <Photos label={t('driver_app:fuel.photo')} value={act.photos} onChange={act.setPhotos} max={5} />
        <Checkbox label={t('driver_app:fuel.type_now')} checked={typing} onChange={(event) => setTyping(event.currentTarget.checked)} />
      </Form>
    </Card>
  );
}
