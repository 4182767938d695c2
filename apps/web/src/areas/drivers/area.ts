import type { Area } from '../../app/area';

const area: Area = {
  nav: [
    { to: '/drivers', label: 'drivers:nav', icon: 'people', group: 'people', order: 10, permission: 'driver_module.driver.read' },
    { to: '/shift-board', label: 'drivers:board.nav', icon: 'columns', group: 'people', order: 15, permission: 'driver_module.shift.read' },
    { to: '/shifts', label: 'drivers:shifts.nav', icon: 'shift', group: 'people', order: 20, permission: 'driver_module.shift.read' },
    { to: '/driver-papers', label: 'drivers:papers.nav', icon: 'paper', group: 'people', order: 30, permission: 'driver_module.document.read' },
    { to: '/feedback', label: 'drivers:feedback.nav', icon: 'star', group: 'people', order: 60, permission: 'driver_module.feedback.read' },
    { to: '/driver-reports', label: 'drivers:reports.nav', icon: 'inbox', group: 'people', order: 70, permission: 'driver_module.report.read' },
    { to: '/driver-settings', label: 'drivers:settings.nav', icon: 'gear', group: 'people', order: 80, permission: 'driver_module.setting.read' },
  ],
  pages: [
    { path: '/drivers', title: 'drivers:nav', permission: 'driver_module.driver.read', load: () => import('./list') },
    { path: '/drivers/$id', title: 'drivers:nav', permission: 'driver_module.driver.read', load: () => import('./card') },
    { path: '/shifts', title: 'drivers:shifts.nav', permission: 'driver_module.shift.read', load: () => import('./shifts') },
    { path: '/shift-board', title: 'drivers:board.nav', permission: 'driver_module.shift.read', load: () => import('./shift-board') },
    { path: '/feedback', title: 'drivers:feedback.nav', permission: 'driver_module.feedback.read', load: () => import('./feedback') },
    { path: '/driver-reports', title: 'drivers:reports.nav', permission: 'driver_module.report.read', load: () => import('./reports') },
    { path: '/driver-settings', title: 'drivers:settings.nav', permission: 'driver_module.setting.read', load: () => import('./settings') },
    { path: '/driver-papers', title: 'drivers:papers.nav', permission: 'driver_module.document.read', load: () => import('./papers') },
  ],
};

export default area;
