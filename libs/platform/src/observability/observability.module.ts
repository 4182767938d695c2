import { Global, Module } from '@nestjs/common';
import { HealthController, Lag, Readiness } from './health';
import { Metrics } from './metrics';

@Global()
@Module({ controllers: [HealthController], providers: [Lag, Readiness, Metrics], exports: [Lag, Readiness, Metrics] })
export class ObservabilityModule {}
