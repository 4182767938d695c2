import { writeFileSync } from 'node:fs';
import { createApp } from '../../../server/src/create-app';
import { openApiDocument } from '../../../server/src/openapi';
import { readConfig } from '@fleet/platform/config';

/** Settings that describe the API without a database: nothing connects until the application starts. */
export const describingConfig = () =>
  readConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', PUBLIC_URL: 'http://localhost:3000', DATABASE_URL: 'postgres://nobody@localhost/none', FLEET_MASTER_KEYS: `k1:${Buffer.alloc(32).toString('base64')}` });

/** Writes openapi.json, the contract that the web client is generated from. */
export async function writeOpenApi(): Promise<void> {
  const config = describingConfig();
  const app = await createApp(config);
  writeFileSync('openapi.json', `${JSON.stringify(openApiDocument(app, config), null, 2)}\n`);
  console.log('openapi.json written');
  process.exit(0);
}
