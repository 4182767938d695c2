import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { StatusBadge, type Tone } from '../../kit/badge';
import type { Field } from '../../kit/form/fields';
import { useParks } from '../../kit/options';

export type Driver = Schemas['DriverView'];
export type Shift = Schemas['ShiftView'];
export const driverStatuses = ['applicant', 'active', 'suspended', 'left'] as const;
export const shiftStates = ['planned', 'open', 'closed', 'cancelled'] as const;
export const shiftKinds = ['shift', 'rental'] as const;
export const driverPaperKinds = ['licence', 'insurance', 'medical', 'id', 'permit', 'other'] as const;

const tones: Record<(typeof driverStatuses)[number], Tone> = { applicant: 'busy', active: 'good', suspended: 'warn', left: 'off' };
const shiftTones: Record<(typeof shiftStates)[number], Tone> = { planned: 'calm', open: 'busy', closed: 'good', cancelled: 'off' };

export function DriverStatus({ driver }: { driver: Pick<Driver, 'status' | 'blacklisted_at' | 'erased_at'> }): ReactNode {
  const { t } = useTranslation();
  if (driver.erased_at) return <StatusBadge tone="off">{t('drivers:erased')}</StatusBadge>;
  if (driver.blacklisted_at) return <StatusBadge tone="bad">{t('drivers:blacklisted')}</StatusBadge>;
  return <StatusBadge tone={tones[driver.status]}>{t(`drivers:status.${driver.status}`)}</StatusBadge>;
}

export function ShiftState({ state }: { state: (typeof shiftStates)[number] }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={shiftTones[state]}>{t(`drivers:shifts.state.${state}`)}</StatusBadge>;
}

export const driverKey = (id: string): string[] => ['driver', id];
export const readDriver = (id: string): Promise<Driver> => take(api.GET('/api/v1/driver_module/drivers/{driver_id}', { params: { path: { driver_id: id } } }));

/** A shift names its driver by number; people know drivers by name. */
export function DriverLink({ id, number }: { id: string; number: number }): ReactNode {
  const { data } = useQuery({ queryKey: driverKey(id), queryFn: () => readDriver(id), staleTime: 300_000 });
  return (
    <Anchor component={Link} to={`/drivers/${id}`} size="sm">
      {data?.name ?? `№ ${number}`}
    </Anchor>
  );
}

export function useDriverFields(): Field[] {
  const { t } = useTranslation();
  const parks = useParks();
  const label = (name: string): string => t(`drivers:field.${name}`);
  return [
    { name: 'name', label: label('name'), required: true },
    { name: 'phone', label: label('phone'), placeholder: '+254700000000' },
    { name: 'email', label: label('email'), kind: 'email' },
    { name: 'birth_date', label: label('birth_date'), kind: 'date' },
    { name: 'address', label: label('address') },
    { name: 'hired_on', label: label('hired_on'), kind: 'date' },
    { name: 'park_id', label: label('park'), kind: 'select', options: parks.options },
    { name: 'tags', label: label('tags'), kind: 'tags' },
    { name: 'notes', label: label('notes'), kind: 'textarea', wide: true },
  ];
}
