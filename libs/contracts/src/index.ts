export * from './driver_module.events';
export * from './transport_registry.events';
