import type { Subsystem } from '@fleet/platform/subsystem';
import { driver_module } from '@fleet/driver_module';
import { telemetry_engine } from '@fleet/telemetry_engine';
import { transport_registry } from '@fleet/transport_registry';

/** Every subsystem of the house. A new one is one line here and one entry in subsystems.json. */
export const subsystems: Subsystem[] = [telemetry_engine, transport_registry, driver_module];

/** What others build on is seeded first; the order above is that of the routes. */
const grounds: Subsystem[] = [transport_registry, driver_module];
export const seedOrder: Subsystem[] = [...grounds, ...subsystems.filter((s) => !grounds.includes(s))];
