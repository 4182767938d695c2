import type { Area } from '../../app/area';

const area: Area = {
  nav: [
    { to: '/immobilizations', label: 'access:commands.nav', icon: 'lock', group: 'watch', order: 40, permission: 'access_control.immobilization.read' },
    { to: '/lockouts', label: 'access:lockouts.nav', icon: 'warning', group: 'people', order: 40, permission: 'access_control.lockout.read' },
    { to: '/admin/immobilization', label: 'access:policy.nav', icon: 'lock', group: 'admin', order: 70, permission: 'access_control.setting.write' },
  ],
  pages: [
    { path: '/immobilizations', title: 'access:commands.nav', permission: 'access_control.immobilization.read', load: () => import('./commands') },
    { path: '/immobilizations/$id', title: 'access:commands.nav', permission: 'access_control.immobilization.read', load: () => import('./command') },
    { path: '/lockouts', title: 'access:lockouts.nav', permission: 'access_control.lockout.read', load: () => import('./lockouts') },
    { path: '/admin/immobilization', title: 'access:policy.nav', permission: 'access_control.setting.read', load: () => import('./policy') },
  ],
};

export default area;
