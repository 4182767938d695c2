import type { AccessRule } from './facts';

/** The vehicle the driver has may be driven. */
export const rental: AccessRule = {
  name: 'rental',
  judge: ({ holding }) =>
    holding && holding.vehicle_status !== 'active' ? [{ code: 'VEHICLE_NOT_ACTIVE', detail: `The vehicle the driver has is ${holding.vehicle_status}.`, facts: { vehicle_id: holding.vehicle_id, status: holding.vehicle_status } }] : [],
};
