import { Global, Module } from '@nestjs/common';
import { DatabaseReadiness } from './database-readiness';
import { HealthController, Lag, Readiness } from './health';
import { Metrics } from './metrics';

@Global()
@Module({ controllers: [HealthController], providers: [Lag, Readiness, Metrics, DatabaseReadiness], exports: [Lag, Readiness, Metrics] })
export class ObservabilityModule {}
