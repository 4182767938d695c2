import { cycleFaults, edgeFaults, importsOf } from './checks/imports';
import { manifestFaults } from './checks/manifest';
import type { Manifest } from './house';
import { houseOf } from './sources';

const does = 'Does one thing for somebody.';
const manifest: Manifest = {
  subsystems: {
    vehicles: { does, imports: [], side_doors: ['play'] },
    fuel: { does, imports: ['vehicles'] },
    timetable: { does, imports: ['*'] },
  },
  foundations: { platform: { does, imports: [] }, contracts: { does, imports: ['platform'] } },
  apps: { server: { does, imports: [] }, cli: { does, imports: ['server'] } },
};
const edges = (path: string, text: string): string[] => edgeFaults(houseOf({ [path]: text }), manifest);

describe('edges between units', () => {
  it.each([
    ['libs/fuel/src/a.ts', `import { V } from '@fleet/vehicles';`],
    ['libs/fuel/src/a.ts', `import { Db } from '@fleet/platform/database'; import { E } from '@fleet/contracts';`],
    ['libs/fuel/src/a.ts', `import { x } from './rules/x'; import express from 'express'; import { join } from 'node:path';`],
    ['libs/timetable/src/a.ts', `import { vehicleTasks } from '@fleet/vehicles'; import { fuelTasks } from '@fleet/fuel';`],
    ['libs/contracts/src/a.ts', `import { defineEvent } from '@fleet/platform/outbox';`],
    ['libs/platform/src/auth/a.ts', `import { Db } from '../database'; import { notFound } from '../http/refusal';`],
    ['apps/server/src/a.ts', `import { fuel } from '@fleet/fuel';`],
    ['apps/server/src/a.ts', `import { frames } from '@fleet/vehicles/play';`],
    ['apps/cli/src/a.ts', `import { createApp } from '../../server/src/create-app';`],
    ['libs/fuel/src/a.spec.ts', `import { pictures } from '../../../test/support/pictures';`],
    ['test/db/a.spec.ts', `import { x } from '../../libs/fuel/src/deep/x';`],
  ])('lets %s pass: %s', (path, text) => {
    expect(edges(path, text)).toEqual([]);
  });

  it.each([
    ['an undeclared edge', 'libs/vehicles/src/a.ts', `import { F } from '@fleet/fuel';`, 'no edge from vehicles to fuel'],
    ['an edge of types alone', 'libs/vehicles/src/a.ts', `import type { F } from '@fleet/fuel';`, 'no edge'],
    ['a re-export', 'libs/vehicles/src/a.ts', `export * from '@fleet/fuel';`, 'no edge'],
    ['a dynamic import', 'libs/vehicles/src/a.ts', `const f = () => import('@fleet/fuel');`, 'no edge'],
    ['a require', 'libs/vehicles/src/a.ts', `const f = require('@fleet/fuel');`, 'no edge'],
    ['an import inside a type', 'libs/vehicles/src/a.ts', `let f: import('@fleet/fuel').F;`, 'no edge'],
    ['the same by relative path', 'libs/vehicles/src/a.ts', `import { F } from '../../fuel/src';`, 'no edge'],
    ['a deep import by alias', 'libs/fuel/src/a.ts', `import { V } from '@fleet/vehicles/store/v';`, 'past the door'],
    ['a deep import by path', 'libs/fuel/src/a.ts', `import { V } from '../../vehicles/src/store/v';`, 'past the door'],
    ['a deep import into a room', 'libs/fuel/src/a.ts', `import { Tx } from '@fleet/platform/database/tx';`, 'past the door'],
    ['platform as a whole', 'libs/fuel/src/a.ts', `import { Tx } from '@fleet/platform';`, 'past the door'],
    ['its own door', 'libs/fuel/src/a.ts', `import { F } from '@fleet/fuel';`, 'by relative path'],
    ['a room by alias inside platform', 'libs/platform/src/auth/a.ts', `import { Db } from '@fleet/platform/database';`, 'by relative path'],
    ['platform knowing a subsystem', 'libs/platform/src/auth/a.ts', `import { V } from '@fleet/vehicles';`, 'no edge from platform'],
    ['contracts knowing a subsystem', 'libs/contracts/src/a.ts', `import { V } from '@fleet/vehicles';`, 'no edge from contracts'],
    ['an app past a door', 'apps/server/src/a.ts', `import { V } from '@fleet/vehicles/store';`, 'past the door'],
    ['a subsystem through a side door, which is for apps', 'libs/fuel/src/a.ts', `import { frames } from '@fleet/vehicles/play';`, 'past the door'],
    ['an app through a side door nobody declared', 'apps/server/src/a.ts', `import { frames } from '@fleet/fuel/play';`, 'past the door'],
    ['an undeclared app', 'apps/server/src/a.ts', `import { up } from '../../cli/src/up';`, 'no edge from server to cli'],
    ['a library knowing an app', 'libs/fuel/src/a.ts', `import { a } from '../../../apps/server/src/a';`, 'no edge from fuel to server'],
    ['a migration using code', 'migrations/1.ts', `import { V } from '@fleet/vehicles';`, 'must not change'],
    ['code using tests', 'libs/fuel/src/a.ts', `import { d } from '../../../test/support/database';`, 'nothing outside tests'],
    ['a timetable that takes more than tasks', 'libs/timetable/src/a.ts', `import { fuelTasks, FuelLookup } from '@fleet/fuel';`, 'more than a task list'],
    ['a timetable that takes all', 'libs/timetable/src/a.ts', `import * as fuel from '@fleet/fuel';`, 'more than a task list'],
    ['an unlisted unit', 'libs/stray/src/a.ts', `import { V } from '@fleet/vehicles';`, 'no edge from stray'],
  ])('finds %s', (_, path, text, fault) => {
    expect(edges(path, text)).toEqual([expect.stringContaining(fault)]);
  });

  it('says where', () => {
    expect(edges('libs/vehicles/src/a.ts', `\n\nimport { F } from '@fleet/fuel';`)[0]).toMatch(/^libs\/vehicles\/src\/a\.ts:3 /);
  });
});

