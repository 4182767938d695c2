export { DeadDeliveries } from './dead-deliveries';
export { Dispatcher, type DispatcherOptions } from './dispatcher';
export { emit, emitAll, useSubscribers } from './emit';
export { declaredEvents, defineEvent, type EventDefinition, type Heard, type PayloadOf } from './event';
export { Hears } from './hears';
export { Outbox, OutboxModule } from './outbox.module';
export { pruneOutbox } from './prune';
export { Subscribers, type HearingFunction } from './subscribers';
