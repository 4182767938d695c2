import type { Subsystem } from '@fleet/platform/subsystem';
import { seedVehicles } from './demo/seed-vehicles';
import { descriptions } from './descriptions';
import { grants } from './grants';
import { importVehiclesTask } from './imports/import.task';
import { TransportRegistryModule } from './transport-registry.module';
import { parkOfVehicle } from './read/vehicle-lookup';
import { Vehicle } from './vehicles/vehicle.entity';

export { OdometerService, type NewReading, type ReadingBeside } from './odometer/odometer.service';
export { VehicleLookup, type DeviceBinding, type KnownVehicle } from './read/vehicle-lookup';

/** The door: what the composition root assembles, and above it what other subsystems may ask. */
export const transport_registry: Subsystem = { module: TransportRegistryModule, entities: [Vehicle], grants, describes: descriptions, parks: { vehicle_id: parkOfVehicle }, seedDemo: seedVehicles };

export const transportRegistryTasks = [importVehiclesTask];
