import type { Area } from '../../app/area';

const area: Area = {
  nav: [{ to: '/audit', label: 'audit:nav', icon: 'book', group: 'admin', order: 80, permission: 'audit.entry.read' }],
  pages: [{ path: '/audit', title: 'audit:nav', permission: 'audit.entry.read', load: () => import('./audit') }],
};

export default area;
