import { Clock } from '../clock';
import { Erasure } from '../crypto';
import { Db } from '../database';
import { pruneOutbox } from '../outbox';
import { defineTask, type Task } from './define-task';
import { pruneRuns } from './prune';

/** Housekeeping of the platform's own rooms. */
export const platformTasks: readonly Task[] = [
  defineTask({
    name: 'outbox.prune',
    about: 'Forgets events that reached every subscriber more than 30 days ago.',
    cron: '17 3 * * *',
    timeoutMs: 240_000,
    retries: 3,
    idempotent: true,
    scope: 'house',
    run: (ctx) => pruneOutbox(ctx.get(Db), ctx.get(Clock).now(), ctx.signal),
  }),
  defineTask({
    name: 'jobs.prune',
    about: 'Forgets finished runs: scheduled ones after a week, others after 90 days.',
    cron: '37 3 * * *',
    timeoutMs: 240_000,
    retries: 3,
    idempotent: true,
    scope: 'house',
    run: (ctx) => pruneRuns(ctx.get(Db), ctx.get(Clock).now(), ctx.signal),
  }),
  defineTask({
    name: 'crypto.complete_erasure_log',
    about: 'Writes erasures into the log beside the database that a crash kept from it.',
    cron: '7 * * * *',
    timeoutMs: 60_000,
    retries: 3,
    idempotent: true,
    scope: 'house',
    run: (ctx) => ctx.get(Erasure).completeLog(),
  }),
];
