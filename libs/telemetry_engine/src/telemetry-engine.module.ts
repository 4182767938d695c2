import { Module, RequestMethod, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { transport_registry } from '@fleet/transport_registry';
import { DeviceContacts } from './devices/device-contacts';
import { Gate } from './devices/device-gate';
import { TelemetryDeviceController } from './devices/device.controller';
import { Devices } from './devices/device.service';
import { RoutingTable } from './devices/routing';
import { DetectionController } from './detect/detection.controller';
import { Detections } from './detect/detection.service';
import { Deriver } from './derive/deriver';
import { MotionTicker } from './detect/motion-ticker';
import { MotionSettingsController } from './detect/setting.controller';
import { MotionSettings } from './detect/setting.service';
import { SilentDevices } from './detect/silent-devices';
import { FenceBook } from './geofences/fence-book';
import { GeofenceController } from './geofences/geofence.controller';
import { Geofences } from './geofences/geofence.service';
import { Insiders } from './geofences/insiders';
import { IngestKeyController } from './ingest/ingest-key.controller';
import { IngestKeys } from './ingest/ingest-key.service';
import { IngestController } from './ingest/ingest.controller';
import { QuarantineController } from './ingest/quarantine.controller';
import { Quarantine } from './ingest/quarantine.service';
import { TraccarController } from './ingest/traccar.controller';
import { KeyedUploads } from './ingest/keyed-uploads';
import { PhoneController } from './ingest/phone.controller';
import { DeviceLinks } from './listen/device-links';
import { ListenMetrics } from './listen/listen-metrics';
import { Listeners } from './listen/listeners';
import { FAULT_SINK } from './listen/session';
import { LiveController } from './live/live.controller';
import { LiveHub } from './live/live-hub';
import { Pipeline } from './pipeline/pipeline';
import { Trails } from './pipeline/trails';
import { TelemetryController } from './read/telemetry.controller';
import { TelemetryLookup } from './read/telemetry-lookup';
import { DEVICE_GATE, SAMPLE_SINK } from './sample';
import { RollupController } from './rollup/rollup.controller';
import { Rollups } from './rollup/rollups';
import { DuplicateTally } from './store/duplicate-tally';
import { LastPositions } from './store/last-positions';
import { SampleStore } from './store/sample-store';
import { FleetTripController } from './trips/fleet-trip.controller';
import { TripController } from './trips/trip.controller';
import { Trips } from './trips/trip.service';
import { UnreadableBytes } from './store/unreadable-bytes';

export const ingestPath = 'api/v1/telemetry/ingest';

@Module({
  imports: [transport_registry.module],
  // Fixed addresses before those with an id.
  controllers: [IngestController, PhoneController, TraccarController, TelemetryDeviceController, IngestKeyController, QuarantineController, LiveController, DetectionController, GeofenceController, MotionSettingsController, FleetTripController, TripController, RollupController, TelemetryController],
  providers: [
    Detections,
    DeviceContacts,
    Deriver,
    DeviceLinks,
    Devices,
    DuplicateTally,
    FenceBook,
    Gate,
    Geofences,
    IngestKeys,
    Insiders,
    KeyedUploads,
    LastPositions,
    Listeners,
    ListenMetrics,
    LiveHub,
    MotionSettings,
    MotionTicker,
    Pipeline,
    Quarantine,
    Rollups,
    RoutingTable,
    SampleStore,
    SilentDevices,
    TelemetryLookup,
    Trails,
    Trips,
    UnreadableBytes,
    { provide: SAMPLE_SINK, useExisting: Pipeline },
    { provide: DEVICE_GATE, useExisting: Gate },
    { provide: FAULT_SINK, useExisting: UnreadableBytes },
  ],
  exports: [SAMPLE_SINK, DEVICE_GATE, DeviceLinks, TelemetryLookup],
})
export class TelemetryEngineModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(KeyedUploads).forRoutes({ path: ingestPath, method: RequestMethod.POST }, { path: 'api/v1/telemetry/traccar', method: RequestMethod.POST });
  }
}
