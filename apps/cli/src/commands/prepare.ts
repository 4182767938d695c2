import { readConfig } from '@fleet/platform/config';
import { migrate } from '@fleet/platform/database';
import { accountsStand } from '../demo/stands';

/** What runs before every start: bring the schema up to date, and fill an empty demo database. */
export async function prepare(): Promise<void> {
  const config = readConfig();
  const { applied, serverVersion } = await migrate(config.DATABASE_URL, { appHasOwnLogin: config.DATABASE_APP_URL !== undefined });
  console.log(`Database: PostgreSQL ${serverVersion}, ${applied.length === 0 ? 'schema up to date' : `${applied.length} migrations applied`}.`);
  if (!config.FLEET_DEMO || (await accountsStand(config.DATABASE_URL))) return;
  const { seedDemo } = await import('../demo/seed.js');
  await seedDemo(config);
}
