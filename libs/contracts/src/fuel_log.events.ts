import { defineEvent } from '@fleet/platform/outbox';
import { z } from 'zod';

const vehicle = { vehicle_id: z.uuid(), vehicle_no: z.int() };
const fillUp = { fill_up_id: z.uuid(), revision: z.int() };

/**
 * A fill-up was recorded, or corrected: same id, higher revision. When it was voided or waits for review again, `counts` is false and
 * whoever booked it takes it back. Readings and distances are kilometres, `efficiency` litres or kWh per 100 km since the fill-up before.
 */
export const FuelEntryRecorded = defineEvent(
  'fuel.entry_recorded',
  1,
  z.object({
    ...fillUp,
    ...vehicle,
    counts: z.boolean(),
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
