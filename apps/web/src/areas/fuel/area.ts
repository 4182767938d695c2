import type { Area } from '../../app/area';

const area: Area = {
  nav: [
    { to: '/fill-ups', label: 'fuel:nav', icon: 'fuel', group: 'fleet', order: 40, permission: 'fuel_log.fill_up.read' },
    { to: '/fuel-receipts', label: 'fuel:receipts.nav', icon: 'paper', group: 'fleet', order: 41, permission: 'fuel_log.receipt.read' },
    { to: '/fuel-inbox', label: 'fuel:inbox.nav', icon: 'inbox', group: 'fleet', order: 42, permission: 'fuel_log.inbox.read' },
    { to: '/fuel-questions', label: 'fuel:questions.nav', icon: 'warning', group: 'fleet', order: 43, permission: 'fuel_log.anomaly.read' },
    { to: '/fuel-consumption', label: 'fuel:use.nav', icon: 'pulse', group: 'fleet', order: 44, permission: 'fuel_log.report.read' },
    { to: '/fuel-month', label: 'fuel:month.nav', icon: 'book', group: 'fleet', order: 45, permission: 'fuel_log.report.read' },
    { to: '/trip-log', label: 'fuel:trips.nav', icon: 'list', group: 'fleet', order: 46, permission: 'fuel_log.trip.read' },
    { to: '/fuel-feed', label: 'fuel:feed.nav', icon: 'download', group: 'machines', order: 40, permission: 'fuel_log.feed.read' },
    { to: '/fuel-imports', label: 'fuel:imports.nav', icon: 'upload', group: 'machines', order: 41, permission: 'fuel_log.fill_up.import' },
    { to: '/fuel-aliases', label: 'fuel:aliases.nav', icon: 'key', group: 'machines', order: 42, permission: 'fuel_log.alias.write' },
  ],
  pages: [
    { path: '/fill-ups', title: 'fuel:nav', permission: 'fuel_log.fill_up.read', load: () => import('./fill-ups') },
    { path: '/fill-ups/new', title: 'fuel:add', permission: 'fuel_log.fill_up.write', load: () => import('./record') },
    { path: '/fill-ups/$id', title: 'fuel:nav', permission: 'fuel_log.fill_up.read', load: () => import('./fill-up') },
    { path: '/fuel-receipts', title: 'fuel:receipts.nav', permission: 'fuel_log.receipt.read', load: () => import('./receipts') },
    { path: '/fuel-inbox', title: 'fuel:inbox.nav', permission: 'fuel_log.inbox.read', load: () => import('./inbox') },
    { path: '/fuel-aliases', title: 'fuel:aliases.nav', permission: 'fuel_log.alias.read', load: () => import('./aliases') },
    { path: '/fuel-questions', title: 'fuel:questions.nav', permission: 'fuel_log.anomaly.read', load: () => import('./questions') },
    { path: '/fuel-questions/$id', title: 'fuel:questions.nav', permission: 'fuel_log.anomaly.read', load: () => import('./question') },
    { path: '/fuel-consumption', title: 'fuel:use.nav', permission: 'fuel_log.report.read', load: () => import('./consumption') },
    { path: '/fuel-month', title: 'fuel:month.nav', permission: 'fuel_log.report.read', load: () => import('./month') },
    { path: '/trip-log', title: 'fuel:trips.nav', permission: 'fuel_log.trip.read', load: () => import('./trips') },
    { path: '/fuel-feed', title: 'fuel:feed.nav', permission: 'fuel_log.feed.read', load: () => import('./feed') },
    { path: '/fuel-feed/$id', title: 'fuel:feed.nav', permission: 'fuel_log.feed.read', load: () => import('./feed-run') },
    { path: '/fuel-imports', title: 'fuel:imports.nav', permission: 'fuel_log.fill_up.import', load: () => import('./imports') },
    { path: '/fuel-imports/$id', title: 'fuel:imports.nav', permission: 'fuel_log.fill_up.import', load: () => import('./import') },
  ],
};

export default area;
