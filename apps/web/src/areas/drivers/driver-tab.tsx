import { Checklist, History } from './card-parts';
import { DriverPapers } from './driver-papers';
import { ShiftList } from './shift-list';
import type { DriverTab } from './tabs';

const tabs: DriverTab[] = [
  { id: 'papers', label: 'drivers:papers.tab', order: 10, permission: 'driver_module.document.read', draw: (driver) => <DriverPapers driverId={driver.id} /> },
  { id: 'checklist', label: 'drivers:checklist.tab', order: 20, draw: (driver) => <Checklist driver={driver} /> },
  { id: 'shifts', label: 'drivers:shifts.nav', order: 30, permission: 'driver_module.shift.read', draw: (driver) => <ShiftList inner driverId={driver.id} /> },
  { id: 'history', label: 'vehicles:history.tab', order: 90, draw: (driver) => <History driver={driver} /> },
];

export default tabs;
