import type { Area } from '../../app/area';

const area: Area = {
  nav: [
    { to: '/admin/people', label: 'admin:people.nav', icon: 'people', group: 'admin', order: 10, permission: 'auth.user.read' },
    { to: '/admin/invitations', label: 'admin:invitations.nav', icon: 'inbox', group: 'admin', order: 20, permission: 'auth.user.read' },
    { to: '/admin/sessions', label: 'admin:sessions.nav', icon: 'shift', group: 'admin', order: 30, permission: 'auth.session.read' },
    { to: '/admin/clients', label: 'admin:clients.nav', icon: 'key', group: 'admin', order: 40, permission: 'auth.client.read' },
    { to: '/admin/parks', label: 'admin:parks.nav', icon: 'building', group: 'admin', order: 50, permission: 'auth.park.write' },
    { to: '/admin/account', label: 'admin:account.nav', icon: 'gear', group: 'admin', order: 60, permission: 'auth.account.write' },
  ],
  pages: [
    { path: '/admin/people', title: 'admin:people.nav', permission: 'auth.user.read', load: () => import('./people') },
    { path: '/admin/invitations', title: 'admin:invitations.nav', permission: 'auth.user.read', load: () => import('./invitations') },
    { path: '/admin/sessions', title: 'admin:sessions.nav', permission: 'auth.session.read', load: () => import('./sessions') },
    { path: '/admin/clients', title: 'admin:clients.nav', permission: 'auth.client.read', load: () => import('./clients') },
    { path: '/admin/parks', title: 'admin:parks.nav', permission: 'auth.park.write', load: () => import('./parks') },
    { path: '/admin/account', title: 'admin:account.nav', permission: 'auth.account.write', load: () => import('./account') },
  ],
};

export default area;
