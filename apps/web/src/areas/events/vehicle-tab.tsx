import { lazy, Suspense } from 'react';
import { Waiting } from '../../kit/states';
import type { VehicleTab } from '../vehicles/tabs';

const VehicleTimeline = lazy(() => import('./timeline').then(({ VehicleTimeline: Timeline }) => ({ default: Timeline })));

const tab: VehicleTab = {
  id: 'events',
  label: 'events:nav',
  order: 30,
  permission: 'event_log.event.read',
  draw: (vehicle) => (
    <Suspense fallback={<Waiting />}>
      <VehicleTimeline vehicleId={vehicle.id} />
    </Suspense>
  ),
};

export default tab;
