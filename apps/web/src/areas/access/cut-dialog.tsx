import { Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { Problem } from '../../api/problem';
import { useFormat, useMe } from '../../app/me';
import type { Field, Values } from '../../kit/form/fields';
import { Form } from '../../kit/form/form';
import { useOptions } from '../../kit/options';
import { Trouble, Waiting } from '../../kit/states';
import { done } from '../../kit/toast';
import classes from './access.module.css';
import { useJobsChanged, usePreview } from './use-jobs';
import { against, Verdict } from './verdict';
import { cutReasons, placeOf, samePlate, useColleagues, useInWords, useWhy, type Circuit, type Method, type Preview } from './words';

interface CutProps {
  vehicle: { id: string; plate: string; name: string | null; model: string };
  circuit: Circuit;
  close: () => void;
}

/** The verdict as it stands now, why, and the plate typed by hand: nobody stops a vehicle by a slip. */
export function CutDialog({ vehicle, circuit, close }: CutProps): ReactNode {
  const { t } = useTranslation();
  const ways = circuit.routes.map((route) => route.method);
  const [values, setValues] = useState<Values>({ method: ways[0] ?? null });
  const method = String(values['method'] ?? ways[0]) as Method;
  const { data: preview, error, refetch } = usePreview(vehicle.id, method, 2_500);
  const fields = useCutFields(ways, vehicle.plate);
  const { inWords, refuse } = useRefusals(vehicle.plate);
  const changed = useJobsChanged();
  if (error && !preview) return <Trouble error={error} again={() => void refetch()} />;
  if (!preview) return <Waiting />;
  return (
    <Form
      danger
      fields={fields}
      initial={values}
      onValues={setValues}
      submitLabel={t('access:cut.submit', { plate: vehicle.plate })}
      onCancel={close}
      onSubmit={async ({ plate, reason, note, approver }, key) => {
        refuse(preview, String(plate));
        const body = { method, reason: reason as 'other', ...(note ? { note: String(note) } : {}), ...(approver ? { approver: String(approver) } : {}) };
        const { data } = await api.POST('/api/v1/access/{vehicle_id}/immobilize', { params: { path: { vehicle_id: vehicle.id } }, body, headers: { 'Idempotency-Key': key } }).catch((refused: unknown) => {
          throw inWords(refused);
        });
        done(t(data?.awaiting_approval ? 'access:cut.waits' : 'access:cut.sent', { plate: vehicle.plate }));
        close();
        await changed(data?.job_id);
      }}
    >
      <Subject vehicle={vehicle} preview={preview} />
      <Verdict preview={preview} vehicleId={vehicle.id} brief />
    </Form>
  );
}

/** Which vehicle, and where it stands. */
function Subject({ vehicle, preview }: { vehicle: CutProps['vehicle']; preview: Preview }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const place = placeOf(preview.facts);
  const age = preview.facts.position_age_s;
  return (
    <div className={classes.subject}>
      <strong>{vehicle.plate}</strong>
      <Text size="sm">{[vehicle.name, vehicle.model].filter((text) => text && text !== '–').join(' · ')}</Text>
      <Text size="sm">{place && age !== null ? t('access:cut.stands', { place, age: format.duration(age * 1000) }) : t('access:fact.no_position')}</Text>
      {preview.facts.circuit && <Text size="sm">{t(`access:effect.${preview.facts.circuit}`)}</Text>}
    </div>
  );
}

function useCutFields(ways: readonly Method[], plate: string): Field[] {
  const { t } = useTranslation();
  const me = useMe();
  const { people } = useColleagues();
  const approvers = people.filter((person) => person.id !== me.id && !person.disabled_at && ['admin', 'immobilizing_operator'].includes(person.role)).map((person) => ({ value: person.id, label: person.name ?? person.email ?? person.id }));
  const reasons = useOptions('access:reason', cutReasons);
  const methodOptions = useOptions('access:method', ways);
  return [
    { name: 'reason', label: t('access:why_label'), kind: 'select', options: reasons, required: true },
    { name: 'note', label: t('access:note'), kind: 'textarea', help: t('access:note_help') },
    ...(ways.length > 1 ? [{ name: 'method', label: t('access:method_label'), kind: 'select' as const, options: methodOptions, required: true }] : []),
    ...(approvers.length > 0 ? [{ name: 'approver', label: t('access:cut.approver'), kind: 'select' as const, options: approvers, help: t('access:cut.approver_help') }] : []),
    { name: 'plate', label: t('access:cut.confirm', { plate }), required: true, placeholder: plate },
  ];
}

/** What the page itself can say no to; the server has the last word. */
function useRefusals(plate: string): { inWords: (error: unknown) => Problem; refuse: (preview: Preview, typed: string) => void } {
  const { t } = useTranslation();
  const why = useWhy();
  const refuse = (preview: Preview, typed: string): void => {
    if (!samePlate(typed, plate)) throw new Problem(0, 'PLATE_DIFFERS', t('access:cut.differs', { plate }), undefined, [{ field: 'plate', code: 'PLATE_DIFFERS', detail: t('access:cut.differs', { plate }) }]);
    const [first, ...more] = against(preview);
    if (first) throw new Problem(409, first.code, [first, ...more].map(why).join(' '));
  };
  return { inWords: useInWords(), refuse };
}
