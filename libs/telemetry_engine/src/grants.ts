import { staff, type Grants } from '@fleet/platform/auth';

export const grants: Grants = {
  'telemetry_engine.sample.read': staff,
  'telemetry_engine.sample.write': ['admin'],
  'telemetry_engine.device.read': staff,
  'telemetry_engine.device.write': ['admin'],
  'telemetry_engine.ingest_key.read': ['admin'],
  'telemetry_engine.ingest_key.write': ['admin'],
  'telemetry_engine.quarantine.read': staff,
  'telemetry_engine.quarantine.replay': ['admin'],
  'telemetry_engine.rollup.read': staff,
  'telemetry_engine.trip.read': staff,
  'telemetry_engine.detection.read': staff,
  'telemetry_engine.geofence.read': staff,
  'telemetry_engine.geofence.write': staff,
  'telemetry_engine.motion_setting.read': staff,
  'telemetry_engine.motion_setting.write': ['admin'],
};