describe('circles of files', () => {
  const house = (files: Record<string, string>): string[] => cycleFaults(houseOf(files));

  it('are found inside a subsystem, however long', () => {
    const files = { 'libs/fuel/src/a.ts': `import './b';`, 'libs/fuel/src/b.ts': `export { c } from './rules';`, 'libs/fuel/src/rules/index.ts': `import { a } from '../a';` };
    expect(house(files)).toEqual([expect.stringContaining('libs/fuel/src/a.ts -> libs/fuel/src/b.ts -> libs/fuel/src/rules/index.ts -> libs/fuel/src/a.ts')]);
  });

  it('are found across subsystems', () => {
    expect(house({ 'libs/fuel/src/index.ts': `import '@fleet/vehicles';`, 'libs/vehicles/src/index.ts': `import '@fleet/fuel';` })).toHaveLength(1);
  });

  it('are none when one direction is types only', () => {
    expect(house({ 'libs/fuel/src/a.ts': `import { B } from './b';`, 'libs/fuel/src/b.ts': `import type { A } from './a'; import { type C } from './a';` })).toEqual([]);
  });

  it('know an import of types from one of values', () => {
    const [source] = houseOf({ 'a.ts': `import type { A } from 'a'; import { type B } from 'b'; import { type C, D } from 'c'; import 'd'; export type { E } from 'e';` });
    expect(source && importsOf(source).map((i) => i.typeOnly)).toEqual([true, true, false, false, true]);
  });
});

describe('the manifest', () => {
  const folders = { libs: ['vehicles', 'fuel', 'timetable', 'platform', 'contracts'], apps: ['server', 'cli'] };
  const faults = (change: (m: Manifest) => void, present = folders): string[] => {
    const copy = structuredClone(manifest);
    change(copy);
    return manifestFaults(copy, present);
  };

  it('is sound here', () => {
    expect(faults(() => undefined)).toEqual([]);
  });

  it.each<[string, (m: Manifest) => void, string]>([
    ['a circle', (m) => m.subsystems.vehicles?.imports.push('fuel'), 'is a circle'],
    ['an edge to the unit that sees all', (m) => m.subsystems.vehicles?.imports.push('timetable'), 'is a circle'],
    ['an edge to nowhere', (m) => m.subsystems.fuel?.imports.push('boats'), 'is no subsystem'],
    ['an edge listed twice', (m) => m.subsystems.fuel?.imports.push('vehicles'), 'twice'],
    ['a foundation that knows a subsystem', (m) => m.foundations.platform?.imports.push('fuel'), 'foundations know no subsystem'],
    ['a unit without folder', (m) => (m.subsystems.boats = { does, imports: [] }), 'there is no libs/boats'],
    ['a planned unit that exists', (m) => m.subsystems.fuel && (m.subsystems.fuel.planned = true), 'remove "planned"'],
    ['a unit that says nothing', (m) => m.subsystems.fuel && (m.subsystems.fuel.does = 'fuel'), 'one sentence'],
  ])('finds %s', (_, change, fault) => {
    expect(faults(change)).toEqual(expect.arrayContaining([expect.stringContaining(fault)]));
  });

  it('finds a folder it does not know, and accepts a planned unit', () => {
    expect(faults(() => undefined, { ...folders, libs: [...folders.libs, 'stray'] })).toEqual(['libs/stray is not in subsystems.json']);
    expect(faults((m) => (m.subsystems.boats = { does, imports: [], planned: true }))).toEqual([]);
  });
});
