import type { Area } from '../../app/area';

const area: Area = {
  nav: [
    { to: '/drivers', label: 'drivers:nav', icon: 'people', group: 'people', order: 10, permission: 'driver_module.driver.read' },
    { to: '/shifts', label: 'drivers:shifts.nav', icon: 'shift', group: 'people', order: 20, permission: 'driver_module.shift.read' },
    { to: '/driver-papers', label: 'drivers:papers.nav', icon: 'paper', group: 'people', order: 30, permission: 'driver_module.document.read' },
  ],
  pages: [
    { path: '/drivers', title: 'drivers:nav', permission: 'driver_module.driver.read', load: () => import('./list') },
    { path: '/drivers/$id', title: 'drivers:nav', permission: 'driver_module.driver.read', load: () => import('./card') },
    { path: '/shifts', title: 'drivers:shifts.nav', permission: 'driver_module.shift.read', load: () => import('./shifts') },
    { path: '/driver-papers', title: 'drivers:papers.nav', permission: 'driver_module.document.read', load: () => import('./papers') },
  ],
};

export default area;
