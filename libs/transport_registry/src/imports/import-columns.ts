import type { Column } from '@fleet/platform/tables';
import type { Vehicle } from '../vehicles/vehicle.entity';

/** Columns an import understands, with the names other systems and people give them. */
export const importColumns = {
  plate: ['number_plate', 'license_plate', 'licence_plate', 'registration', 'reg_no', 'vehicle_number'],
  vin: ['chassis', 'chassis_no', 'chassis_number'],
  name: ['vehicle_name'],
  kind: ['vehicle_type', 'type'],
  make: ['manufacturer', 'brand'],
  model: [],
  year: ['model_year', 'year_of_manufacture'],
  color: ['colour'],
  fuel_type: ['fuel'],
  tank_capacity_l: ['tank_capacity', 'tank'],
  battery_capacity_kwh: ['battery'],
  odometer_unit: [],
  distance_unit: [],
  fuel_unit: [],
  park: ['depot', 'garage'],
  cost_centre: ['cost_center'],
  assigned_city: ['city'],
  department: [],
  tags: ['labels'],
  notes: ['note', 'comment', 'comments'],
  status: ['state'],
  odometer_km: ['odometer', 'mileage', 'mileage_km'],
} as const satisfies Record<string, readonly string[]>;

export type ImportColumn = keyof typeof importColumns;

export function columnOf(header: string): ImportColumn | undefined {
  return (Object.keys(importColumns) as ImportColumn[]).find((name) => name === header || (importColumns[name] as readonly string[]).includes(header));
}

/** What an export writes; importing it again changes nothing. */
export function exportColumns(parkNames: Map<string, string>): Column<Vehicle>[] {
  const number = (value: string | number | null): number | null => (value === null ? null : Number(value));
  const texts = ['plate', 'vin', 'name', 'kind', 'make', 'model', 'year', 'color', 'fuel_type'] as const;
  const more = ['odometer_unit', 'distance_unit', 'fuel_unit', 'cost_centre', 'assigned_city', 'department', 'notes', 'status'] as const;
  return [
    ...texts.map((name) => ({ name, value: (v: Vehicle) => v[name] })),
    { name: 'tank_capacity_l', value: (v) => number(v.tank_capacity_l) },
    { name: 'battery_capacity_kwh', value: (v) => number(v.battery_capacity_kwh) },
    { name: 'park', value: (v) => (v.park_id ? (parkNames.get(v.park_id) ?? '') : '') },
    { name: 'tags', value: (v) => v.tags.join('; ') },
    ...more.map((name) => ({ name, value: (v: Vehicle) => v[name] })),
    { name: 'odometer_km', value: (v) => number(v.odometer_km) },
    { name: 'odometer_at', value: (v) => v.odometer_at },
    { name: 'id', value: (v) => v.id },
  ];
}
