import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { useFormat } from '../../app/me';
import { ask, openDialog } from '../../kit/dialogs';
import type { Field, Values } from '../../kit/form/fields';
import { Form } from '../../kit/form/form';
import { useOptions } from '../../kit/options';
import { done } from '../../kit/toast';
import { localOf, momentOf } from '../../kit/zoned';
import { lockoutReasons, useInWords } from './words';

export const lockoutsPath = '/api/v1/access/lockouts';

interface Of {
  driverId?: string;
  vehicleId?: string;
}

function useChanged(): (act: Promise<unknown>) => Promise<void> {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const inWords = useInWords();
  return async (act) => {
    await act.catch((error: unknown) => {
      throw inWords(error);
    });
    done(t('kit:saved'));
    await Promise.all([[lockoutsPath], ['access']].map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}

/** Opening, extending and lifting a lockout. */
export function useLockoutActs(): { add: (of: Of) => void; extend: (id: string, until: string | null) => void; lift: (id: string) => void } {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const changed = useChanged();
  const path = (id: string): { params: { path: { lockout_id: string } } } => ({ params: { path: { lockout_id: id } } });
  const add = (of: Of): void => openDialog(t('access:lockouts.add'), (close) => <AddLockout of={of} close={close} />);
  const extend = (id: string, until: string | null): void =>
    ask({
      title: t('access:lockouts.extend_title'),
      fields: [{ name: 'until', label: t('access:lockouts.until'), kind: 'datetime', help: t('access:lockouts.until_help', { zone }) }],
      initial: { until: until ? localOf(until, zone) : null },
      submitLabel: t('kit:form.save'),
      act: (values) => changed(api.POST('/api/v1/access/lockouts/{lockout_id}/extend', { ...path(id), body: { until: values['until'] ? momentOf(String(values['until']), zone) : null } })),
    });
  const lift = (id: string): void =>
    ask({
      title: t('access:lockouts.lift_title'),
      fields: [{ name: 'reason', label: t('access:lockouts.lift_reason'), kind: 'textarea', required: true }],
      submitLabel: t('access:lockouts.lift'),
      act: ({ reason }) => changed(api.POST('/api/v1/access/lockouts/{lockout_id}/lift', { ...path(id), body: { reason: String(reason) } })),
    });
  return { add, extend, lift };
}

/** A debt is offered for drivers only: it is the person's, and others drive the vehicle. */
function AddLockout({ of, close }: { of: Of; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const changed = useChanged();
  const [values, setValues] = useState<Values>({ subject: 'driver' });
  const isVehicle = of.vehicleId !== undefined || (!of.driverId && values['subject'] === 'vehicle');
  const reasons = useOptions('access:lockouts.reason', lockoutReasons.filter((reason) => !isVehicle || reason !== 'debt'));
  const subjects = useOptions('access:subject', ['driver', 'vehicle']);
  const choose: Field[] =
    of.driverId || of.vehicleId
      ? []
      : [
          { name: 'subject', label: t('access:lockouts.subject'), kind: 'select', options: subjects, required: true },
          isVehicle ? { name: 'vehicle_id', label: t('drivers:vehicle'), kind: 'vehicle', required: true } : { name: 'driver_id', label: t('drivers:driver'), kind: 'driver', required: true },
        ];
  return (
    <Form
      fields={[
        ...choose,
        { name: 'reason_code', label: t('access:why_label'), kind: 'select', options: reasons, required: true },
        { name: 'until', label: t('access:lockouts.until'), kind: 'datetime', help: t('access:lockouts.until_help', { zone }) },
        { name: 'note', label: t('access:note'), kind: 'textarea' },
      ]}
      initial={values}
      onValues={setValues}
      submitLabel={t('access:lockouts.add')}
      onCancel={close}
      onSubmit={async ({ driver_id, vehicle_id, reason_code, until, note }, key) => {
        const subject = isVehicle ? { vehicle_id: of.vehicleId ?? String(vehicle_id) } : { driver_id: of.driverId ?? String(driver_id) };
        const body = { ...subject, reason_code: reason_code as 'other', ...(until ? { until: momentOf(String(until), zone) } : {}), ...(note ? { note: String(note) } : {}) };
        await changed(api.POST(lockoutsPath, { body, headers: { 'Idempotency-Key': key } }));
        close();
      }}
    />
  );
}
