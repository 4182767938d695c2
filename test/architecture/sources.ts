import ts from 'typescript';
import { filesBelow, read } from './house';

/** One file of the house. It is parsed when a check first asks for its tree. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** Fixture houses for tests of the checks: path -> text. */
export function houseOf(files: Record<string, string>): Source[] {
  return Object.entries(files).map(([path, text]) => {
    let tree: ts.SourceFile | undefined;
    return {
      path,
      text,
      get tree() {
        return (tree ??= ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true));
      },
    };
  });
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
