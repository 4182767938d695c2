import type { Subsystem } from '@fleet/platform/subsystem';
import { EventLogModule } from './event-log.module';
import { grants } from './grants';

/** The door: what the composition root assembles, and above it what other subsystems may ask. */
export const event_log: Subsystem = { module: EventLogModule, entities: [], grants };
