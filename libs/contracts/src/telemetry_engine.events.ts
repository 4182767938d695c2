import { defineEvent } from '@fleet/platform/outbox';
import { z } from 'zod';

const device = { device_id: z.string(), protocol: z.string() };

export const DeviceRegistered = defineEvent('telemetry_engine.device_registered', 1, z.object(device), {
  unheard: 'for integrations that prepare a device as soon as it may talk',
});

export const DeviceDisabled = defineEvent('telemetry_engine.device_disabled', 1, z.object({ ...device, reason: z.string().nullable() }), {
  unheard: 'for access_control, which must not send commands to a disabled device',
});
