import type { ComponentType } from 'react';
import type { IconName } from '../kit/icons';

/** Groups of the navigation, in the order they stand. */
export const groups = ['watch', 'fleet', 'people', 'machines', 'admin', 'self'] as const;

export interface NavEntry {
  to: string;
  /** i18n key, as `vehicles:nav`. */
  label: string;
  icon: IconName;
  group: (typeof groups)[number];
  order: number;
  permission?: string;
}

export interface PageEntry {
  path: string;
  /** i18n key of the window's title. */
  title: string;
  permission?: string;
  /** Its own chunk; the page is the default export. */
  load: () => Promise<{ default: ComponentType }>;
  /** `bare` stands alone, without navigation and without a signed-in person. */
  frame?: 'bare' | 'shell';
}

/** What one area of the product brings: `src/areas/<name>/area.ts` exports it as default, and no list names it. */
export interface Area {
  nav?: NavEntry[];
  pages: PageEntry[];
}

const found = import.meta.glob<Area>('../areas/*/area.ts', { eager: true, import: 'default' });

export const areas: Area[] = Object.values(found);
export const pages: PageEntry[] = areas.flatMap((area) => area.pages);
export const navigation: NavEntry[] = areas
  .flatMap((area) => area.nav ?? [])
  .sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group) || a.order - b.order);
