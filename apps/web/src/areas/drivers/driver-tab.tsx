import { lazy, Suspense } from 'react';
import { Waiting } from '../../kit/states';
import { Checklist, History } from './card-parts';
import { DriverPapers } from './driver-papers';
import { ShiftList } from './shift-list';
import { DriverFeedback } from './feedback-list';
import type { DriverTab } from './tabs';

const PrivacyTab = lazy(() => import('./privacy'));

const tabs: DriverTab[] = [
  { id: 'papers', label: 'drivers:papers.tab', order: 10, permission: 'driver_module.document.read', draw: (driver) => <DriverPapers driverId={driver.id} /> },
  { id: 'checklist', label: 'drivers:checklist.tab', order: 20, draw: (driver) => <Checklist driver={driver} /> },
  { id: 'shifts', label: 'drivers:shifts.nav', order: 30, permission: 'driver_module.shift.read', draw: (driver) => <ShiftList inner driverId={driver.id} /> },
  { id: 'feedback', label: 'drivers:feedback.nav', order: 50, permission: 'driver_module.feedback.read', draw: (driver) => <DriverFeedback driverId={driver.id} /> },
  {
    id: 'privacy',
    label: 'drivers:privacy.tab',
    order: 80,
    permission: 'driver_module.privacy.request',
    draw: (driver) => (
      <Suspense fallback={<Waiting />}>
        <PrivacyTab driver={driver} />
      </Suspense>
    ),
  },
  { id: 'history', label: 'vehicles:history.tab', order: 90, draw: (driver) => <History driver={driver} /> },
];

export default tabs;
