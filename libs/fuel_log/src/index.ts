import type { Task } from '@fleet/platform/jobs';
import type { Subsystem } from '@fleet/platform/subsystem';
import { FillUp } from './fill_ups/fill-up.entity';
import { FuelLogModule } from './fuel-log.module';
import { grants } from './grants';

export { FuelLookup, sumOf, type FuelPeriod, type FuelSegment, type FuelTotal, type SegmentSum } from './read/fuel-lookup';

/** The door: what the composition root assembles, and above it what other subsystems may ask. */
export const fuel_log: Subsystem = { module: FuelLogModule, entities: [FillUp], grants };

export const fuelLogTasks: Task[] = [];
