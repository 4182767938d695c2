import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promiseFaults, readmeFaults, recordFaults, subsystemParts, type Repository } from './checks/documents';
import { filesBelow, foldersOf, read, root } from './house';

/** The routes as docs/PERMISSIONS.md has them, which another test keeps current. */
function printedApi(): Repository['api'] {
  const api: Repository['api'] = {};
  for (const [, method = '', path = ''] of read('docs/PERMISSIONS.md').matchAll(/^\| `([A-Z]+) (\S+)`/gm)) (api[path] ??= []).push(method);
  return api;
}

describe('what the documents promise exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const repository: Repository = { scripts: Object.keys(scripts), exists: (file) => existsSync(join(root, file)), api: printedApi() };
  const written = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...['docs', 'apps', 'libs', 'ops'].flatMap((folder) => filesBelow(folder, /\.md$/))];

  it.each(written)('%s', (path) => {
    expect(promiseFaults(path, read(path), repository)).toEqual([]);
  });

  it('each room of platform has its line in docs/ARCHITECTURE.md', () => {
    const rows = read('docs/ARCHITECTURE.md').split('\n').filter((line) => line.startsWith('| `')).map((line) => line.split(' | ')[0]);
    expect(foldersOf('libs/platform/src').filter((room) => !rows.some((row) => row?.includes(`\`${room}\``)))).toEqual([]);
  });

  it('decision records are numbered, short and complete', () => {
    const records = Object.fromEntries(filesBelow('docs/adr', /\.md$/).map((path) => [path.replace('docs/adr/', ''), read(path)]));
    expect(recordFaults(records)).toEqual([]);
  });
});

describe('the check of documents', () => {
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
