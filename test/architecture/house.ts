import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One file of the house, parsed once for all checks. */
export interface Source {
  path: string;
  text: string;
  tree: ts.SourceFile;
}

export interface Unit {
  does: string;
  imports: string[];
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

/** Fixture houses for tests of the checks: path -> text. */
export function houseOf(files: Record<string, string>): Source[] {
  return Object.entries(files).map(([path, text]) => ({ path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true) }));
}

export function theHouse(): Source[] {
  const paths = ['apps', 'libs', 'migrations', 'test'].flatMap((folder) => filesBelow(folder, /\.tsx?$/));
  return houseOf(Object.fromEntries(paths.map((path) => [path, read(path)])));
}

export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

export const at = (source: Source, node: ts.Node): string => `${source.path}:${source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line + 1}`;

export const isSpec = (path: string): boolean => /\.spec\.tsx?$/.test(path);
