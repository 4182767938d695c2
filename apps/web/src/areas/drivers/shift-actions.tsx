import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch } from '../../api/client';
import { useFormat, useMay } from '../../app/me';
import { ask } from '../../kit/dialogs';
import type { Field } from '../../kit/form/fields';
import { done } from '../../kit/toast';
import { localOf, momentOf } from '../../kit/zoned';
import type { Shift } from './words';

/** What may be done with a shift; `all` with what is seldom needed: another plan, corrected times. */
export function ShiftActions({ shift, all }: { shift: Shift; all?: boolean }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const acts = useShiftActs(shift);
  const size = all ? 'xs' : 'compact-xs';
  if (!may('driver_module.shift.write') || shift.state === 'cancelled') return null;
  const running = shift.state === 'open';
  return (
    <Group gap={4} wrap={all ? 'wrap' : 'nowrap'}>
      {shift.state !== 'closed' && (
        <Button size={size} variant="light" onClick={() => acts.handOver(running ? 'check_out' : 'check_in')}>
          {t(running ? 'drivers:shifts.check_out' : 'drivers:shifts.check_in')}
        </Button>
      )}
      {all && shift.state === 'planned' && (
        <Button size={size} variant="default" onClick={acts.replan}>
          {t('drivers:shifts.replan')}
        </Button>
      )}
      {all && shift.state !== 'planned' && (
        <>
          <Button size={size} variant="default" onClick={acts.correct}>
            {t('drivers:shifts.correct')}
          </Button>
          <Button size={size} variant="subtle" color="red" onClick={() => acts.end('void')}>
            {t('drivers:shifts.void')}
          </Button>
        </>
      )}
      {shift.state === 'planned' && (
        <Button size={size} variant="subtle" color="red" onClick={() => acts.end('cancel')}>
          {t('drivers:shifts.cancel')}
        </Button>
      )}
    </Group>
  );
}

interface Acts {
  handOver: (way: 'check_in' | 'check_out') => void;
  replan: () => void;
  correct: () => void;
  end: (way: 'cancel' | 'void') => void;
}

function useShiftFields(): { override: Field[]; reason: Field; from: Field; to: Field } {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const mayOverride = useMay()('driver_module.shift.override');
  return {
    override: mayOverride ? [{ name: 'override_reason', label: t('drivers:shifts.override'), kind: 'textarea', help: t('drivers:shifts.override_help') }] : [],
    reason: { name: 'reason', label: t('vehicles:reason'), kind: 'textarea', required: true },
    from: { name: 'from', label: t('drivers:shifts.from'), kind: 'datetime', required: true, help: t('vehicles:odometer.at_help', { zone }) },
    to: { name: 'to', label: t('drivers:shifts.to'), kind: 'datetime', required: true },
  };
}

function useShiftActs(shift: Shift): Acts {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const queries = useQueryClient();
  const path = { shift_id: shift.id };
  const finished = async (): Promise<void> => {
    done(t('kit:saved'));
    await queries.invalidateQueries({ queryKey: ['/api/v1/driver_module/shifts'] });
  };
  const moment = (value: unknown): string => momentOf(String(value), zone);
  const local = (at: string | null): string | null => (at ? localOf(at, zone) : null);
  const { override, reason, from, to } = useShiftFields();
  return {
    handOver: (way) =>
      ask({
        title: t(`drivers:shifts.${way}`),
        fields: [
          { name: 'at', label: t('kit:when'), kind: 'datetime', help: t('vehicles:odometer.at_help', { zone }) },
          { name: 'odometer_km', label: t('vehicles:field.odometer'), kind: 'number', unit: 'km', min: 0, places: 1 },
          { name: 'fuel_level_pct', label: t('drivers:shifts.fuel_level'), kind: 'number', unit: '%', min: 0, max: 100 },
          { name: 'damage_notes', label: t('drivers:shifts.damage'), kind: 'textarea' },
          ...(way === 'check_in' ? override : []),
        ],
        submitLabel: t(`drivers:shifts.${way}`),
        act: async ({ at, ...values }) => {
          const body = { ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)), ...(at ? { at: moment(at) } : {}) };
          await (way === 'check_in' ? api.POST('/api/v1/driver_module/shifts/{shift_id}/check_in', { params: { path }, body }) : api.POST('/api/v1/driver_module/shifts/{shift_id}/check_out', { params: { path }, body }));
          await finished();
        },
      }),
    replan: () =>
      ask({
        title: t('drivers:shifts.replan'),
        fields: [{ name: 'vehicle_id', label: t('drivers:vehicle'), kind: 'vehicle', required: true }, from, to, ...override],
        initial: { vehicle_id: shift.vehicle_id, from: local(shift.planned_from), to: local(shift.planned_to) },
        submitLabel: t('kit:form.save'),
        act: async ({ vehicle_id, override_reason, ...span }) => {
          const body = { vehicle_id: String(vehicle_id), from: moment(span['from']), to: moment(span['to']), ...(override_reason ? { override_reason: String(override_reason) } : {}) };
          await api.PATCH('/api/v1/driver_module/shifts/{shift_id}', { params: { path, header: ifMatch(shift.version) }, body });
          await finished();
        },
      }),
    correct: () =>
      ask({
        title: t('drivers:shifts.correct'),
        body: t('drivers:shifts.correct_body'),
        fields: [from, ...(shift.to ? [to] : []), reason],
        initial: { from: local(shift.from), to: local(shift.to) },
        submitLabel: t('drivers:shifts.correct'),
        act: async (values) => {
          const body = { reason: String(values['reason']), from: moment(values['from']), ...(shift.to && values['to'] ? { to: moment(values['to']) } : {}) };
          await api.POST('/api/v1/driver_module/shifts/{shift_id}/correct', { params: { path }, body });
          await finished();
        },
      }),
    end: (way) =>
      ask({
        title: t(`drivers:shifts.${way}`),
        fields: [reason],
        submitLabel: t(`drivers:shifts.${way}`),
        danger: true,
        act: async (values) => {
          const request = { params: { path }, body: { reason: String(values['reason']) } };
          await (way === 'cancel' ? api.POST('/api/v1/driver_module/shifts/{shift_id}/cancel', request) : api.POST('/api/v1/driver_module/shifts/{shift_id}/void', request));
          await finished();
        },
      }),
  };
}
