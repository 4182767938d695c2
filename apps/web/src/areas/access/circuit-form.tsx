import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, type Schemas } from '../../api/client';
import { useFormat } from '../../app/me';
import type { Field, Values } from '../../kit/form/fields';
import { Form } from '../../kit/form/form';
import { useOptions } from '../../kit/options';
import { done } from '../../kit/toast';
import { dayOf } from '../../kit/zoned';
import { circuitKey, circuitKinds, circuitsPath, methods, useInWords, type Circuit, type Method } from './words';

type Body = Schemas['InstallCircuitBody'];
type Route = Schemas['RouteBody'];

/** A form is flat: each way has its own fields, and a circuit has several ways. */
function valuesOf(circuit: Circuit | null, today: string): Values {
  if (!circuit) return { kind: 'starter', enabled: false, output_no: 1, installed_on: today, methods: ['ips_text'], dialect: 'umka' };
  const route = (method: Method): Partial<Route> => circuit.routes.find((one) => one.method === method) ?? {};
  const { dialect, cut_text, release_text } = route('ips_text');
  return {
    kind: circuit.kind,
    enabled: circuit.enabled,
    output_no: circuit.output_no,
    installed_by: circuit.installed_by,
    installed_on: circuit.installed_on,
    notes: circuit.notes,
    methods: circuit.routes.map((one) => one.method),
    dialect: dialect ?? 'umka',
    cut_text: cut_text ?? null,
    release_text: release_text ?? null,
    unit_id: route('vialon_relay').unit_id ?? null,
    imei: route('tracksolid').imei ?? null,
  };
}

function routesOf(values: Values): Route[] {
  const text = (name: string): string => String(values[name] ?? '');
  return (values['methods'] as Method[]).map((method): Route => {
    if (method === 'vialon_relay') return { method, ...(values['unit_id'] === null ? {} : { unit_id: Number(values['unit_id']) }) };
    if (method === 'tracksolid') return { method, ...(values['imei'] ? { imei: text('imei') } : {}) };
    if (method !== 'ips_text') return { method };
    const own = values['dialect'] === 'custom' ? { ...(values['cut_text'] ? { cut_text: text('cut_text') } : {}), ...(values['release_text'] ? { release_text: text('release_text') } : {}) } : {};
    return { method, dialect: values['dialect'] as NonNullable<Route['dialect']>, ...own };
  });
}

export function bodyOf(values: Values): Body {
  return {
    kind: values['kind'] as Body['kind'],
    enabled: values['enabled'] === true,
    output_no: Number(values['output_no']),
    routes: routesOf(values),
    installed_by: String(values['installed_by']),
    installed_on: String(values['installed_on']),
    notes: values['notes'] ? String(values['notes']) : null,
  };
}

function useFields(values: Values): Field[] {
  const { t } = useTranslation();
  const chosen = values['methods'] as string[];
  const kinds = useOptions('access:circuit_kind', circuitKinds);
  const ways = useOptions('access:method', methods);
  const dialects = useOptions('access:dialect', ['umka', 'vega', 'custom']);
  const custom = chosen.includes('ips_text') && values['dialect'] === 'custom';
  return [
    { name: 'kind', label: t('access:circuit.kind'), kind: 'select', options: kinds, required: true, help: t('access:circuit.kind_help') },
    { name: 'output_no', label: t('access:circuit.output'), kind: 'number', min: 1, max: 4, required: true },
    { name: 'installed_by', label: t('access:circuit.installed_by'), required: true },
    { name: 'installed_on', label: t('access:circuit.installed_on'), kind: 'date', required: true },
    { name: 'methods', label: t('access:circuit.ways'), kind: 'multi', options: ways, required: true, wide: true },
    ...(chosen.includes('ips_text') ? [{ name: 'dialect', label: t('access:circuit.dialect'), kind: 'select' as const, options: dialects, required: true, wide: true }] : []),
    ...(custom ? [{ name: 'cut_text', label: t('access:circuit.cut_text'), required: true }, { name: 'release_text', label: t('access:circuit.release_text'), required: true }] : []),
    ...(chosen.includes('vialon_relay') ? [{ name: 'unit_id', label: t('access:circuit.unit_id'), kind: 'number' as const, min: 1, required: true, wide: true }] : []),
    ...(chosen.includes('tracksolid') ? [{ name: 'imei', label: t('access:circuit.imei'), required: true, wide: true }] : []),
    { name: 'notes', label: t('vehicles:field.notes'), kind: 'textarea', wide: true },
    { name: 'enabled', label: t('access:circuit.enabled'), kind: 'flag', help: t('access:circuit.enabled_help'), wide: true },
  ];
}

export function useCircuitChanged(): (vehicleId: string) => Promise<void> {
  const queries = useQueryClient();
  return async (vehicleId) => {
    await Promise.all([[circuitsPath], circuitKey(vehicleId), ['access', 'preview']].map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}

/** Records what a workshop has wired, or changes it. Without a vehicle, it asks for one. */
export function CircuitForm({ vehicleId, circuit, close }: { vehicleId?: string; circuit: Circuit | null; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const [values, setValues] = useState<Values>(() => valuesOf(circuit, dayOf(Date.now(), zone)));
  const fields = useFields(values);
  const changed = useCircuitChanged();
  const inWords = useInWords();
  return (
    <Form
      columns={2}
      fields={vehicleId ? fields : [{ name: 'vehicle_id', label: t('drivers:vehicle'), kind: 'vehicle', required: true, wide: true }, ...fields]}
      initial={values}
      onValues={setValues}
      submitLabel={t('kit:form.save')}
      onCancel={close}
      onSubmit={async (typed) => {
        const of = vehicleId ?? String(typed['vehicle_id']);
        // Zero says that none is expected to be there yet.
        const request = { params: { path: { vehicle_id: of }, header: ifMatch(circuit?.version ?? 0) }, body: bodyOf(typed) };
        await api.PUT('/api/v1/access/{vehicle_id}/circuit', request).catch((error: unknown) => {
          throw inWords(error);
        });
        done(t('kit:saved'));
        close();
        await changed(of);
      }}
    />
  );
}
