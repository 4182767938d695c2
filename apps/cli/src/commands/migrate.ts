import { readConfig } from '@fleet/platform/config';
import { migrate } from '@fleet/platform/database';
import { withDatabase } from '../up/database';
import { readSettings } from '../up/settings';

/** `npm run migrate`: the schema of the configured database, or of the embedded one. */
export async function migrateCommand(): Promise<void> {
  const settings = readSettings();
  await withDatabase(settings, async (env) => {
    const config = readConfig({ ...settings.environment, ...env });
    const { applied } = await migrate(config.DATABASE_URL, { appHasOwnLogin: config.DATABASE_APP_URL !== undefined });
    for (const name of applied) console.log(`applied ${name}`);
    console.log(`migrate: ${applied.length} applied, schema up to date`);
  });
}
