export * from './transport_registry.events';
export * from './telemetry_engine.events';
