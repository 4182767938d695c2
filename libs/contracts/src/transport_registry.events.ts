import { defineEvent } from '@fleet/platform/outbox';
import { z } from 'zod';

const vehicle = { vehicle_id: z.uuid(), vehicle_no: z.int() };

export const VehicleOnboarded = defineEvent('transport_registry.vehicle_onboarded', 1, z.object({ ...vehicle, plate: z.string(), fuel_type: z.string() }));

export const VehicleStatusChanged = defineEvent(
  'transport_registry.vehicle_status_changed',
  1,
  z.object({ ...vehicle, from: z.string(), to: z.string(), reason: z.string().nullable() }),
);

export const DeviceBound = defineEvent(
  'transport_registry.device_bound',
  1,
  z.object({ ...vehicle, device_id: z.string(), from_at: z.iso.datetime() }),
);

export const DeviceUnbound = defineEvent(
  'transport_registry.device_unbound',
  1,
  z.object({ ...vehicle, device_id: z.string(), to_at: z.iso.datetime() }),
);
