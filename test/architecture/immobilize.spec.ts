import ts from 'typescript';
import { importsOf } from './checks/imports';
import { theHouse, type Source, walk } from './sources';

const house = theHouse();
const within = (source: Source): boolean => source.path.startsWith('libs/access_control/src/');
const isTest = (source: Source): boolean => /\.spec\.ts$/.test(source.path) || source.path.startsWith('test/');

/** Files that take this file of the subsystem, whatever part of it. */
function whoImports(sources: readonly Source[], file: string): string[] {
  const ends = new RegExp(`(^|/)${file}$`);
  return sources.filter((source) => !isTest(source) && importsOf(source).some((i) => ends.test(i.specifier))).map((source) => source.path);
}

/** Files that write the words which put a command that cuts into the table. */
function whoWritesCuts(sources: readonly Source[]): string[] {
  return sources
    .filter((source) => !isTest(source) && source.path.startsWith('libs/'))
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

describe('stopping a vehicle', () => {
  it('is reached from the controller and from nowhere else', () => {
    const importers = whoImports(house, 'immobilize.service').filter((path) => path !== 'libs/access_control/src/access-control.module.ts');
    // The release takes two helpers from it and not the service itself.
    expect(importers.sort()).toEqual(['libs/access_control/src/immobilize/immobilize.controller.ts', 'libs/access_control/src/immobilize/release.service.ts']);
    const release = house.find((s) => s.path.endsWith('release.service.ts')) as Source;
    expect(importsOf(release).filter((i) => i.specifier.endsWith('immobilize.service')).flatMap((i) => i.names ?? ['everything']).sort()).toEqual(['orderOf', 'startedView']);
  });

  it('takes a person, and only the controller makes one', () => {
    const makers = house.filter((s) => !isTest(s) && /\bPerson\.of\(/.test(s.text)).map((s) => s.path);
    expect(makers).toEqual(['libs/access_control/src/immobilize/immobilize.controller.ts']);
    expect(whoImports(house, 'person').filter((path) => path.startsWith('libs/access_control/')).sort()).toEqual(
      ['immobilize.controller', 'immobilize.service', 'release.service'].map((name) => `libs/access_control/src/immobilize/${name}.ts`),
    );
  });

  it('is written down in one place, besides the past of the demo', () => {
    expect(whoWritesCuts(house).filter((path) => !path.includes('/demo/'))).toEqual(['libs/access_control/src/immobilize/immobilize.service.ts']);
  });

  it('is not offered at the door, and no batch or event of the subsystem comes near it', () => {
    const door = house.find((s) => s.path === 'libs/access_control/src/index.ts') as Source;
    expect(importsOf(door).map((i) => i.specifier).filter((specifier) => /immobilize|execute|methods|release/.test(specifier))).toEqual([]);
    const automatic = house.filter((s) => within(s) && !isTest(s) && /@Hears\(|defineTask\(|@Cron\(/.test(s.text));
    expect(automatic.map((s) => s.path)).toEqual(['libs/access_control/src/lockouts/expire.task.ts']);
    for (const source of automatic) expect(importsOf(source).filter((i) => /immobilize|execute|methods/.test(i.specifier))).toEqual([]);
  });

  it('would be noticed elsewhere', () => {
    const intruder = { path: 'libs/analytics/src/risk.ts', text: '', tree: ts.createSourceFile('risk.ts', `import { Immobilize } from '../../access_control/src/immobilize/immobilize.service'; store.insert(tx, { kind: 'immobilize' });`, ts.ScriptTarget.ES2023, true) } as Source;
    expect(whoImports([intruder], 'immobilize.service')).toEqual([intruder.path]);
    expect(whoWritesCuts([intruder])).toEqual([intruder.path]);
  });
});
