import { defineEvent } from '@fleet/platform/outbox';
import { z } from 'zod';

const device = { device_id: z.string(), protocol: z.string() };
const vehicle = { vehicle_id: z.uuid(), vehicle_no: z.int() };
const place = z.object({ lat: z.number(), lon: z.number() });

export const DeviceRegistered = defineEvent('telemetry_engine.device_registered', 1, z.object(device), {
  unheard: 'for integrations that prepare a device as soon as it may talk',
});

export const DeviceDisabled = defineEvent('telemetry_engine.device_disabled', 1, z.object({ ...device, reason: z.string().nullable() }), {
  unheard: 'for access_control, which must not send commands to a disabled device',
});

/** Told again with a higher `revision` when late samples change the trip; the id stays. */
export const TripFinished = defineEvent(
  'telemetry_engine.trip_finished',
  1,
  z.object({
    trip_id: z.uuid(),
    revision: z.int(),
    ...vehicle,
    from_at: z.iso.datetime(),
    to_at: z.iso.datetime(),
    from_place: place,
    to_place: place,
    distance_km: z.number(),
    moving_s: z.int(),
    idle_s: z.int(),
    max_speed_kmh: z.number(),
    fuel_l: z.number().nullable(),
  }),
);

/** Late samples showed that the trip never was, or that it belongs to another one. */
export const TripWithdrawn = defineEvent('telemetry_engine.trip_withdrawn', 1, z.object({ trip_id: z.uuid(), revision: z.int(), ...vehicle }));

export const detectionKinds = [
  'harsh_acceleration',
  'harsh_braking',
  'harsh_cornering',
  'overspeed',
  'idling',
  'geofence_enter',
  'geofence_exit',
  'geofence_dwell',
  'device_silent',
  'new_dtc',
  'towing_suspected',
  'jamming_suspected',
] as const;

/** Something found in the samples of a vehicle. Told again with a higher `revision` when late samples change it; the id stays. */
export const VehicleDetection = defineEvent(
  'telemetry_engine.detection_made',
  1,
  z.object({
    detection_id: z.uuid(),
    revision: z.int(),
    ...vehicle,
    /** As they were when it was found: for whom it is news, and how people call the vehicle. */
    park_id: z.uuid().nullable().optional(),
    plate: z.string().optional(),
    kind: z.enum(detectionKinds),
    at: z.iso.datetime(),
    to_at: z.iso.datetime().nullable(),
    place: place.nullable(),
    /** What was measured and what it was measured against, in `unit`. */
    value: z.number().nullable(),
    limit: z.number().nullable(),
    unit: z.string().nullable(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  }),
);

export const DetectionWithdrawn = defineEvent('telemetry_engine.detection_withdrawn', 1, z.object({ detection_id: z.uuid(), revision: z.int(), ...vehicle }));
