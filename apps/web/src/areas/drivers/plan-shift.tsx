import { Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useFormat, useMe } from '../../app/me';
import type { Field, Values } from '../../kit/form/fields';
import { Form } from '../../kit/form/form';
import { useOptions } from '../../kit/options';
import { done } from '../../kit/toast';
import { localOf, momentOf } from '../../kit/zoned';
import type { Span } from './board';
import { shiftKinds } from './words';
import { Notice } from '../../kit/notice';

/** Plans a shift and says before sending what stands against it: papers, rest, another shift. */
export function PlanShift({ close, driverId, vehicleId, span }: { close: () => void; driverId?: string; vehicleId?: string; span?: Span }): ReactNode {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const admin = useMe().role === 'admin';
  const queries = useQueryClient();
  const kinds = useOptions('drivers:shifts.kind', shiftKinds);
  const [initial] = useState<Values>(() => {
    const hour = Math.ceil(Date.now() / 3_600_000) * 3_600_000;
    return { kind: 'shift', driver_id: driverId ?? null, vehicle_id: vehicleId ?? null, from: localOf(span?.from ?? hour, zone), to: localOf(span?.to ?? hour + 8 * 3_600_000, zone) };
  });
  const [values, setValues] = useState(initial);
  const [asked] = useDebouncedValue(values, 300);
  const moment = (value: unknown): string => momentOf(String(value), zone);
  const complete = Boolean(asked['driver_id'] && asked['vehicle_id'] && asked['from'] && asked['to']);
  const { data: preview } = useQuery({
    queryKey: ['assignment', asked],
    queryFn: () =>
      take(
        api.GET('/api/v1/driver_module/assignments/preview', {
          params: { query: { driver_id: String(asked['driver_id']), vehicle_id: String(asked['vehicle_id']), kind: asked['kind'] as 'shift', from: moment(asked['from']), to: moment(asked['to']) } },
        }),
      ),
    enabled: complete,
    retry: false,
  });
  const overridable = admin && preview && !preview.allowed && preview.faults.every((fault) => fault.overridable);
  const fields: Field[] = [
    { name: 'driver_id', label: t('drivers:driver'), kind: 'driver', required: true },
    { name: 'vehicle_id', label: t('drivers:vehicle'), kind: 'vehicle', required: true },
    { name: 'from', label: t('drivers:shifts.from'), kind: 'datetime', required: true, help: t('vehicles:odometer.at_help', { zone }) },
    { name: 'to', label: t('drivers:shifts.to'), kind: 'datetime', required: true },
    { name: 'kind', label: t('drivers:shifts.kind_label'), kind: 'select', options: kinds, required: true },
    ...(overridable ? [{ name: 'override_reason', label: t('drivers:shifts.override'), kind: 'textarea' as const, wide: true, help: t('drivers:shifts.override_help') }] : []),
  ];
  return (
    <Form
      columns={2}
      fields={fields}
      initial={initial}
      submitLabel={t('drivers:shifts.plan')}
      onCancel={close}
      onValues={setValues}
      onSubmit={async ({ driver_id, vehicle_id, kind, from, to, override_reason }, key) => {
        const body = { driver_id: String(driver_id), vehicle_id: String(vehicle_id), kind: kind as 'shift', from: moment(from), to: moment(to), ...(override_reason ? { override_reason: String(override_reason) } : {}) };
        await api.POST('/api/v1/driver_module/shifts', { body, headers: { 'Idempotency-Key': key } });
        done(t('drivers:shifts.planned'));
        close();
        await queries.invalidateQueries({ queryKey: ['/api/v1/driver_module/shifts'] });
      }}
    >
      {complete && preview && (
        <Notice tone={preview.allowed ? 'good' : 'warn'} role="status">
          <Text size="sm">{t(preview.allowed ? 'drivers:shifts.fine' : 'drivers:shifts.against')}</Text>
          {preview.faults.map((fault) => (
            <Text key={fault.code} size="sm">
              {fault.detail}
            </Text>
          ))}
        </Notice>
      )}
    </Form>
  );
}
