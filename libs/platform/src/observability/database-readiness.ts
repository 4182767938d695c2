import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Db, pendingMigrations } from '../database';
import { Readiness } from './health';

/** Ready means: the database answers and has everything this version needs. */
@Injectable()
export class DatabaseReadiness implements OnModuleInit {
  private readonly log = new Logger('readiness');

  constructor(
    private readonly db: Db,
    private readonly readiness: Readiness,
  ) {}

  onModuleInit(): void {
    this.readiness.add('database', async () => {
      try {
        const pending = await this.db.systemRead('observability.readiness', (tx) => pendingMigrations(tx));
        return pending.length > 0 ? `waits for ${pending.length} migrations, the first of ${pending[0]}` : undefined;
      } catch (error) {
        // Anybody may ask; what exactly failed is for the log.
        this.log.warn({ err: error }, 'the database does not answer');
        return 'does not answer';
      }
    });
  }
}
