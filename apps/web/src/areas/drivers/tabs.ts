import type { ReactNode } from 'react';
import type { Driver } from './words';

/** A tab on a driver's card, from any area: a file `areas/<name>/driver-tab.tsx` whose default export is one of these, or several. */
export interface DriverTab {
  id: string;
  /** i18n key. */
  label: string;
  order: number;
  permission?: string;
  draw: (driver: Driver) => ReactNode;
}

const found = import.meta.glob<DriverTab | DriverTab[]>('../*/driver-tab.tsx', { eager: true, import: 'default' });

export const driverTabs: DriverTab[] = Object.values(found)
  .flat()
  .sort((a, b) => a.order - b.order);
