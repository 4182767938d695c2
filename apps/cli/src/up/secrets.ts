import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, writeJson } from './files';
import { Problem } from './problem';

export interface Secrets {
  master_key: string;
  postgres_owner_password: string;
  postgres_app_password: string;
}

const password = (): string => randomBytes(24).toString('base64url');

/** Secrets of a data directory, made on its first use. Beside a database that exists they are never made anew: its key would be lost. */
export function loadSecrets(dataDir: string, databaseExists: boolean): Secrets {
  const file = join(dataDir, 'secrets.json');
  if (existsSync(file)) return checked(file);
  if (databaseExists) {
    throw new Problem(
      `${file} is missing, and the database in this directory cannot be read without it.`,
      `Bring secrets.json back from a backup, or delete ${dataDir} to begin with an empty system.`,
    );
  }
  writeJson(file, {
    master_key: randomBytes(32).toString('base64'),
    postgres_owner_password: password(),
    postgres_app_password: password(),
  } satisfies Secrets);
  return checked(file);
}

function checked(file: string): Secrets {
  const secrets = readJson<Partial<Secrets>>(file);
  const whole =
    Buffer.from(secrets?.master_key ?? '', 'base64').length === 32 && secrets?.postgres_owner_password && secrets.postgres_app_password;
  if (whole) return secrets as Secrets;
  throw new Problem(
    `${file} is damaged.`,
    'It must hold master_key (32 bytes in base64), postgres_owner_password and postgres_app_password. Bring it back from a backup.',
  );
}
