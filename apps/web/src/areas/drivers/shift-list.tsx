import { Anchor, Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { May, useFormat, useMay } from '../../app/me';
import { ask, openDialog } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { useOptions } from '../../kit/options';
import { done } from '../../kit/toast';
import { PlanShift } from './plan-shift';
import { DriverLink, shiftKinds, ShiftState, shiftStates, type Shift } from './words';

export function ShiftList({ inner, driverId, vehicleId }: { inner?: boolean; driverId?: string; vehicleId?: string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const title = t('drivers:shifts.nav');
  return (
    <ListPage
      id="shifts"
      title={title}
      inner={inner ?? false}
      path="/api/v1/driver_module/shifts"
      fixed={{ ...(driverId ? { driver_id: driverId } : {}), ...(vehicleId ? { vehicle_id: vehicleId } : {}) }}
      filters={[
        { name: 'state', label: t('vehicles:field.status'), options: useOptions('drivers:shifts.state', shiftStates) },
        { name: 'kind', label: t('drivers:shifts.kind_label'), options: useOptions('drivers:shifts.kind', shiftKinds) },
      ]}
      empty={{ title: t('drivers:shifts.none') }}
      actions={
        <May permission="driver_module.shift.write">
          <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => openDialog(t('drivers:shifts.plan'), (close) => <PlanShift close={close} {...(driverId ? { driverId } : {})} />, 'lg')}>
            {t('drivers:shifts.plan')}
          </Button>
        </May>
      }
      columns={[
        { id: 'begin', header: t('drivers:shifts.from'), cell: (s) => format.dateTime(s.from ?? s.planned_from), sort: 'from' },
        { id: 'end', header: t('drivers:shifts.to'), cell: (s) => format.dateTime(s.to ?? s.planned_to) },
        { id: 'state', header: t('vehicles:field.status'), cell: (s) => <ShiftState state={s.state} /> },
        { id: 'driver', header: t('drivers:driver'), cell: (s) => <DriverLink id={s.driver_id} number={s.driver_no} />, ...(driverId ? { hidden: true } : {}) },
        { id: 'vehicle', header: t('drivers:vehicle'), cell: (s) => <Anchor component={Link} to={`/vehicles/${s.vehicle_id}`} size="sm">{s.plate ?? '–'}</Anchor> },
        { id: 'kind', header: t('drivers:shifts.kind_label'), cell: (s) => t(`drivers:shifts.kind.${s.kind}`) },
        { id: 'distance', header: t('drivers:shifts.distance'), cell: (s) => (s.end_odometer_km !== null && s.start_odometer_km !== null ? format.distance(s.end_odometer_km - s.start_odometer_km) : '–'), align: 'right' },
        { id: 'warnings', header: t('drivers:shifts.warnings'), cell: (s) => s.warnings.map((warning) => warning.detail).join(' ') || '–', hidden: true },
        { id: 'act', header: t('kit:list.actions'), cell: (s) => <ShiftActions shift={s} />, phone: 'skip' },
      ]}
    />
  );
}

function ShiftActions({ shift }: { shift: Shift }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const queries = useQueryClient();
  if (!may('driver_module.shift.write') || (shift.state !== 'planned' && shift.state !== 'open')) return null;
  const path = { shift_id: shift.id };
  const finished = async (): Promise<void> => {
    done(t('kit:saved'));
    await queries.invalidateQueries({ queryKey: ['/api/v1/driver_module/shifts'] });
  };
  const cancel = (): void =>
    ask({
      title: t('drivers:shifts.cancel'),
      fields: [{ name: 'reason', label: t('vehicles:reason'), kind: 'textarea', required: true }],
      submitLabel: t('drivers:shifts.cancel'),
      danger: true,
      act: async ({ reason }) => {
        await api.POST('/api/v1/driver_module/shifts/{shift_id}/cancel', { params: { path }, body: { reason: String(reason) } });
        await finished();
      },
    });
  const handOver = (way: 'check_in' | 'check_out'): void =>
    ask({
      title: t(`drivers:shifts.${way}`),
      fields: [
        { name: 'odometer_km', label: t('vehicles:field.odometer'), kind: 'number', unit: 'km', min: 0, places: 1 },
        { name: 'fuel_level_pct', label: t('drivers:shifts.fuel_level'), kind: 'number', unit: '%', min: 0, max: 100 },
        { name: 'damage_notes', label: t('drivers:shifts.damage'), kind: 'textarea' },
      ],
      submitLabel: t(`drivers:shifts.${way}`),
      act: async (values) => {
        const request = { params: { path }, body: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) };
        await (way === 'check_in' ? api.POST('/api/v1/driver_module/shifts/{shift_id}/check_in', request) : api.POST('/api/v1/driver_module/shifts/{shift_id}/check_out', request));
        await finished();
      },
    });
  return (
    <Group gap={4} wrap="nowrap">
      <Button size="compact-xs" variant="light" onClick={() => handOver(shift.state === 'open' ? 'check_out' : 'check_in')}>
        {t(shift.state === 'open' ? 'drivers:shifts.check_out' : 'drivers:shifts.check_in')}
      </Button>
      {shift.state === 'planned' && (
        <Button size="compact-xs" variant="subtle" color="red" onClick={cancel}>
          {t('drivers:shifts.cancel')}
        </Button>
      )}
    </Group>
  );
}
