import { Anchor, Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { May, useFormat } from '../../app/me';
import { openDialog } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { useOptions } from '../../kit/options';
import { PlanShift } from './plan-shift';
import { ShiftActions } from './shift-actions';
import { DriverLink, shiftKinds, ShiftState, shiftStates } from './words';

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
