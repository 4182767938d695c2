import { staff, type Grants } from '@fleet/platform/auth';

export const grants: Grants = {
  'fuel_log.fill_up.read': staff,
  'fuel_log.fill_up.write': staff,
  'fuel_log.fill_up.review': ['admin'],
  'fuel_log.fill_up.import': ['admin'],
  'fuel_log.receipt.read': staff,
  'fuel_log.receipt.write': staff,
  'fuel_log.report.read': staff,
  'fuel_log.trip.read': staff,
  'fuel_log.trip.write': staff,
  'fuel_log.anomaly.read': staff,
  'fuel_log.anomaly.review': staff,
  'fuel_log.tank.read': staff,
  'fuel_log.tank.write': staff,
  'fuel_log.self.use': ['driver'],
};
