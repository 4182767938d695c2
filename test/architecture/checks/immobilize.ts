import ts from 'typescript';
import { importsOf } from './imports';
import { type Source, walk } from '../sources';

export const within = (source: Source): boolean => source.path.startsWith('libs/access_control/src/');
export const isTest = (source: Source): boolean => /\.spec\.ts$/.test(source.path) || source.path.startsWith('test/');

/** Files that take this file of the subsystem, whatever part of it. */
export function whoImports(sources: readonly Source[], file: string): string[] {
  const ends = new RegExp(`(^|/)${file}$`);
  return sources.filter((source) => !isTest(source) && importsOf(source).some((i) => ends.test(i.specifier))).map((source) => source.path);
}

/** Files that write the words which put a command that cuts into the table. */
export function whoWritesCuts(sources: readonly Source[]): string[] {
  return sources
    .filter((source) => !isTest(source) && source.path.startsWith('libs/') && source.text.includes(`'immobilize`))
    .filter((source) => {
      let found = false;
      walk(source.tree, (node) => {
        const inObject = ts.isPropertyAssignment(node) && node.name.getText() === 'kind' && /^'immobilize'/.test(node.initializer.getText());
        found ||= inObject;
      });
      return found;
    })
    .map((source) => source.path);
}
