import { Controller, Get, Post } from '@nestjs/common';
import { Permit, Public } from '@fleet/platform/auth';
import { Returns, ReturnsNothing, Text } from '@fleet/platform/http';
import { drawing, layersOf, withDrawing } from '../../apps/cli/src/docs/drawing';
import { permissionTable } from '../../apps/cli/src/docs/permissions';
import { routesIn, type Route } from '../../apps/cli/src/docs/routes';
import { promiseFaults, readmeFaults, recordFaults, subsystemParts } from './checks/documents';
import { permissionsAskedIn, routeFaults } from './checks/routes';
import { houseOf } from './house';

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
const routes = (): Route[] => routesIn(Things as never);
const only = (change: Partial<Route>): Route[] => [{ ...(routes()[0] as Route), ...change }];
const read = { 'things.thing.read': ['admin'] };

describe('routes', () => {
  it('are read from decorators', () => {
    expect(routes().map((r) => [r.method, r.path, r.handler])).toEqual([
      ['GET', '/api/things', 'Things.list'],
      ['POST', '/api/things/:id/end', 'Things.end'],
      ['GET', '/api/things/hello', 'Things.hello'],
    ]);
    expect(routeFaults(routes(), grants)).toEqual([]);
  });

  it.each<[string, Route[], Record<string, string[]>, string]>([
    ['without permission', only({ access: undefined }), {}, 'neither @Permit nor @Public'],
    ['open without a reason', only({ access: { public: '' } }), {}, 'does not say why'],
    ['without a declared answer', only({ returns: undefined }), read, 'declares no answer'],
    ['asking for what nobody has', only({}), {}, 'granted to no role'],
    ['never asking for what is granted', only({}), { ...read, 'things.thing.mend': ['admin'] }, 'no route asks for it'],
    ['granted to an empty list', only({}), { 'things.thing.read': [] }, 'empty list of roles'],
    ['named badly', only({ access: { permission: 'readThings' } }), { readThings: ['admin'] }, 'subsystem.resource.verb'],
    ['declared twice', [...only({}), ...only({ handler: 'Other.list' })], read, 'is declared by Things.list and by Other.list'],
    ['that shadow each other by parameter', [...only({ path: '/a/:id' }), ...only({ path: '/a/:name' })], read, 'is declared by'],
  ])('are found %s', (_, faulty, granted, fault) => {
    expect(routeFaults(faulty, granted)).toEqual([expect.stringContaining(fault)]);
  });

  it('need not ask for a permission that code asks for itself', () => {
    const asked = permissionsAskedIn(houseOf({ 'libs/a/src/a.ts': `if (actor.permissions.has('things.thing.mend')) go();` }));
    expect(asked).toEqual(['things.thing.mend']);
    expect(routeFaults(only({}), { ...read, 'things.thing.mend': ['admin'] }, asked)).toEqual([]);
  });

  it('are printed with their roles', () => {
    const text = permissionTable(routes(), grants);
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

describe('documents', () => {
  const repository = { scripts: ['verify', 'docs'], exists: (path: string) => path === 'docs/a.md' || path === 'apps/cli', api: { '/api/v1/cars/:id': ['GET'], '/api/v1/cars': ['POST'] } };
  const faults = (text: string, path = 'README.md'): string[] => promiseFaults(path, text, repository);

  it.each([
    ['`npm run verify`, `npm ci && npm start`, `npm test`'],
    ['```sh\nnpm run -s docs\ncurl -s "http://localhost:3000/api/v1/cars/17?x=1"\ncurl http://localhost:3000/api/v1/cars \\\n  --json \'{}\'\n```'],
    ['[here](docs/a.md#part), [there](https://example.org/x), `apps/cli`, `src/anything`'],
  ])('may say %s', (text) => {
    expect(faults(text)).toEqual([]);
  });

  it.each([
    ['`npm run fly`', 'promises "npm run fly"'],
    ['```\nnpm fly\n```', 'promises "npm fly"'],
    ['[here](docs/b.md)', 'links to docs/b.md'],
    ['`apps/none/file.ts`', 'names apps/none/file.ts'],
    ['```\ncurl http://localhost:3000/api/v1/boats\n```', 'calls GET /api/v1/boats'],
    ['```\ncurl -X DELETE http://localhost:3000/api/v1/cars/1\n```', 'calls DELETE /api/v1/cars/1'],
  ])('may not say %s', (text, fault) => {
    expect(faults(text)).toEqual([expect.stringContaining(fault)]);
  });

  it('link from where they are', () => {
    expect(faults('[here](a.md)', 'docs/b.md')).toEqual([]);
    expect(faults('[here](../docs/a.md)', 'docs/b.md')).toEqual([]);
  });

  it('of a subsystem have their parts', () => {
    const inWords = '# fuel\n## What is not CRUD about it\n| Noun | What it is |\n**Invariants.** None.\n**Events out.**\n## Tables\n';
    expect(readmeFaults('fuel', undefined)).toEqual(['libs/fuel/README.md is missing']);
    expect(readmeFaults('fuel', inWords)).toEqual([]);
    expect(readmeFaults('fuel', '## Nouns\nTables of Events')).toHaveLength(subsystemParts.length - 1);
    expect(readmeFaults('timetable', '| What is not CRUD about it | all |', true)).toEqual([]);
    expect(readmeFaults('timetable', '', true)).toHaveLength(1);
  });

  it('of decisions have number, title and parts', () => {
    const good = '# 1. Title\n\n## Context\n\n## Decision\n\n## Consequences\n';
    expect(recordFaults({ '0001-title.md': good })).toEqual([]);
    expect(recordFaults({ '0002-title.md': good.replace('1.', '2.') })).toEqual([expect.stringContaining('should have number 0001')]);
    expect(recordFaults({ '0001-title.md': good.replace('## Context', '') })).toEqual([expect.stringContaining('"## Context"')]);
    expect(recordFaults({ '0001-title.md': good.replace('1.', '7.') })).toEqual([expect.stringContaining('must begin with')]);
    expect(recordFaults({ '0001-title.md': good + '\n'.repeat(60) })).toEqual([expect.stringContaining('longer than a page')]);
  });
});
