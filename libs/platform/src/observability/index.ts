export { Lag, Readiness } from './health';
export { createLogger, createRequestLogger, NestLogger, type Logger } from './logger';
export { Metrics, requestLog } from './metrics';
export { ObservabilityModule } from './observability.module';
export { requestSpan, startTracing } from './tracing';
