import type { Subsystem } from '@fleet/platform/subsystem';
import { seedDrivers } from './demo/seed-drivers';
import { descriptions } from './descriptions';
import { DriverModule } from './driver-module.module';
import { Driver } from './drivers/driver.entity';
import { grants } from './grants';
import { parkOfDriver } from './read/driver-lookup';
import { documentExpiryTask } from './tasks/document-expiry';

export { DriverAt, type DriverMoment, type DriverSpan } from './read/driver-at';
export { DriverLookup, type KnownDriver } from './read/driver-lookup';

/** The door: what the composition root assembles, and above it what other subsystems may ask. */
export const driver_module: Subsystem = { module: DriverModule, entities: [Driver], grants, describes: descriptions, parks: { driver_id: parkOfDriver }, seedDemo: seedDrivers };

export const driverModuleTasks = [documentExpiryTask];
