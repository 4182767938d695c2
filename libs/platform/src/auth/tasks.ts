import { Clock } from '../clock';
import { Db } from '../database';
import { defineTask, type Task } from '../jobs';

const dayMs = 86_400_000;

/** Forgets what signing in leaves behind. Sessions stay for a month after their end, for whoever asks who was in. */
export const authTasks: readonly Task[] = [
  defineTask({
    name: 'auth.prune',
    about: 'Forgets used-up codes, tokens, pauses and remembered answers, and sessions ended a month ago.',
    cron: '27 3 * * *',
    timeoutMs: 240_000,
    retries: 3,
    idempotent: true,
    scope: 'house',
    run: async (ctx) => {
      const now = ctx.get(Clock).now();
      const before = (days: number): Date => new Date(now.getTime() - days * dayMs);
      return ctx.get(Db).system('auth.prune', async (tx) => {
        const removed = [
          await tx.execute(`delete from auth.authorization_code where expires_at < $1`, [before(1)]),
          await tx.execute(`delete from auth.refresh_token where expires_at < $1`, [now]),
          await tx.execute(`delete from auth.throttle where window_started_at < $1`, [before(1)]),
          await tx.execute(`delete from auth.session where coalesce(ended_at, expires_at) < $1`, [before(30)]),
          await tx.execute(`delete from http.idempotent_answer where created_at < $1`, [before(2)]),
        ];
        return removed.reduce((sum, n) => sum + n, 0);
      });
    },
  }),
];
