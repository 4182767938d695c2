import { staff, type Grants } from '@fleet/platform/auth';

export const grants: Grants = {
  'event_log.event.read': staff,
  'event_log.event.write': staff,
  'event_log.event.ingest': ['admin'],
  'event_log.event.withdraw': staff,
  'event_log.attribution.write': staff,
  'event_log.driver_day.read': [...staff, 'driver'],
  'event_log.fine.write': staff,
  'event_log.fine.charge': staff,
  'event_log.fine.cancel': staff,
  'event_log.fine.import': ['admin'],
  'event_log.privacy.export': ['admin'],
  'event_log.retention.read': ['admin'],
  'event_log.self.use': ['driver'],
};
