import { lazy, Suspense } from 'react';
import { Waiting } from '../../kit/states';
import type { DriverTab } from '../drivers/tabs';

const MayDrive = lazy(() => import('./may-drive'));

const tab: DriverTab = {
  id: 'access',
  label: 'access:drive.tab',
  order: 5,
  permission: 'access_control.access.read',
  draw: (driver) => (
    <Suspense fallback={<Waiting />}>
      <MayDrive driverId={driver.id} />
    </Suspense>
  ),
};

export default tab;
