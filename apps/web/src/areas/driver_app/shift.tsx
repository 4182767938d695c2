import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { randomId } from '../../api/tab-lock';
import { useFormat } from '../../app/me';
import type { Format } from '../../kit/format';
import type { Field, Values } from '../../kit/form/fields';
import { Form } from '../../kit/form/form';
import { Trouble, Waiting } from '../../kit/states';
import classes from './driver.module.css';
import { useOutbox } from './outbox';
import { Card, Heading } from './parts';
import { Photos } from './photos';
import { heldNow, openCheckIn, type Held } from './queue/order';
import type { ActionOf, Drafts } from './queue/types';
import { useMyShift } from './reads';
import { kmOf, numberOf, samePlate, shownOf, textOf } from './units';
import { useAct } from './use-act';

type Plan = { id: string; plate: string | null; planned_from: string | null } | null;

/** One address for both: whoever has a vehicle gives it back, whoever has none takes one. */
export default function ShiftPage(): ReactNode {
  const shift = useMyShift();
  const { actions } = useOutbox();
  const checkIn = useAct('check_in');
  const checkOut = useAct('check_out');
  if (checkIn.edited === null || checkOut.edited === null) return <Waiting />;
  const held = heldNow(shift.data && { current: shift.data.current, at: shift.at ?? '' }, actions);
  if (checkIn.edited) return <CheckIn edited={checkIn.edited} plan={null} />;
  if (checkOut.edited) return <CheckOut edited={checkOut.edited} held={{ shift_id: checkOut.edited.draft.shift_id, plate: checkOut.edited.draft.plate, since: '', pending: true }} />;
  if (held) return <CheckOut key="out" held={held} />;
  // Without an answer and without a network a vehicle can still be taken by its plate.
  if (!shift.data && !shift.error) return <Waiting />;
  return (
    <>
      <CheckIn key="in" plan={shift.data?.next ?? null} />
      {shift.error && <Trouble error={shift.error} />}
    </>
  );
}

function useHandoverFields(): Field[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    { name: 'odometer', label: t('driver_app:shift.odometer'), kind: 'number', places: 1, min: 0, unit: format.habits.distanceUnit, placeholder: format.habits.distanceUnit },
    { name: 'fuel', label: t('driver_app:shift.fuel'), kind: 'number', min: 0, max: 100, unit: '%', placeholder: '%' },
    { name: 'damage', label: t('driver_app:shift.damage'), kind: 'textarea', help: t('driver_app:shift.damage_help') },
  ];
}

const handoverOf = (values: Values, format: Format): Pick<Drafts['check_out'], 'odometer_km' | 'fuel_level_pct' | 'damage_notes'> => {
  const [odometer, fuel, damage] = [numberOf(values['odometer']), numberOf(values['fuel']), textOf(values['damage'])];
  return { ...(odometer === undefined ? {} : { odometer_km: kmOf(odometer, format) }), ...(fuel === undefined ? {} : { fuel_level_pct: fuel }), ...(damage ? { damage_notes: damage } : {}) };
};

const initialOf = ({ odometer_km, fuel_level_pct, damage_notes }: Drafts['check_out'] | Drafts['check_in'], format: Format): Values => ({
  odometer: odometer_km === undefined ? null : shownOf(odometer_km, format),
  fuel: fuel_level_pct ?? null,
  damage: damage_notes ?? null,
});

function CheckIn({ plan, edited }: { plan: Plan; edited?: ActionOf<'check_in'> }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const act = useAct('check_in');
  const fields: Field[] = [{ name: 'plate', label: t('driver_app:shift.plate'), required: true, placeholder: t('driver_app:shift.plate_like') }, ...useHandoverFields()];
  const planned = edited?.draft.planned ? { id: edited.draft.shift_id, plate: edited.draft.plate } : plan;
  const initial: Values = edited ? { plate: edited.draft.plate, ...initialOf(edited.draft, format) } : { plate: plan?.plate ?? null };
  const submit = (values: Values): Promise<void> => {
    const plate = textOf(values['plate']).toUpperCase();
    const asPlanned = planned !== null && samePlate(plate, planned.plate ?? '');
    const own = edited && !edited.draft.planned ? edited.draft.shift_id : randomId();
    return act.send({ draft: { shift_id: asPlanned ? planned.id : own, plate, planned: asPlanned, ...handoverOf(values, format) } });
  };
  return (
    <>
      <Heading>{t('driver_app:shift.check_in')}</Heading>
      <Card>
        {plan && <Text className={classes.soft}>{t('driver_app:shift.planned', { plate: plan.plate ?? '–', when: format.dateTime(plan.planned_from) })}</Text>}
        <Form fields={fields} initial={initial} submitLabel={t('driver_app:shift.check_in')} onSubmit={submit}>
          <Photos label={t('driver_app:shift.photos')} value={act.photos} onChange={act.setPhotos} max={10} />
        </Form>
      </Card>
    </>
  );
}

function CheckOut({ held, edited }: { held: Held; edited?: ActionOf<'check_out'> }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { actions } = useOutbox();
  const act = useAct('check_out');
  const fields = useHandoverFields();
  const submit = (values: Values): Promise<void> => {
    const begun = openCheckIn(actions);
    return act.send({ draft: { shift_id: held.shift_id, plate: held.plate, ...handoverOf(values, format) }, needs: begun?.kind === 'check_in' && begun.draft.shift_id === held.shift_id ? begun.id : null });
  };
  return (
    <>
      <Heading>{t('driver_app:shift.check_out')}</Heading>
      <Card>
        <div className={classes.plate}>{held.plate}</div>
        <Form fields={fields} {...(edited ? { initial: initialOf(edited.draft, format) } : {})} submitLabel={t('driver_app:shift.check_out')} onSubmit={submit}>
          <Photos label={t('driver_app:shift.photos')} value={act.photos} onChange={act.setPhotos} max={10} />
        </Form>
      </Card>
    </>
  );
}
