import { defineEvent } from '@fleet/platform/outbox';
import { z } from 'zod';

const vehicle = { vehicle_id: z.uuid(), vehicle_no: z.int() };
const fillUp = { fill_up_id: z.uuid(), revision: z.int() };

/**
 * A fill-up was recorded, corrected (same id, higher revision) or voided (`voided`). Whoever books it compares revisions;
 * `efficiency` is litres or kWh per 100 km since the fill-up before, and the distance in kilometres.
 */
export const FuelEntryRecorded = defineEvent(
  'fuel.entry_recorded',
  1,
  z.object({
    ...fillUp,
    ...vehicle,
    voided: z.boolean(),
    driver_id: z.uuid().nullable(),
    fuel_date: z.iso.datetime(),
    fuel_type: z.string(),
    odometer_reading: z.number().nullable(),
    fuel_quantity: z.number(),
    fuel_quantity_unit: z.enum(['l', 'kwh']),
    total_cost_minor: z.int().nullable(),
    currency: z.string().nullable(),
    distance_since_last: z.number().nullable(),
    efficiency: z.number().nullable(),
  }),
  { unheard: 'for finance_block, which books the cost, and for features' },
);

export const FuelTypeMismatchDetected = defineEvent('fuel.type_mismatch_detected', 1, z.object({ ...fillUp, ...vehicle, expected_fuel_type: z.string(), entered_fuel_type: z.string() }), {
  unheard: 'for event_log and personnel_tasks',
});

export const FuelQuantityAnomaly = defineEvent('fuel.quantity_anomaly', 1, z.object({ ...fillUp, ...vehicle, fuel_quantity: z.number(), tank_capacity: z.number(), unit: z.enum(['l', 'kwh']) }), {
  unheard: 'for event_log and personnel_tasks',
});
