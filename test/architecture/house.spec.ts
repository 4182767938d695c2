import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { eventFaults } from './checks/events';
import { cycleFaults, edgeFaults } from './checks/imports';
import { manifestFaults } from './checks/manifest';
import { migrationFaults } from './checks/migrations';
import { readmeFaults } from './checks/documents';
import { environmentFaults, limitFaults, switchedOffFaults } from './checks/tidy';
import { foldersOf, manifest, read, root } from './house';
import { theHouse } from './sources';

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
