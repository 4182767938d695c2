export * from './transport_registry.events';
