import { VehicleDetection } from '@fleet/contracts';
import { describeEvent } from '@fleet/platform/notify';

/**
 * What moves by itself or falls silent is told to staff unasked. Overspeed, zones and driving style happen all day: whoever
 * wants them makes a rule with a condition on `kind`.
 */
export const descriptions = [
  describeEvent(VehicleDetection, {
    title: {
      by: 'kind',
      of: {
        harsh_acceleration: '{plate}: harsh acceleration',
        harsh_braking: '{plate}: harsh braking',
        harsh_cornering: '{plate}: harsh cornering',
        overspeed: '{plate}: too fast',
        idling: '{plate}: long idling',
        geofence_enter: '{plate} came to {details.name}',
        geofence_exit: '{plate} left {details.name}',
        geofence_dwell: '{plate} stays long in {details.name}',
        device_silent: '{plate}: device silent',
        new_dtc: '{plate}: trouble code {details.code}',
        towing_suspected: '{plate}: towing suspected',
        jamming_suspected: '{plate}: jamming suspected',
      },
      otherwise: 'Something found in what a vehicle sent',
    },
    text: {
      by: 'kind',
      of: {
        geofence_enter: 'At {at}.',
        geofence_exit: 'At {at}.',
        device_silent: 'Nothing was heard after {at}; heard again: {to_at}.',
        new_dtc: 'First reported at {at}.',
        towing_suspected: 'It moves with the engine off since {at}.',
        jamming_suspected: 'Since {at}.',
      },
      otherwise: '{value} {unit}, the limit is {limit}. From {at} to {to_at}.',
    },
    subject: '{vehicle_id} {kind}',
    link: '/vehicles/{vehicle_id}?tab=events',
    severity: { by: 'kind', of: { towing_suspected: 'critical', jamming_suspected: 'critical', device_silent: 'warning', new_dtc: 'warning' }, otherwise: 'info' },
    permission: 'telemetry_engine.detection.read',
  }),
];
