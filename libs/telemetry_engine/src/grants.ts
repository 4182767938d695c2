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
};
