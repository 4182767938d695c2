import { Clock } from '@fleet/platform/clock';
import { Db, systemActor } from '@fleet/platform/database';
import { defineTask } from '@fleet/platform/jobs';
import { Lockouts } from './lockout.service';

/** A lockout stops holding by itself; this writes down that it did, and tells. */
export const expireLockoutsTask = defineTask({
  name: 'access_control.expire_lockouts',
  about: 'Writes the end of lockouts whose time has come.',
  cron: '* * * * *',
  timeoutMs: 50_000,
  retries: 2,
  idempotent: true,
  scope: 'house',
  run: async (ctx) => {
    const db = ctx.get(Db);
    const due = await db.systemRead('access_control.expire_lockouts', (tx) =>
      tx.sql<{ id: string; account_id: string }>('select id, account_id from access_control.lockout where lifted_at is null and until <= $1 order by until limit 500', [ctx.get(Clock).now()]),
    );
    for (const { id, account_id } of due) await db.write(systemActor(account_id, 'access_control.expire_lockouts'), (tx) => ctx.get(Lockouts).expireById(tx, id));
    return due.length;
  },
});
