import { defineTask, type Task } from '../jobs';
import { NotifyPruner } from './prune';

export const notifyTasks: readonly Task[] = [
  defineTask({
    name: 'notify.prune',
    about: 'Forgets old deliveries of webhooks, notices older than 90 days and e-mails sent a month ago; gives up e-mails nobody could send for three days.',
    cron: '57 2 * * *',
    timeoutMs: 240_000,
    retries: 3,
    idempotent: true,
    scope: 'house',
    run: (ctx) => ctx.get(NotifyPruner).prune(ctx.signal),
  }),
];
