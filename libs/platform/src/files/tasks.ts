import { defineTask, type Task } from '../jobs';
import { OrphanSweep } from './orphan-sweep';

export const filesTasks: readonly Task[] = [
  defineTask({
    name: 'files.sweep_orphans',
    about: 'Removes stored bytes that no file names: work that rolled back, erased files whose bytes outlived them.',
    cron: '47 2 * * *',
    timeoutMs: 1_800_000,
    retries: 2,
    idempotent: true,
    scope: 'house',
    run: async (ctx) => {
      const report = await ctx.get(OrphanSweep).sweepOrphans(ctx.signal);
      if (report.refused) throw new Error('Most stored objects belong to no file of this database; check DATABASE_URL, FLEET_DATA_DIR and S3_BUCKET.');
      return report.removed;
    },
  }),
];
