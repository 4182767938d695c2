import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useFormat } from '../../app/me';
import { Facts } from '../../kit/detail';
import { Notice } from '../../kit/notice';
import { Trouble, Waiting } from '../../kit/states';
import { ShiftActions } from './shift-actions';
import { DriverLink, ShiftState } from './words';

/** One shift with what may be done with it now. */
export function ShiftCard({ shiftId, close }: { shiftId: string; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: shift, error, refetch } = useQuery({ queryKey: ['/api/v1/driver_module/shifts', 'one', shiftId], queryFn: () => take(api.GET('/api/v1/driver_module/shifts/{shift_id}', { params: { path: { shift_id: shiftId } } })) });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!shift) return <Waiting />;
  const span = (from: string | null, to: string | null): string => (from ? `${format.dateTime(from)} – ${to ? format.dateTime(to) : '…'}` : '–');
  const fuel = (pct: unknown): string => (pct === null ? '…' : `${format.number(Number(pct))} %`);
  return (
    <Stack gap="sm">
      <Group gap="xs" onClick={(event) => (event.target as HTMLElement).closest('a') && close()}>
        <ShiftState state={shift.state} />
        <DriverLink id={shift.driver_id} number={shift.driver_no} />
        <Anchor component={Link} to={`/vehicles/${shift.vehicle_id}`} size="sm">
          {shift.plate ?? '–'}
        </Anchor>
      </Group>
      {shift.warnings.length > 0 && (
        <Notice tone="warn" title={t('drivers:shifts.warnings')}>
          {shift.warnings.map((warning) => (
            <Text key={warning.code} size="sm">
              {warning.detail}
            </Text>
          ))}
        </Notice>
      )}
      <Facts
        facts={[
          [t('drivers:shifts.planned_span'), span(shift.planned_from, shift.planned_to)],
          [t('drivers:shifts.real_span'), span(shift.from, shift.to)],
          [t('drivers:shifts.kind_label'), t(`drivers:shifts.kind.${shift.kind}`)],
          [t('vehicles:field.odometer'), shift.start_odometer_km === null ? null : `${format.distance(Number(shift.start_odometer_km))} – ${shift.end_odometer_km === null ? '…' : format.distance(Number(shift.end_odometer_km))}`],
          [t('drivers:shifts.fuel_level'), shift.start_fuel_pct === null && shift.end_fuel_pct === null ? null : `${fuel(shift.start_fuel_pct)} – ${fuel(shift.end_fuel_pct)}`],
          [t('drivers:shifts.damage'), [shift.start_damage_notes, shift.end_damage_notes].filter(Boolean).join(' · ') || null],
          [t('vehicles:reason'), shift.cancel_reason],
        ]}
      />
      <ShiftActions shift={shift} all />
    </Stack>
  );
}
