import type { Column } from '@fleet/platform/tables';
import type { FillUp } from '../fill_ups/fill-up.entity';

const number = (value: string | number | null): number | null => (value === null ? null : Number(value));

/** What an export writes. Read in again it changes nothing: each row is known by its id. */
export const exportColumns: Column<FillUp & { plate: string }>[] = [
  { name: 'id', value: (f) => f.id },
  { name: 'plate', value: (f) => f.plate },
  { name: 'fuel_date', value: (f) => f.fuel_date },
  { name: 'odometer_reading', value: (f) => number(f.odometer_reading) },
  { name: 'trip_distance', value: (f) => number(f.trip_distance) },
  { name: 'distance_unit', value: (f) => f.distance_unit },
  { name: 'fuel_type', value: (f) => f.fuel_type },
  { name: 'fuel_grade', value: (f) => f.fuel_grade },
  { name: 'fuel_quantity', value: (f) => number(f.fuel_quantity) },
  { name: 'unit_of_measure', value: (f) => f.unit_of_measure },
  { name: 'cost_per_unit', value: (f) => number(f.cost_per_unit) },
  { name: 'total_cost_minor', value: (f) => number(f.total_cost_minor) },
  { name: 'currency', value: (f) => f.currency },
  { name: 'is_full_tank', value: (f) => f.is_full_tank },
  { name: 'missed_previous', value: (f) => f.missed_previous },
  { name: 'fuel_station', value: (f) => f.fuel_station },
  { name: 'payment_method', value: (f) => f.payment_method },
  { name: 'receipt_reference', value: (f) => f.receipt_reference },
  { name: 'filled_by', value: (f) => f.filled_by },
  { name: 'notes', value: (f) => f.notes },
  { name: 'fuel_l', value: (f) => number(f.fuel_l) },
  { name: 'energy_kwh', value: (f) => number(f.energy_kwh) },
  { name: 'distance_since_last', value: (f) => number(f.distance_since_last) },
  { name: 'efficiency', value: (f) => number(f.efficiency) },
  { name: 'state', value: (f) => f.state },
  { name: 'driver_id', value: (f) => f.driver_id },
];
