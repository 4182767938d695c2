import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PermissionTable } from '@fleet/platform/auth';
import { envExample, readConfig, type Config } from '@fleet/platform/config';
import type { INestApplication } from '@nestjs/common';
import { createApp } from '../../../server/src/create-app';
import { openApiDocument } from '../../../server/src/openapi';
import { drawing, withDrawing } from './drawing';
import { permissionTable } from './permissions';
import { routesOf } from './routes';
import { walls } from './walls';

/** Settings that describe the house without a database: nothing connects until the application starts. */
export const describingConfig = (): Config =>
  readConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    PUBLIC_URL: 'http://localhost:3000',
    DATABASE_URL: 'postgres://nobody@localhost/none',
    FLEET_MASTER_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
  });

export interface Described {
  app: INestApplication;
  config: Config;
}

export async function describedApp(): Promise<Described> {
  const config = describingConfig();
  return { app: await createApp(config), config };
}

/** Everything in the repository that is printed from code. Each is checked for drift by the architecture tests. */
export const documents: Record<string, (house: Described, root: string) => string> = {
  'openapi.json': ({ app, config }) => `${JSON.stringify(openApiDocument(app, config), null, 2)}\n`,
  'docs/PERMISSIONS.md': ({ app }) => permissionTable(routesOf(app), app.get(PermissionTable).grants),
  'docs/ARCHITECTURE.md': (_, root) => withDrawing(readFileSync(join(root, 'docs/ARCHITECTURE.md'), 'utf8'), drawing(JSON.parse(readFileSync(join(root, 'subsystems.json'), 'utf8')))),
  '.env.example': () => envExample(),
  '.oxlintrc.walls.json': (_, root) => walls(JSON.parse(readFileSync(join(root, 'subsystems.json'), 'utf8'))),
};
