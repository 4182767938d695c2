import type { Subsystem } from '@fleet/platform/subsystem';
import { seedFuel } from './demo/seed-fuel';
import { FillUp } from './fill_ups/fill-up.entity';
import { FuelLogModule } from './fuel-log.module';
import { grants } from './grants';
import { importFillUpsTask } from './imports/import.task';
import { watchTanksTask } from './tank/tank-watch';

export { FuelLookup, sumOf, type FuelPeriod, type FuelSegment, type FuelTotal, type SegmentSum } from './read/fuel-lookup';

/** The door: what the composition root assembles, and above it what other subsystems may ask. */
export const fuel_log: Subsystem = { module: FuelLogModule, entities: [FillUp], grants, seedDemo: seedFuel };

export const fuelLogTasks = [importFillUpsTask, watchTanksTask];
