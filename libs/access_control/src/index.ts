import type { Subsystem } from '@fleet/platform/subsystem';
import { AccessControlModule } from './access-control.module';
import { seedAccess } from './demo/seed-access';
import { descriptions } from './descriptions';
import { grants } from './grants';
import { expireLockoutsTask } from './lockouts/expire.task';

export { DriverAccess } from './drivers/driver-access.service';

/** The door. Nothing that stops a vehicle is behind it: that begins with a person at a route. */
export const access_control: Subsystem = { module: AccessControlModule, entities: [], grants, describes: descriptions, seedDemo: seedAccess };

export const accessControlTasks = [expireLockoutsTask];
