import { VehicleOnboarded, VehicleStatusChanged } from '@fleet/contracts';
import { describeEvent } from '@fleet/platform/notify';

export const descriptions = [
  describeEvent(VehicleOnboarded, {
    title: 'New vehicle {plate}',
    text: 'Vehicle no. {vehicle_no} ({fuel_type}) joined the fleet.',
    subject: '{vehicle_id}',
    link: '/vehicles/{vehicle_id}',
    severity: 'info',
    permission: 'transport_registry.vehicle.read',
  }),
  describeEvent(VehicleStatusChanged, {
    title: 'Vehicle no. {vehicle_no} is now {to}',
    text: 'It was {from} before. Reason: {reason}.',
    subject: '{vehicle_id}',
    link: '/vehicles/{vehicle_id}',
    severity: 'info',
    permission: 'transport_registry.vehicle.read',
  }),
];
