import pg from 'pg';
import { DataSource, type MixedList } from 'typeorm';
import type { Config } from '../config';
import type { EntityList } from './entities';

// A calendar day has no time zone: keep it text, or it moves by a day west of Greenwich.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

/** The role the running server acts as; it owns nothing and cannot bypass row-level security. */
export const appRole = 'fleet_app';

export function createDataSource(config: Config, entities: EntityList, onPoolError: (error: Error) => void): DataSource {
  const ownLogin = config.DATABASE_APP_URL !== undefined;
  return new DataSource({
    type: 'postgres',
    url: config.DATABASE_APP_URL ?? config.DATABASE_URL,
    entities: entities as MixedList<never>,
    synchronize: false,
    migrationsRun: false,
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    poolSize: config.DATABASE_POOL_MAX,
    poolErrorHandler: onPoolError,
    extra: {
      application_name: 'fleet-erp',
      options: `${ownLogin ? '' : `-c role=${appRole} `}-c statement_timeout=${config.DATABASE_STATEMENT_TIMEOUT_MS} -c timezone=UTC -c idle_in_transaction_session_timeout=60000`,
      connectionTimeoutMillis: 5000,
      keepAlive: true,
      // Without it a database that vanished is noticed after the system's two hours.
      keepAliveInitialDelayMillis: 10_000,
    },
  });
}

/** The owner's connection, for migrations and maintenance commands only. */
export function createOwnerSource(url: string, migrations: string[]): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    migrations,
    migrationsTableName: 'migration',
    schema: 'platform',
    migrationsTransactionMode: 'each',
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    extra: { application_name: 'fleet-erp-migrate', max: 2, connectionTimeoutMillis: 5000, options: '-c timezone=UTC -c lock_timeout=60000' },
  });
}
