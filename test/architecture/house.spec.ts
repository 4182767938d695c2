import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { eventFaults } from './checks/events';
import { cycleFaults, edgeFaults, importsOf } from './checks/imports';
import { isTest, whoImports, whoWritesCuts, within } from './checks/immobilize';
import { manifestFaults } from './checks/manifest';
import { migrationFaults } from './checks/migrations';
import { readmeFaults } from './checks/documents';
import { clockFaults, environmentFaults, limitFaults, switchedOffFaults } from './checks/tidy';
import { foldersOf, manifest, read, root } from './house';
import { houseOf, theHouse, type Source } from './sources';

const house = theHouse();

/** The rules of the house, run over every file of it. What each finds is proven in checks.*.spec.ts. */
describe('the house', () => {
  it('has the units that subsystems.json names, and no circle among them', () => {
    expect(manifestFaults(manifest, { libs: foldersOf('libs'), apps: foldersOf('apps') })).toEqual([]);
  });

  it('imports along declared edges, through doors', () => {
    expect(edgeFaults(house, manifest)).toEqual([]);
  });

  it('has no files that import each other in a circle', () => {
    expect(cycleFaults(house)).toEqual([]);
  });

  it('looks at the environment in one place', () => {
    expect(environmentFaults(house)).toEqual([]);
  });

  it('asks the injected clock', () => {
    expect(clockFaults(house)).toEqual([]);
  });

  it('switches no test off', () => {
    expect(switchedOffFaults(house)).toEqual([]);
  });

  it('keeps files and functions short', () => {
    expect(limitFaults(house)).toEqual([]);
  });

  it('hears its events, or says why not', () => {
    expect(eventFaults(house)).toEqual([]);
  });

  it('names migrations by time, owner and deed', () => {
    const owners = [...Object.keys(manifest.subsystems), ...foldersOf('libs/platform/src'), 'platform'];
    expect(migrationFaults(house, owners)).toEqual([]);
  });

  it('explains each subsystem on one page', () => {
    const present = foldersOf('libs').filter((name) => name in manifest.subsystems);
    const textOf = (name: string): string | undefined => (existsSync(join(root, 'libs', name, 'README.md')) ? read(`libs/${name}/README.md`) : undefined);
    expect(present.flatMap((name) => readmeFaults(name, textOf(name), manifest.subsystems[name]?.imports.includes('*')))).toEqual([]);
  });
});

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
    const intruder = { 'libs/analytics/src/risk.ts': `import { Immobilize } from '../../access_control/src/immobilize/immobilize.service'; store.insert(tx, { kind: 'immobilize' });` };
    expect(whoImports(houseOf(intruder), 'immobilize.service')).toEqual(Object.keys(intruder));
    expect(whoWritesCuts(houseOf(intruder))).toEqual(Object.keys(intruder));
  });
});
