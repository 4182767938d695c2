export { systemActor, type Actor } from './actor';
export { conflictOn } from './conflict';
export { DatabaseModule } from './database.module';
export { Db } from './db';
export type { EntityList } from './entities';
export { migrate, type MigrationReport } from './migrate';
export { ReadTx, statement, Tx, type Statement } from './tx';
export { pendingMigrations } from './pending-migrations';
