import { z } from 'zod';
import { defineEvent } from '../outbox/event';
import { describeEvent } from './catalogue';

export const EndpointDisabled = defineEvent('notify.endpoint_disabled', 1, z.object({ endpoint_id: z.uuid(), name: z.string(), reason: z.string() }));

/** What a test ping carries; it is sent to one endpoint and told to nobody else. */
export const pingType = 'notify.ping';

export const notifyDescriptions = [
  describeEvent(EndpointDisabled, {
    title: 'Webhook "{name}" was switched off',
    text: '{reason} Nothing is sent to it until somebody resumes it.',
    subject: '{endpoint_id}',
    link: '/admin/webhooks/{endpoint_id}',
    severity: 'critical',
    permission: 'notify.webhook.read',
  }),
];
