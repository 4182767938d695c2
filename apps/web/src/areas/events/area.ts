import type { Area } from '../../app/area';

const area: Area = {
  nav: [
    { to: '/events', label: 'events:nav', icon: 'warning', group: 'watch', order: 30, permission: 'event_log.event.read' },
    { to: '/fines', label: 'events:fines.nav', icon: 'inbox', group: 'people', order: 40, permission: 'event_log.event.read' },
    { to: '/fine-imports', label: 'events:imports.nav', icon: 'upload', group: 'people', order: 50, permission: 'event_log.fine.import' },
  ],
  pages: [
    { path: '/events', title: 'events:nav', permission: 'event_log.event.read', load: () => import('./list') },
    { path: '/events/$id', title: 'events:nav', permission: 'event_log.event.read', load: () => import('./detail') },
    { path: '/fines', title: 'events:fines.nav', permission: 'event_log.event.read', load: () => import('./fines') },
    { path: '/fine-imports', title: 'events:imports.nav', permission: 'event_log.fine.import', load: () => import('./imports') },
    { path: '/fine-imports/$id', title: 'events:imports.nav', permission: 'event_log.fine.import', load: () => import('./import') },
  ],
};

export default area;
