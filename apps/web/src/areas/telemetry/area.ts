import type { Area } from '../../app/area';

const area: Area = {
  nav: [
    { to: '/map', label: 'telemetry:map.nav', icon: 'map', group: 'watch', order: 10, permission: 'telemetry_engine.sample.read' },
    { to: '/devices', label: 'telemetry:devices.nav', icon: 'chip', group: 'machines', order: 10, permission: 'telemetry_engine.device.read' },
    { to: '/quarantine', label: 'telemetry:quarantine.nav', icon: 'inbox', group: 'machines', order: 20, permission: 'telemetry_engine.quarantine.read' },
    { to: '/ingest-keys', label: 'telemetry:keys.nav', icon: 'key', group: 'machines', order: 30, permission: 'telemetry_engine.ingest_key.read' },
  ],
  pages: [
    { path: '/map', title: 'telemetry:map.nav', permission: 'telemetry_engine.sample.read', load: () => import('./live-map') },
    { path: '/devices', title: 'telemetry:devices.nav', permission: 'telemetry_engine.device.read', load: () => import('./devices') },
    { path: '/quarantine', title: 'telemetry:quarantine.nav', permission: 'telemetry_engine.quarantine.read', load: () => import('./quarantine') },
    { path: '/ingest-keys', title: 'telemetry:keys.nav', permission: 'telemetry_engine.ingest_key.read', load: () => import('./keys') },
  ],
};

export default area;
