import type { ReactNode } from 'react';
import type { Vehicle } from './words';

/** A tab on a vehicle's card, from any area: a file `areas/<name>/vehicle-tab.tsx` whose default export is one of these, or several. */
export interface VehicleTab {
  id: string;
  /** i18n key. */
  label: string;
  order: number;
  permission?: string;
  draw: (vehicle: Vehicle) => ReactNode;
}

const found = import.meta.glob<VehicleTab | VehicleTab[]>('../*/vehicle-tab.tsx', { eager: true, import: 'default' });

export const vehicleTabs: VehicleTab[] = Object.values(found)
  .flat()
  .sort((a, b) => a.order - b.order);
