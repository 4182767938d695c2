import { lazy, Suspense } from 'react';
import { Waiting } from '../../kit/states';
import type { VehicleTab } from '../vehicles/tabs';
import { DetectionsTab, StopsTab, TripsTab } from './vehicle-lists';
import { TrustTab } from './trust';

// The map and the charts come only to those who look at a track.
const Track = lazy(() => import('./track'));

const tabs: VehicleTab[] = [
  {
    id: 'track',
    label: 'telemetry:track.tab',
    order: 10,
    permission: 'telemetry_engine.sample.read',
    draw: (vehicle) => (
      <Suspense fallback={<Waiting />}>
        <Track vehicleId={vehicle.id} />
      </Suspense>
    ),
  },
  { id: 'trips', label: 'telemetry:trips.nav', order: 12, permission: 'telemetry_engine.trip.read', draw: (vehicle) => <TripsTab vehicleId={vehicle.id} /> },
  { id: 'stops', label: 'telemetry:stops.nav', order: 14, permission: 'telemetry_engine.trip.read', draw: (vehicle) => <StopsTab vehicleId={vehicle.id} /> },
  { id: 'detections', label: 'telemetry:detections.nav', order: 16, permission: 'telemetry_engine.detection.read', draw: (vehicle) => <DetectionsTab vehicleId={vehicle.id} /> },
  { id: 'trust', label: 'telemetry:trust.tab', order: 20, permission: 'telemetry_engine.sample.read', draw: (vehicle) => <TrustTab vehicleId={vehicle.id} /> },
];

export default tabs;
