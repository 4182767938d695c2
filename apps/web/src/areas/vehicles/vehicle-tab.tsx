import { HistoryTab } from './card-history';
import { DevicesTab } from './card-devices';
import { OdometerTab } from './card-odometer';
import { PapersTab } from './card-papers';
import type { VehicleTab } from './tabs';

const tabs: VehicleTab[] = [
  { id: 'papers', label: 'vehicles:papers.tab', order: 40, permission: 'transport_registry.document.read', draw: (vehicle) => <PapersTab vehicle={vehicle} /> },
  { id: 'odometer', label: 'vehicles:odometer.tab', order: 50, permission: 'transport_registry.odometer.read', draw: (vehicle) => <OdometerTab vehicle={vehicle} /> },
  { id: 'devices', label: 'vehicles:devices.tab', order: 60, permission: 'transport_registry.device.read', draw: (vehicle) => <DevicesTab vehicle={vehicle} /> },
  { id: 'history', label: 'vehicles:history.tab', order: 90, permission: 'transport_registry.vehicle.read', draw: (vehicle) => <HistoryTab vehicle={vehicle} /> },
];

export default tabs;
