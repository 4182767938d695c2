import type { Area } from '../../app/area';

const area: Area = {
  nav: [
    { to: '/vehicles', label: 'vehicles:nav', icon: 'car', group: 'fleet', order: 10, permission: 'transport_registry.vehicle.read' },
    { to: '/vehicle-papers', label: 'vehicles:papers.nav', icon: 'paper', group: 'fleet', order: 20, permission: 'transport_registry.document.read' },
    { to: '/vehicle-imports', label: 'vehicles:imports.nav', icon: 'upload', group: 'fleet', order: 30, permission: 'transport_registry.vehicle.import' },
  ],
  pages: [
    { path: '/vehicles', title: 'vehicles:nav', permission: 'transport_registry.vehicle.read', load: () => import('./list') },
    { path: '/vehicles/$id', title: 'vehicles:nav', permission: 'transport_registry.vehicle.read', load: () => import('./card') },
    { path: '/vehicle-papers', title: 'vehicles:papers.nav', permission: 'transport_registry.document.read', load: () => import('./papers') },
    { path: '/vehicle-imports', title: 'vehicles:imports.nav', permission: 'transport_registry.vehicle.import', load: () => import('./imports') },
    { path: '/vehicle-imports/$id', title: 'vehicles:imports.nav', permission: 'transport_registry.vehicle.import', load: () => import('./import') },
  ],
};

export default area;
