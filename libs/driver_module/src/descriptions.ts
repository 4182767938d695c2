import { DocumentExpiring, DriverOnboarded, DriverStatusChanged } from '@fleet/contracts';
import { describeEvent } from '@fleet/platform/notify';

/** Events outlive the people they speak of, so no text names a driver; the link does. */
export const descriptions = [
  describeEvent(DriverOnboarded, {
    title: 'New driver no. {driver_no}',
    text: 'A driver was taken on and is {status}.',
    subject: '{driver_id}',
    link: '/drivers/{driver_id}',
    severity: 'info',
    permission: 'driver_module.driver.read',
  }),
  describeEvent(DriverStatusChanged, {
    title: 'A driver is now {to}',
    text: 'It was {from} before.',
    subject: '{driver_id}',
    link: '/drivers/{driver_id}',
    severity: 'info',
    permission: 'driver_module.driver.read',
  }),
  describeEvent(DocumentExpiring, {
    title: 'A paper of a driver: {kind} {state}',
    text: 'It is good until {expires_on}. Days left: {days_left}.',
    subject: '{document_id}',
    link: '/drivers/{driver_id}',
    severity: 'warning',
    permission: 'driver_module.document.read',
  }),
];
