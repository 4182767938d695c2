import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promiseFaults, recordFaults, type Repository } from './checks/documents';
import { permissionsAskedIn, routeFaults } from './checks/routes';
import { filesBelow, read, root, theHouse } from './house';
import { PermissionTable } from '@fleet/platform/auth';
import { describedApp, documents, type Described } from '../../apps/cli/src/docs';
import { routesOf, type Route } from '../../apps/cli/src/docs/routes';

let house: Described;
let routes: Route[];
beforeAll(async () => {
  house = await describedApp();
  routes = routesOf(house.app);
});

describe('routes', () => {
  it('say who may use them and what they answer; each permission is granted and used', () => {
    expect(routes.length).toBeGreaterThan(20);
    expect(routeFaults(routes, house.app.get(PermissionTable).grants, permissionsAskedIn(theHouse()))).toEqual([]);
  });
});

describe('what is printed from code is current (npm run docs)', () => {
  it.each(Object.keys(documents))('%s', (path) => {
    // Compared as one flag: a diff of ten thousand lines helps nobody.
    const printed = documents[path]?.(house, root);
    expect({ path, current: read(path) === printed }).toEqual({ path, current: true });
  });
});

describe('what the documents promise exists', () => {
  const written = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...filesBelow('docs', /\.md$/), ...filesBelow('apps', /\.md$/), ...filesBelow('libs', /\.md$/), ...filesBelow('ops', /\.md$/)];

  it.each(written)('%s', (path) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const api: Repository['api'] = {};
    for (const route of routes) (api[route.path] ??= []).push(route.method);
    const exists = (file: string): boolean => existsSync(join(root, file));
    expect(promiseFaults(path, read(path), { scripts: Object.keys(scripts), exists, api })).toEqual([]);
  });

  it('decision records are numbered, short and complete', () => {
    const records = Object.fromEntries(filesBelow('docs/adr', /\.md$/).map((path) => [path.replace('docs/adr/', ''), read(path)]));
    expect(recordFaults(records)).toEqual([]);
  });
});
