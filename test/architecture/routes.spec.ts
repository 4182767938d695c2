import { Controller, Get, Post } from '@nestjs/common';
import { Permit, PermissionTable, Public } from '@fleet/platform/auth';
import { Returns, ReturnsNothing, Text } from '@fleet/platform/http';
import { describedApp, documents, type Described } from '../../apps/cli/src/docs';
import { drawing, layersOf, withDrawing } from '../../apps/cli/src/docs/drawing';
import { permissionTable } from '../../apps/cli/src/docs/permissions';
import { routesIn, routesOf, type Route } from '../../apps/cli/src/docs/routes';
import { permissionsAskedIn, routeFaults } from './checks/routes';
import { filesBelow, read, root } from './house';

describe('the real house', () => {
  let house: Described;
  const printed = new Map<string, string | undefined>();
  /** The API description takes seconds to print, and two tests look at it. */
  const print = (path: string): string | undefined => {
    if (!printed.has(path)) printed.set(path, documents[path]?.(house, root));
    return printed.get(path);
  };
  beforeAll(async () => {
    house = await describedApp();
  });

  it('says on each route who may use it and what it answers; each permission is granted and used', () => {
    const routes = routesOf(house.app);
    const asked = filesBelow('libs', /\.ts$/).flatMap((path) => permissionsAskedIn(read(path)));
    expect(routes.length).toBeGreaterThan(20);
    expect(routeFaults(routes, house.app.get(PermissionTable).grants, asked)).toEqual([]);
  });

  it('describes each operation under a name of its own, and every shape it names', () => {
    const text = print('openapi.json') ?? '';
    const { paths, components } = JSON.parse(text) as { paths: Record<string, Record<string, { operationId: string }>>; components: { schemas: object } };
    const twice = (names: string[]): string[] => names.filter((name, i) => names.indexOf(name) !== i);
    expect(twice(Object.values(paths).flatMap((path) => Object.values(path).map((operation) => operation.operationId)))).toEqual([]);
    const named = [...text.matchAll(/"#\/components\/schemas\/([^"]*)"/g)].map((m) => m[1] ?? '');
    expect(named.filter((name) => !Object.hasOwn(components.schemas, name))).toEqual([]);
  });

  it.each(Object.keys(documents))('has a current %s (npm run docs)', (path) => {
    // Compared as one flag: a diff of ten thousand lines helps nobody.
    expect({ path, current: read(path) === print(path) }).toEqual({ path, current: true });
  });
});

class View {
  @Text() name: string;
}

@Controller('api/things')
class Things {
  @Get()
  @Permit('things.thing.read')
  @Returns(View)
  list(): void {}

  @Post(':id/end')
  @Permit('things.thing.end', { steppedUp: true })
  @ReturnsNothing()
  end(): void {}

  @Get('hello')
  @Public('says hello to anybody')
  @Returns(View)
  hello(): void {}

  helper(): void {}
}

const grants = { 'things.thing.read': ['admin', 'driver'], 'things.thing.end': ['admin'] } as const;
const things = (): Route[] => routesIn(Things as never);
const only = (change: Partial<Route>): Route[] => [{ ...(things()[0] as Route), ...change }];
const granted = { 'things.thing.read': ['admin'] };

describe('the check of routes', () => {
  it('are read from decorators', () => {
    expect(things().map((r) => [r.method, r.path, r.handler])).toEqual([
      ['GET', '/api/things', 'Things.list'],
      ['POST', '/api/things/:id/end', 'Things.end'],
      ['GET', '/api/things/hello', 'Things.hello'],
    ]);
    expect(routeFaults(things(), grants)).toEqual([]);
  });

  it.each<[string, Route[], Record<string, string[]>, string]>([
    ['without permission', only({ access: undefined }), {}, 'neither @Permit nor @Public'],
    ['open without a reason', only({ access: { public: '' } }), {}, 'does not say why'],
    ['without a declared answer', only({ returns: undefined }), granted, 'declares no answer'],
    ['asking for what nobody has', only({}), {}, 'granted to no role'],
    ['never asking for what is granted', only({}), { ...granted, 'things.thing.mend': ['admin'] }, 'no route asks for it'],
    ['granted to an empty list', only({}), { 'things.thing.read': [] }, 'empty list of roles'],
    ['named badly', only({ access: { permission: 'readThings' } }), { readThings: ['admin'] }, 'subsystem.resource.verb'],
    ['declared twice', [...only({}), ...only({ handler: 'Other.list' })], granted, 'is declared by Things.list and by Other.list'],
    ['that shadow each other by parameter', [...only({ path: '/a/:id' }), ...only({ path: '/a/:name' })], granted, 'is declared by'],
  ])('are found %s', (_, faulty, grants, fault) => {
    expect(routeFaults(faulty, grants)).toEqual([expect.stringContaining(fault)]);
  });

  it('need not ask for a permission that code asks for itself', () => {
    const asked = permissionsAskedIn(`if (actor.permissions.has('things.thing.mend')) go();`);
    expect(asked).toEqual(['things.thing.mend']);
    expect(routeFaults(only({}), { ...granted, 'things.thing.mend': ['admin'] }, asked)).toEqual([]);
  });

  it('are printed with their roles', () => {
    const text = permissionTable(things(), grants);
    expect(text).toContain('| `GET /api/things` | `things.thing.read` | x |   |   | x |   |');
    expect(text).toContain('| `POST /api/things/:id/end` | `things.thing.end` **2FA** | x |   |   |   |   |');
    expect(text).toContain('| `GET /api/things/hello` | says hello to anybody |');
  });
});

describe('the drawing', () => {
  const does = 'Does one thing.';
  const subsystems = { vehicles: { does, imports: [] }, fuel: { does, imports: ['vehicles'] }, timetable: { does, imports: ['*'] } };

  it('puts every unit above what it imports', () => {
    expect(layersOf(subsystems)).toEqual([['vehicles'], ['fuel'], ['timetable']]);
    expect(drawing({ subsystems, foundations: {} })).toContain('layer 1\n  fuel      -> vehicles');
  });

  it('replaces what is between the markers and nothing else', () => {
    const page = 'before\n<!-- begin: printed from subsystems.json by npm run docs -->\nold\n<!-- end -->\nafter';
    expect(withDrawing(page, 'new')).toBe(page.replace('old', 'new'));
    expect(() => withDrawing('before', 'new')).toThrow('needs the lines');
  });
});

describe('names in the API description', () => {
  // Schemas are keyed by class name: of two classes with one name, the description shows only one.
  it('belong to one class each', () => {
    const places = new Map<string, string[]>();
    for (const path of filesBelow('libs', /\.(dto|controller)\.ts$/)) {
      for (const [, name = ''] of read(path).matchAll(/^export class (\w+(?:View|Body|Query))\b/gm)) places.set(name, [...(places.get(name) ?? []), path]);
    }
    expect([...places].filter(([, paths]) => paths.length > 1)).toEqual([]);
  });
});
