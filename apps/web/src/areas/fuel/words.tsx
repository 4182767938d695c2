import { Anchor, SegmentedControl, Select } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useSyncExternalStore, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { useFormat, useMay } from '../../app/me';
import { StatusBadge, type Tone } from '../../kit/badge';
import { useParamsInUrl } from '../../kit/search-params';
import { DriverLink } from '../drivers/words';
import { vehicleKey, type Vehicle } from '../vehicles/words';
import { consumptionUnits, unitOf, type Consumption, type ConsumptionUnit } from './units';

export type FillUp = Schemas['FillUpView'];
export type Receipt = Schemas['ReceiptView'];
export type Question = Schemas['AnomalyView'];

export const fillUpPath = '/api/v1/fuel_log/fill_ups';
export const receiptPath = '/api/v1/fuel_log/receipts';
export const questionPath = '/api/v1/fuel_log/anomalies';
export const fuelTypes = ['gasoline', 'diesel', 'electric', 'lpg', 'cng'] as const;
export const fillUpStates = ['recorded', 'held', 'voided'] as const;
export const questionStates = ['open', 'explained', 'confirmed', 'dismissed'] as const;
export const questionKinds = ['too_close_together', 'price_outlier', 'odometer_jump', 'odometer_disagrees', 'more_than_tank', 'receipt_twice', 'tank_rise_differs', 'away_from_station', 'drain_suspected'] as const;

const tones: Record<FillUp['state'], Tone> = { recorded: 'good', held: 'warn', voided: 'off' };
const questionTones: Record<Question['state'], Tone> = { open: 'warn', explained: 'good', confirmed: 'bad', dismissed: 'off' };

export function FillUpState({ state }: { state: FillUp['state'] }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={tones[state]}>{t(`fuel:state.${state}`)}</StatusBadge>;
}

export function QuestionState({ state }: { state: Question['state'] }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={questionTones[state]}>{t(`fuel:questions.state.${state}`)}</StatusBadge>;
}

/** Everything of fuel is read again: a fill-up changes lists, figures, questions and receipts. */
export function useFuelChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith('/api/v1/fuel_log') });
}

export const readFillUp = (id: string): Promise<FillUp> => take(api.GET('/api/v1/fuel_log/fill_ups/{fill_up_id}', { params: { path: { fill_up_id: id } } }));
const readVehicle = (id: string): Promise<Vehicle> => take(api.GET('/api/v1/transport_registry/{vehicle_id}', { params: { path: { vehicle_id: id } } }));

export function useVehicle(id: string | null | undefined): Vehicle | undefined {
  return useQuery({ queryKey: vehicleKey(id ?? ''), queryFn: () => readVehicle(id ?? ''), enabled: Boolean(id), staleTime: 300_000 }).data;
}

export function VehicleLink({ id, plate }: { id: string | null; plate?: string | null }): ReactNode {
  const known = useVehicle(plate === undefined ? id : null);
  if (!id) return '–';
  return (
    <Anchor component={Link} to={`/vehicles/${id}`} size="sm">
      {plate ?? known?.plate ?? '–'}
    </Anchor>
  );
}

export function Who({ id }: { id: string | null }): ReactNode {
  const may = useMay();
  return id && may('driver_module.driver.read') ? <DriverLink id={id} number={0} /> : '–';
}

/** Which of a few states a page shows; it stands in the address. */
export function StateSwitch({ prefix, states }: { prefix: string; states: readonly string[] }): ReactNode {
  const { t } = useTranslation();
  const [params, setParams] = useParamsInUrl();
  return <SegmentedControl size="xs" aria-label={t('vehicles:field.status')} value={params['state'] ?? states[0] ?? ''} onChange={(state) => setParams({ state: state === states[0] ? undefined : state })} data={states.map((state) => ({ value: state, label: t(`${prefix}.${state}`) }))} />;
}

const unitKey = 'fleet.fuel.unit';
const unitListeners = new Set<() => void>();
const onUnit = (listener: () => void): (() => void) => {
  unitListeners.add(listener);
  return () => unitListeners.delete(listener);
};
function chooseUnit(unit: string): void {
  localStorage.setItem(unitKey, unit);
  for (const listener of unitListeners) listener();
}

/** How this person reads consumption: as the account does, unless chosen otherwise here. */
export function useConsumption(): { unit: ConsumptionUnit; choice: ReactNode; show: (of: Consumption) => string; read: (of: Consumption) => number | null; label: string } {
  const { t } = useTranslation();
  const format = useFormat();
  // A chart and a table of one page change together.
  const kept = useSyncExternalStore(onUnit, () => localStorage.getItem(unitKey));
  const unit: ConsumptionUnit = consumptionUnits.find((one) => one === kept) ?? unitOf(format.habits);
  const label = t(`fuel:unit.${unit}`);
  const parts = (of: Consumption): string[] => [...(of[unit] === null ? [] : [`${format.number(of[unit], 1)} ${label}`]), ...(of.kwh_per_100km === null ? [] : [`${format.number(of.kwh_per_100km, 1)} ${t('fuel:unit.kwh_per_100km')}`])];
  return {
    unit,
    label,
    read: (of) => of[unit],
    show: (of) => parts(of).join(' · ') || '–',
    choice: <Select size="xs" w={120} aria-label={t('fuel:unit.choose')} data={consumptionUnits.map((value) => ({ value, label: t(`fuel:unit.${value}`) }))} value={unit} onChange={(next) => next && chooseUnit(next)} allowDeselect={false} />,
  };
}

/** Quantity as it was entered: people compare it with the paper in their hand. */
export function useQuantity(): (of: Pick<FillUp, 'fuel_quantity' | 'unit_of_measure'>) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (of) => `${format.number(of.fuel_quantity, 2)} ${t(`fuel:quantity_unit.${of.unit_of_measure}`)}`;
}
