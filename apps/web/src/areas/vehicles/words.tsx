import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { StatusBadge, type Tone } from '../../kit/badge';
import type { Field } from '../../kit/form/fields';
import { useOptions, useParks } from '../../kit/options';

export type Vehicle = Schemas['VehicleView'];
export const statuses = ['onboarding', 'active', 'in_repair', 'idle', 'retired'] as const;
export const kinds = ['car', 'van', 'truck', 'bus', 'motorcycle', 'trailer', 'machine'] as const;
export const fuels = ['gasoline', 'diesel', 'electric', 'hybrid', 'lpg', 'cng'] as const;
export const paperKinds = ['registration', 'insurance', 'inspection', 'permit', 'lease', 'other'] as const;

const tones: Record<Vehicle['status'], Tone> = { onboarding: 'busy', active: 'good', in_repair: 'warn', idle: 'calm', retired: 'off' };

export function VehicleStatus({ status }: { status: Vehicle['status'] }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={tones[status]}>{t(`vehicles:status.${status}`)}</StatusBadge>;
}

export const vehicleKey = (id: string): string[] => ['vehicle', id];
export const modelOf = (vehicle: Pick<Vehicle, 'make' | 'model' | 'year'>): string => [vehicle.make, vehicle.model, vehicle.year].filter(Boolean).join(' ') || '–';

/** What people write down about a vehicle; the same for a new one and for one that is there. */
export function useVehicleFields(): Field[] {
  const { t } = useTranslation();
  const parks = useParks();
  const kindOptions = useOptions('vehicles:kind', kinds);
  const fuelOptions = useOptions('vehicles:fuel', fuels);
  const label = (name: string): string => t(`vehicles:field.${name}`);
  return [
    { name: 'plate', label: label('plate'), required: true },
    { name: 'vin', label: label('vin'), help: t('vehicles:field.vin_help') },
    { name: 'name', label: label('name') },
    { name: 'kind', label: label('kind'), kind: 'select', options: kindOptions },
    { name: 'make', label: label('make') },
    { name: 'model', label: label('model') },
    { name: 'year', label: label('year'), kind: 'number', min: 1900 },
    { name: 'color', label: label('color') },
    { name: 'fuel_type', label: label('fuel_type'), kind: 'select', options: fuelOptions },
    { name: 'tank_capacity_l', label: label('tank_capacity_l'), kind: 'number', places: 1, min: 0, unit: 'l' },
    { name: 'battery_capacity_kwh', label: label('battery_capacity_kwh'), kind: 'number', places: 1, min: 0, unit: 'kWh' },
    { name: 'park_id', label: label('park'), kind: 'select', options: parks.options },
    { name: 'cost_centre', label: label('cost_centre') },
    { name: 'assigned_city', label: label('assigned_city') },
    { name: 'tags', label: label('tags'), kind: 'tags' },
    { name: 'notes', label: label('notes'), kind: 'textarea', wide: true },
  ];
}
