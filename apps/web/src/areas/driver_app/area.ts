import type { Area } from '../../app/area';

const permission = 'driver_module.self.use';

const area: Area = {
  nav: [{ to: '/driver', label: 'driver_app:home.title', icon: 'home', group: 'watch', order: 0, permission }],
  pages: [
    { path: '/driver', title: 'driver_app:home.title', permission, load: () => import('./home') },
    { path: '/driver/shift', title: 'driver_app:shift.title', permission, load: () => import('./shift') },
    { path: '/driver/fuel', title: 'driver_app:fuel.title', permission, load: () => import('./fuel') },
    { path: '/driver/incidents', title: 'driver_app:incident.title', permission, load: () => import('./incidents') },
    { path: '/driver/papers', title: 'driver_app:papers.title', permission, load: () => import('./papers') },
    { path: '/driver/fines', title: 'driver_app:fines.title', permission, load: () => import('./fines') },
    { path: '/driver/day', title: 'driver_app:day.title', permission, load: () => import('./day') },
    { path: '/driver/allowed', title: 'driver_app:allowed.title', permission, load: () => import('./allowed') },
    { path: '/driver/position', title: 'driver_app:position.title', permission, load: () => import('./position') },
    { path: '/driver/queue', title: 'driver_app:queue.title', permission, load: () => import('./sending') },
    { path: '/driver/more', title: 'driver_app:more.title', permission, load: () => import('./more') },
  ],
};

export default area;
