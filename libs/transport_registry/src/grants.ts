import { staff, type Grants } from '@fleet/platform/auth';

export const grants: Grants = {
  'transport_registry.vehicle.read': staff,
  'transport_registry.vehicle.write': staff,
  'transport_registry.vehicle.retire': ['admin'],
  'transport_registry.vehicle.import': ['admin'],
  'transport_registry.document.read': staff,
  'transport_registry.document.write': staff,
  'transport_registry.odometer.read': staff,
  'transport_registry.odometer.write': staff,
  'transport_registry.device.read': staff,
  'transport_registry.device.write': ['admin'],
};
