import type { Subsystem } from '@fleet/platform/subsystem';
import { seedDevices } from './demo/seed-devices';
import { seedTelemetry } from './demo/seed-telemetry';
import { descriptions } from './descriptions';
import { grants } from './grants';
import { ingestPath, TelemetryEngineModule } from './telemetry-engine.module';

export { DeviceLinks, type CommandResult, type DeviceCommand, type LinkView } from './listen/device-links';
export type { MarkedReading } from './read/readings';
export { TelemetryLookup } from './read/telemetry-lookup';
export { DEVICE_GATE, SAMPLE_SINK, type DeviceGate, type DeviceSample, type KnownDevice, type Outcome, type Sample, type SampleSink, type Submitter } from './sample';
export { telemetryEngineTasks } from './tasks';

/** The door: what the composition root assembles, and above it what other subsystems may ask. */
export const telemetry_engine: Subsystem = {
  module: TelemetryEngineModule,
  entities: [],
  grants,
  describes: descriptions,
  ownBodies: [`/${ingestPath}`],
  seedDemo: async (seed) => {
    await seedDevices(seed);
    await seedTelemetry(seed);
  },
};
