import { FuelEntryRecorded } from '@fleet/contracts';
import type { Tx } from '@fleet/platform/database';
import { emit } from '@fleet/platform/outbox';
import type { FillUp } from './fill-up.entity';

/** Tells what the fill-up is now; `revision` orders what is told of one. */
export async function announce(tx: Tx, row: FillUp, vehicle: { id: string; vehicle_no: number }): Promise<void> {
  const number = (value: string | number | null): number | null => (value === null ? null : Number(value));
  await emit(tx, FuelEntryRecorded, {
    fill_up_id: row.id,
    revision: row.version,
    vehicle_id: vehicle.id,
    vehicle_no: vehicle.vehicle_no,
    counts: row.state === 'recorded',
    driver_id: row.driver_id,
    fuel_date: row.fuel_date.toISOString(),
    fuel_type: row.fuel_type,
    odometer_reading: number(row.odometer_km),
    fuel_quantity: number(row.fuel_l ?? row.energy_kwh) ?? 0,
    fuel_quantity_unit: row.energy_kwh === null ? 'l' : 'kwh',
    total_cost_minor: number(row.total_cost_minor),
    currency: row.currency,
    distance_since_last: number(row.distance_since_last),
    efficiency: number(row.efficiency),
  });
}
