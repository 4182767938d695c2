import { lazy, Suspense } from 'react';
import { Waiting } from '../../kit/states';
import type { DriverTab } from '../drivers/tabs';

const DriverTimeline = lazy(() => import('./timeline').then(({ DriverTimeline: Timeline }) => ({ default: Timeline })));

const tab: DriverTab = {
  id: 'events',
  label: 'events:nav',
  order: 40,
  permission: 'event_log.driver_day.read',
  draw: (driver) => (
    <Suspense fallback={<Waiting />}>
      <DriverTimeline driver={driver} />
    </Suspense>
  ),
};

export default tab;
