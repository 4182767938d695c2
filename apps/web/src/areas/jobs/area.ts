import type { Area } from '../../app/area';

const area: Area = {
  nav: [{ to: '/jobs', label: 'jobs:nav', icon: 'pulse', group: 'machines', order: 80, permission: 'jobs.task.read' }],
  pages: [
    { path: '/jobs', title: 'jobs:nav', permission: 'jobs.task.read', load: () => import('./jobs') },
    { path: '/jobs/runs/$id', title: 'jobs:run', permission: 'jobs.task.read', load: () => import('./run') },
  ],
};

export default area;
