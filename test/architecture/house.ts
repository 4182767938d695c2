import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Unit {
  does: string;
  imports: string[];
  /** Rooms of it that apps may enter without loading the rest. */
  side_doors?: string[];
  planned?: true;
}

export interface Manifest {
  subsystems: Record<string, Unit>;
  foundations: Record<string, Unit>;
  apps: Record<string, Unit>;
}

export const root = join(__dirname, '../..');
export const read = (path: string): string => readFileSync(join(root, path), 'utf8');
export const manifest = JSON.parse(read('subsystems.json')) as Manifest;

const skipped = new Set(['node_modules', 'dist', 'data', 'coverage']);

/** Paths below a folder, relative to the root, with forward slashes. */
export function filesBelow(folder: string, wanted: RegExp): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return skipped.has(entry.name) ? [] : filesBelow(path, wanted);
      return wanted.test(entry.name) ? [path] : [];
    })
    .sort();
}

export const foldersOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
