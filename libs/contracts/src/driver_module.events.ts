import { defineEvent } from '@fleet/platform/outbox';
import { z } from 'zod';

/** Ids and facts only: events outlive the people they speak of. */
const driver = { driver_id: z.uuid() };
const shift = { shift_id: z.uuid(), ...driver, vehicle_id: z.uuid(), vehicle_no: z.int() };
const span = z.object({ from_at: z.iso.datetime(), to_at: z.iso.datetime().nullable() });

export const DriverOnboarded = defineEvent('driver_module.driver_onboarded', 1, z.object({ ...driver, driver_no: z.int(), park_id: z.uuid().nullable(), status: z.string() }), {
  unheard: 'for finance_block, which opens books per driver',
});

export const DriverStatusChanged = defineEvent('driver_module.driver_status_changed', 1, z.object({ ...driver, from: z.string(), to: z.string(), blacklisted: z.boolean() }));

export const ShiftStarted = defineEvent('driver_module.shift_started', 1, z.object({ ...shift, kind: z.string(), from_at: z.iso.datetime(), odometer_km: z.number().nullable() }));

export const ShiftEnded = defineEvent('driver_module.shift_ended', 1, z.object({ ...shift, kind: z.string(), from_at: z.iso.datetime(), to_at: z.iso.datetime(), odometer_km: z.number().nullable() }));

/** Whoever attributed something inside `was` or `became` asks driver-at again. `became` is null when the shift never was. */
export const ShiftCorrected = defineEvent('driver_module.shift_corrected', 1, z.object({ ...shift, was: span, became: span.nullable() }));

export const DocumentExpiring = defineEvent(
  'driver_module.document_expiring',
  1,
  z.object({ ...driver, document_id: z.uuid(), kind: z.string(), state: z.enum(['expiring', 'expired']), expires_on: z.iso.date(), days_left: z.int() }),
);

/** Everything of `merged_id` belongs to `driver_id` from now on. */
export const DriverMerged = defineEvent('driver_module.driver_merged', 1, z.object({ ...driver, merged_id: z.uuid() }));

export const DriverErased = defineEvent('driver_module.driver_erased', 1, z.object({ ...driver, subject_ids: z.array(z.uuid()) }));
