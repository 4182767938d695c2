import { FineAttributed, FineChargeReversed, FineContested, FineReceived } from '@fleet/contracts';
import { describeEvent } from '@fleet/platform/notify';

const about = { subject: '{fine_id}', link: '/events/{fine_id}', permission: 'event_log.event.read' };

/** Amounts in minor units are for books; people open the fine. */
export const descriptions = [
  describeEvent(FineReceived, { ...about, title: 'A fine came in', text: 'The offence was at {at}.', severity: 'info' }),
  describeEvent(FineAttributed, { ...about, title: 'A fine has its driver', text: 'It is known who drove at {at}.', severity: 'info' }),
  describeEvent(FineContested, { ...about, title: 'A driver contests a fine', text: 'Somebody should look at it. The offence was at {at}.', severity: 'warning' }),
  describeEvent(FineChargeReversed, { ...about, title: 'The charge of a fine was taken back', text: 'Because: {because}.', severity: 'warning' }),
];
