import { lazy, Suspense } from 'react';
import { Waiting } from '../../kit/states';
import type { VehicleTab } from '../vehicles/tabs';
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
  { id: 'trust', label: 'telemetry:trust.tab', order: 20, permission: 'telemetry_engine.sample.read', draw: (vehicle) => <TrustTab vehicleId={vehicle.id} /> },
];

export default tabs;
