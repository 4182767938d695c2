import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Problem } from './problem';

export interface Settings {
  dataDir: string;
  port: number;
  /** The user named the port, so another one may not be taken in its place. */
  portChosen: boolean;
  publicUrl?: string;
  databaseUrl?: string;
  masterKeys?: string;
  /** undefined: the user left it open. */
  demo?: boolean;
  production: boolean;
  debug: boolean;
  /** Started by a script of npm. */
  underNpm: boolean;
  /** What child processes inherit. */
  environment: NodeJS.ProcessEnv;
}

/** The only place where `up` looks at the environment. A `.env` fills in what the environment leaves out. */
export function readSettings(): Settings {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const env = process.env;
  const text = (name: string): string | undefined => env[name]?.trim() || undefined;
  return {
    dataDir: resolve(text('FLEET_DATA_DIR') ?? 'data'),
    port: port(text('PORT')),
    portChosen: text('PORT') !== undefined,
    publicUrl: text('PUBLIC_URL'),
    databaseUrl: text('DATABASE_URL'),
    masterKeys: text('FLEET_MASTER_KEYS'),
    demo: flag('FLEET_DEMO', text('FLEET_DEMO')),
    production: text('NODE_ENV') === 'production',
    debug: debugging(),
    underNpm: text('npm_lifecycle_event') !== undefined,
    environment: { ...env },
  };
}

function port(value: string | undefined): number {
  const number = Number(value ?? 3000);
  if (Number.isInteger(number) && number > 0 && number < 65536) return number;
  throw new Problem(`PORT is "${value}", which is not a port.`, 'Set PORT to a number from 1 to 65535, or leave it out for 3000.');
}

function flag(name: string, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (value === '1' || value === 'true') return true;
  if (value === '0' || value === 'false') return false;
  throw new Problem(`${name} is "${value}".`, `Set ${name} to 1 or 0, or leave it out.`);
}

export const debugging = (): boolean => process.env.FLEET_DEBUG === '1';
