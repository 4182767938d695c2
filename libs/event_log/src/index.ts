import type { Subsystem } from '@fleet/platform/subsystem';
import { seedEvents } from './demo/seed-events';
import { descriptions } from './descriptions';
import { EventLogModule } from './event-log.module';
import { grants } from './grants';
import { importFinesTask } from './imports/import.task';
import { retentionTask } from './tasks/retention.task';

export { EventLookup, type EventCount, type EventPeriod, type KnownEvent } from './read/event-lookup';

/** The door: what the composition root assembles, and above it what other subsystems may ask. */
export const event_log: Subsystem = { module: EventLogModule, entities: [], grants, describes: descriptions, seedDemo: seedEvents };

export const eventLogTasks = [importFinesTask, retentionTask];
