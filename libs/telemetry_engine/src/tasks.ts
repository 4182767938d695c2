import { Clock } from '@fleet/platform/clock';
import { Db } from '@fleet/platform/database';
import { defineTask, type Task } from '@fleet/platform/jobs';
import { dateOf, dayOf } from './store/days';
import { pruneDerived } from './detect/prune';
import { SilentDevices } from './detect/silent-devices';
import { keepDays } from './pipeline/limits';

const quarantineDays = 30;
const tallyDays = 90;
/** Rollups, trips and detections. */
const derivedDays = 90;

export const telemetryEngineTasks: readonly Task[] = [
  defineTask({
    name: 'telemetry_engine.prepare_days',
    about: 'Makes the tables that the samples of the coming days are copied into.',
    cron: '7 */6 * * *',
    timeoutMs: 60_000,
    retries: 5,
    idempotent: true,
    scope: 'house',
    run: async (ctx) => {
      const today = dayOf(ctx.get(Clock).now().getTime());
      const made = await ctx.get(Db).system('telemetry_engine.prepare_days', (tx) => tx.one<{ n: number }>('select telemetry_engine.ensure_days($1, $2) as n', [dateOf(today - keepDays), dateOf(today + 3)]));
      const rollups = await ctx.get(Db).system('telemetry_engine.prepare_days', (tx) => tx.one<{ n: number }>('select telemetry_engine.ensure_rollup_days($1, $2) as n', [dateOf(today - keepDays), dateOf(today + 3)]));
      return (made?.n ?? 0) + (rollups?.n ?? 0);
    },
  }),
  defineTask({
    name: 'telemetry_engine.drop_old_days',
    about: 'Drops the tables of days older than a week, whole.',
    cron: '12 0 * * *',
    timeoutMs: 60_000,
    retries: 5,
    idempotent: true,
    scope: 'house',
    run: async (ctx) => (await ctx.get(Db).system('telemetry_engine.drop_old_days', (tx) => tx.one<{ n: number }>('select telemetry_engine.drop_days($1) as n', [keepDays])))?.n ?? 0,
  }),
  defineTask({
    name: 'telemetry_engine.prune',
    about: 'Forgets what was set aside a month ago, and counts of the last quarter.',
    cron: '42 3 * * *',
    timeoutMs: 240_000,
    retries: 3,
    idempotent: true,
    scope: 'house',
    run: (ctx) => {
      const before = (days: number): Date => new Date(ctx.get(Clock).now().getTime() - days * 86_400_000);
      return ctx.get(Db).system('telemetry_engine.prune', async (tx) => {
        const forgotten = await tx.execute('delete from telemetry_engine.quarantine where received_at < $1', [before(quarantineDays)]);
        return forgotten + (await tx.execute('delete from telemetry_engine.daily_tally where on_day < $1', [before(tallyDays)]));
      });
    },
  }),
  defineTask({
    name: 'telemetry_engine.prune_derived',
    about: 'Forgets rollups, trips and detections after 90 days, and states that no late sample can lead back to.',
    cron: '22 2 * * *',
    timeoutMs: 240_000,
    retries: 3,
    idempotent: true,
    scope: 'house',
    run: (ctx) => pruneDerived(ctx.get(Db), ctx.get(Clock).now(), derivedDays, ctx.signal),
  }),
  defineTask({
    name: 'telemetry_engine.silent_devices',
    about: 'Tells of devices that used to talk and have fallen silent, and of those that talk again.',
    cron: '*/5 * * * *',
    timeoutMs: 120_000,
    retries: 2,
    idempotent: true,
    scope: 'house',
    run: (ctx) => ctx.get(SilentDevices).look(ctx.signal),
  }),
];
