import type { Area } from '../../app/area';

const area: Area = {
  nav: [
    { to: '/map', label: 'telemetry:map.nav', icon: 'map', group: 'watch', order: 10, permission: 'telemetry_engine.sample.read' },
    { to: '/trips', label: 'telemetry:trips.nav', icon: 'route', group: 'watch', order: 20, permission: 'telemetry_engine.trip.read' },
    { to: '/detections', label: 'telemetry:detections.nav', icon: 'warning', group: 'watch', order: 30, permission: 'telemetry_engine.detection.read' },
    { to: '/geofences', label: 'telemetry:fences.nav', icon: 'fence', group: 'watch', order: 40, permission: 'telemetry_engine.geofence.read' },
    { to: '/devices', label: 'telemetry:devices.nav', icon: 'chip', group: 'machines', order: 10, permission: 'telemetry_engine.device.read' },
    { to: '/quarantine', label: 'telemetry:quarantine.nav', icon: 'inbox', group: 'machines', order: 20, permission: 'telemetry_engine.quarantine.read' },
    { to: '/ingest-keys', label: 'telemetry:keys.nav', icon: 'key', group: 'machines', order: 30, permission: 'telemetry_engine.ingest_key.read' },
  ],
  pages: [
    { path: '/map', title: 'telemetry:map.nav', permission: 'telemetry_engine.sample.read', load: () => import('./live-map') },
    { path: '/trips', title: 'telemetry:trips.nav', permission: 'telemetry_engine.trip.read', load: () => import('./trips') },
    { path: '/trips/$vehicle/$id', title: 'telemetry:trips.nav', permission: 'telemetry_engine.trip.read', load: () => import('./trip') },
    { path: '/stops', title: 'telemetry:stops.nav', permission: 'telemetry_engine.trip.read', load: () => import('./stops') },
    { path: '/detections', title: 'telemetry:detections.nav', permission: 'telemetry_engine.detection.read', load: () => import('./detections') },
    { path: '/detections/$id', title: 'telemetry:detections.nav', permission: 'telemetry_engine.detection.read', load: () => import('./detection') },
    { path: '/geofences', title: 'telemetry:fences.nav', permission: 'telemetry_engine.geofence.read', load: () => import('./fences') },
    { path: '/devices', title: 'telemetry:devices.nav', permission: 'telemetry_engine.device.read', load: () => import('./devices') },
    { path: '/quarantine', title: 'telemetry:quarantine.nav', permission: 'telemetry_engine.quarantine.read', load: () => import('./quarantine') },
    { path: '/ingest-keys', title: 'telemetry:keys.nav', permission: 'telemetry_engine.ingest_key.read', load: () => import('./keys') },
  ],
};

export default area;
