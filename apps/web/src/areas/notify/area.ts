import type { Area } from '../../app/area';

const area: Area = {
  nav: [
    { to: '/notifications', label: 'notify:inbox.nav', icon: 'bell', group: 'self', order: 20, permission: 'notify.inbox.use' },
    { to: '/admin/notification-rules', label: 'notify:rules.nav', icon: 'bell', group: 'admin', order: 70, permission: 'notify.rule.read' },
    { to: '/admin/webhooks', label: 'notify:webhooks.nav', icon: 'upload', group: 'admin', order: 75, permission: 'notify.webhook.read' },
  ],
  pages: [
    { path: '/notifications', title: 'notify:inbox.nav', permission: 'notify.inbox.use', load: () => import('./inbox') },
    { path: '/admin/notification-rules', title: 'notify:rules.nav', permission: 'notify.rule.read', load: () => import('./rules') },
    { path: '/admin/webhooks', title: 'notify:webhooks.nav', permission: 'notify.webhook.read', load: () => import('./webhooks') },
    { path: '/admin/webhooks/$id', title: 'notify:webhooks.nav', permission: 'notify.webhook.read', load: () => import('./webhook') },
  ],
};

export default area;
