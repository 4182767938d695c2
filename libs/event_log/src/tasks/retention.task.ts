import { defineTask } from '@fleet/platform/jobs';
import { Retention } from '../privacy/retention';

export const retentionTask = defineTask({
  name: 'event_log.report_retention',
  about: 'Says how many events are older than the seven years they are kept.',
  cron: '23 3 1 * *',
  timeoutMs: 240_000,
  retries: 3,
  idempotent: true,
  scope: 'house',
  run: (ctx) => ctx.get(Retention).reportAll(ctx.signal),
});
