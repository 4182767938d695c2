export * from './access_control.events';
export * from './driver_module.events';
export * from './event_log.events';
export * from './fuel_log.events';
export * from './telemetry_engine.events';
export * from './transport_registry.events';
