import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { auditGrants, AuditModule } from '@fleet/platform/audit';
import { AuthModule } from '@fleet/platform/auth';
import { ClockModule } from '@fleet/platform/clock';
import { ConfigModule } from '@fleet/platform/config';
import { CryptoModule } from '@fleet/platform/crypto';
import { DatabaseModule } from '@fleet/platform/database';
import { FilesModule } from '@fleet/platform/files';
import { HttpModule } from '@fleet/platform/http';
import { jobsGrants, JobsModule } from '@fleet/platform/jobs';
import { notifyGrants, NotifyModule } from '@fleet/platform/notify';
import { OutboxModule } from '@fleet/platform/outbox';
import { ObservabilityModule } from '@fleet/platform/observability';
import { taskList } from '@fleet/scheduler';
import { subsystems } from './subsystems';

/** The house: subsystems above, platform rooms below. */
@Module({})
export class AppModule {
  /** `more` are modules only tests bring: routes that show a room at work. */
  static forRoot(more: Type[] = []): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // Express tries routes in this order: the busy ones first, sign-in and housekeeping last.
        ...subsystems.map((s) => s.module),
        ConfigModule,
        ClockModule,
        DatabaseModule.forRoot(subsystems.flatMap((s) => s.entities)),
        CryptoModule,
        AuditModule,
        FilesModule,
        OutboxModule.forRoot(),
        JobsModule.forRoot(taskList),
        AuthModule.forRoot([auditGrants, jobsGrants, notifyGrants, ...subsystems.map((s) => s.grants)]),
        NotifyModule.forRoot(subsystems.flatMap((s) => s.describes ?? []), subsystems.flatMap((s) => (s.parks ? [s.parks] : []))),
        ObservabilityModule,
        HttpModule,
        ...more,
      ],
    };
  }
}
