import { lazy, Suspense } from 'react';
import { Waiting } from '../../kit/states';
import type { VehicleTab } from '../vehicles/tabs';

const Panel = lazy(() => import('./vehicle-panel'));

const tab: VehicleTab = {
  id: 'immobilizer',
  label: 'access:tab',
  order: 30,
  permission: 'access_control.immobilization.read',
  draw: (vehicle) => (
    <Suspense fallback={<Waiting />}>
      <Panel vehicle={vehicle} />
    </Suspense>
  ),
};

export default tab;
