import type { Subsystem } from '@fleet/platform/subsystem';
import { access_control } from '@fleet/access_control';
import { driver_module } from '@fleet/driver_module';
import { event_log } from '@fleet/event_log';
import { fuel_log } from '@fleet/fuel_log';
import { telemetry_engine } from '@fleet/telemetry_engine';
import { transport_registry } from '@fleet/transport_registry';

/** Every subsystem of the house. A new one is one line here and one entry in subsystems.json. */
export const subsystems: Subsystem[] = [transport_registry, telemetry_engine, driver_module, event_log, fuel_log, access_control];

/** What others build on is seeded first; the order above is that of the routes: every screen asks the registry, and a call to the second carries hundreds of samples. */
const grounds: Subsystem[] = [transport_registry, driver_module];
export const seedOrder: Subsystem[] = [...grounds, ...subsystems.filter((s) => !grounds.includes(s))];
