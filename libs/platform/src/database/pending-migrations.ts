import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadTx } from './tx';

/** Moments of the migrations this version brings, from their file names (`202611210900_platform_create_walls.ts`). */
async function known(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return [...new Set(names.flatMap((name) => /^(\d{12})_\w+\.(?:js|ts)$/.exec(name)?.[1] ?? []))];
}

let remembered: Promise<string[]> | undefined;

/** Migrations this version needs and the database does not have yet. */
export async function pendingMigrations(tx: ReadTx): Promise<string[]> {
  // Compiled code lives in dist/libs/platform/src/database, migrations in dist/migrations; under jest both are sources.
  const needed = await (remembered ??= known(join(__dirname, '../../../../migrations')));
  const applied = await tx.sql<{ moment: string }>(`select right(name, 12) as moment from platform.migration`);
  return needed.filter((moment) => !applied.some((a) => a.moment === moment));
}
