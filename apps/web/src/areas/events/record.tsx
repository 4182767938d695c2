import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { useFormat } from '../../app/me';
import type { Field, Value, Values } from '../../kit/form/fields';
import { Form } from '../../kit/form/form';
import { useOptions } from '../../kit/options';
import { done } from '../../kit/toast';
import { localOf, momentOf } from '../../kit/zoned';
import { kindsByHand, minorOf, severities, useEventsChanged, useKindOptions, type TypeByHand } from './words';

const typesByHand = Object.keys(kindsByHand) as TypeByHand[];
const typeOf = (value: Value | undefined): TypeByHand => typesByHand.find((type) => type === value) ?? 'incident';

/** What each type asks beside the common part; names are those of `details`. */
function useDetailFields(type: TypeByHand): Field[] {
  const { t } = useTranslation();
  const label = (name: string): string => t(`events:detail.${name}`);
  const witnesses = useOptions('events:witness', ['staff', 'passenger', 'public', 'camera']);
  const place: Field = { name: 'place', label: label('place') };
  const fields: Record<TypeByHand, Field[]> = {
    incident: [
      place,
      { name: 'injured', label: label('injured'), kind: 'number', min: 0 },
      { name: 'police_report', label: label('police_report') },
      { name: 'other_party', label: label('other_party'), kind: 'flag' },
      { name: 'drivable', label: label('drivable'), kind: 'flag' },
    ],
    violation: [place, { name: 'witness', label: label('witness'), kind: 'select', options: witnesses }],
    fine: [
      place,
      { name: 'offence_code', label: label('offence_code') },
      { name: 'due_on', label: label('due_on'), kind: 'date' },
      { name: 'points', label: label('points'), kind: 'number', min: 0, max: 100 },
    ],
    repair: [
      { name: 'workshop', label: label('workshop') },
      { name: 'odometer_km', label: label('odometer_km'), kind: 'number', min: 0, places: 1, unit: 'km' },
      { name: 'cost', label: label('cost'), kind: 'number', min: 0, places: 2 },
      { name: 'parts', label: label('parts'), kind: 'tags', wide: true },
    ],
    system: [],
  };
  return fields[type];
}

/** Writes down what people saw. Who drove is asked by the log itself, from the shifts. */
export function RecordEvent({ close, vehicleId, type: given }: { close: () => void; vehicleId?: string; type?: TypeByHand }): ReactNode {
  const { t } = useTranslation();
  const { timeZone: zone, currency } = useFormat().habits;
  const navigate = useNavigate();
  const changed = useEventsChanged();
  const [initial] = useState<Values>(() => ({ type: given ?? 'incident', at: localOf(Date.now() - 60_000, zone), vehicle_id: vehicleId ?? null, currency }));
  const [values, setValues] = useState(initial);
  const type = typeOf(values['type']);
  const kinds = useKindOptions(type).filter(({ value }) => (kindsByHand[type] as readonly string[]).includes(value));
  const details = useDetailFields(type);
  const fine: Field[] = [
    { name: 'amount', label: t('events:amount'), kind: 'number', min: 0, places: 2, required: true },
    { name: 'currency', label: t('events:currency'), required: true },
    { name: 'reference', label: t('events:reference'), help: t('events:reference_help') },
    { name: 'issuer', label: t('events:issuer') },
  ];
  const fields: Field[] = [
    { name: 'type', label: t('events:type_label'), kind: 'select', options: useOptions('events:type', typesByHand), required: true },
    { name: 'kind', label: t('events:kind_label'), kind: 'select', options: kinds, required: true },
    { name: 'vehicle_id', label: t('drivers:vehicle'), kind: 'vehicle', help: t('events:record.vehicle_help') },
    { name: 'at', label: t('kit:when'), kind: 'datetime', required: true, help: t('vehicles:odometer.at_help', { zone }) },
    ...(type === 'fine' ? fine : [{ name: 'severity', label: t('events:severity_label'), kind: 'select' as const, options: useOptionsOfSeverity() }]),
    ...details,
    { name: 'title', label: t('events:title'), wide: true },
    { name: 'text', label: t('events:text'), kind: 'textarea', wide: true },
  ];
  return (
    <Form
      columns={2}
      fields={fields}
      initial={initial}
      submitLabel={t('events:record.submit')}
      onCancel={close}
      onValues={setValues}
      onSubmit={async (said, key) => {
        const body = bodyOf(said, type, details, zone, currency);
        const event = await take(api.POST('/api/v1/event_log/events', { body, headers: { 'Idempotency-Key': key } }));
        await changed();
        done(t(event.state === 'review' ? 'events:record.review' : 'events:record.done'));
        close();
        void navigate({ to: `/events/${event.id}` });
      }}
    />
  );
}

function useOptionsOfSeverity(): { value: string; label: string }[] {
  return useOptions('events:severity', severities);
}

/** The common part, and of the details only what this type has. */
function bodyOf(said: Values, type: TypeByHand, details: readonly Field[], zone: string, currency: string): Schemas['ReportEventBody'] {
  const given = (names: readonly string[]): Values => Object.fromEntries(names.flatMap((name) => (said[name] === null || said[name] === undefined || said[name] === '' ? [] : [[name, said[name]]])));
  const { cost, ...rest } = given(details.map((field) => field.name));
  const common = given(['kind', 'vehicle_id', 'severity', 'title', 'text', ...(type === 'fine' ? ['currency', 'reference', 'issuer'] : [])]);
  if (type === 'fine') delete common['severity'];
  return {
    ...common,
    type,
    at: momentOf(String(said['at']), zone),
    ...(type === 'fine' ? { amount_minor: minorOf(Number(said['amount']), String(said['currency'])) } : {}),
    details: { ...rest, ...(typeof cost === 'number' ? { cost_minor: minorOf(cost, currency), currency } : {}) },
  } as unknown as Schemas['ReportEventBody'];
}
