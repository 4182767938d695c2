import { lazy, Suspense } from 'react';
import { Waiting } from '../../kit/states';
import type { VehicleTab } from '../vehicles/tabs';

const VehicleFuel = lazy(() => import('./vehicle-fuel'));

const tab: VehicleTab = {
  id: 'fuel',
  label: 'fuel:tab',
  order: 30,
  permission: 'fuel_log.fill_up.read',
  draw: (vehicle) => (
    <Suspense fallback={<Waiting />}>
      <VehicleFuel vehicleId={vehicle.id} />
    </Suspense>
  ),
};

export default tab;
