import type { Task } from '@fleet/platform/jobs';
import type { Subsystem } from '@fleet/platform/subsystem';
import { seedFuel } from './demo/seed-fuel';
import { seedFeed } from './feed/demo/seed-feed';
import { feedGrants } from './feed/feed-grants';
import { feedTasks } from './feed/imports/import-task';
import { FillUp } from './fill_ups/fill-up.entity';
import { FuelLogModule } from './fuel-log.module';
import { grants } from './grants';
import { importFillUpsTask } from './imports/import.task';
import { keepStretchesTask } from './stretches/stretch-keeper';
import { watchTanksTask } from './tank/tank-watch';

export { FeedImporter, type ImportRequest } from './feed/imports/feed-importer';
export { summaryOf, type ImportOutcome } from './feed/imports/run-counts';
export { FuelLookup, sumOf, type FuelPeriod, type FuelSegment, type FuelTotal, type SegmentSum } from './read/fuel-lookup';

/** The door: what the composition root assembles, and above it what other subsystems may ask. */
export const fuel_log: Subsystem = {
  module: FuelLogModule,
  entities: [FillUp],
  grants: { ...grants, ...feedGrants },
  seedDemo: async (seed) => {
    await seedFuel(seed);
    await seedFeed(seed);
  },
};

export const fuelLogTasks = [importFillUpsTask, keepStretchesTask, watchTanksTask, ...feedTasks] as Task[];
