import type { Area } from '../../app/area';

const area: Area = {
  nav: [{ to: '/me', label: 'account:me.nav', icon: 'lock', group: 'self', order: 10 }],
  pages: [
    { path: '/login', title: 'account:login.title', frame: 'bare', load: () => import('./login') },
    { path: '/setup', title: 'account:setup.title', frame: 'bare', load: () => import('./setup') },
    { path: '/invitation', title: 'account:invitation.title', frame: 'bare', load: () => import('./invitation') },
    { path: '/me', title: 'account:me.title', load: () => import('./me') },
  ],
};

export default area;
