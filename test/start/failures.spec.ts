import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkVersion } from '../../apps/cli/src/up/external';
import { lastError } from '../../apps/cli/src/up/logs';
import { makeCheckout } from './checkout';
import { Bench, freePort, processesOf } from './running';

describe('a start that cannot succeed', () => {
  const bench = new Bench();
  const { home, data } = bench;
  let port: string;

  beforeAll(async () => {
    makeCheckout(home);
    port = await freePort();
  });
  afterAll(() => bench.clear());

  const refused = async (env: Record<string, string>): Promise<string> => {
    const running = bench.start({ PORT: port, ...env });
    expect(await running.end()).toBe(1);
    expect(running.output).not.toMatch(/^\s+at /m);
    expect(running.output.split('\n').length).toBeLessThan(20);
    expect(processesOf(home)).toEqual([]);
    return running.output;
  };

  it('a server that keeps dying: its last complaint and what to do', async () => {
    const output = await refused({ FAKE_SERVER: 'crash' });
    expect(output).toContain('The server stopped 5 times within a minute: start failed: the tank is empty');
    expect(output).toContain(join(data, 'logs', 'server.log'));
  });

  it('a server that refuses its settings is not tried again', async () => {
    const output = await refused({ FAKE_SERVER: 'settings' });
    expect(output).toContain('The server refused its settings: start failed: FLEET_MASTER_KEYS is missing');
    expect(output).not.toContain('starting it again');
  });

  it('a failing preparation', async () => {
    expect(await refused({ FAKE_PREPARE: 'fail' })).toContain(
      'The database could not be prepared: prepare failed: relation "vehicle" already exists',
    );
  });

  it.each([
    ['nobody answers', () => ({ DATABASE_URL: `postgres://fleet:geheim@127.0.0.1:${port}/fleet` }), 'Nothing answers at 127.0.0.1:'],
    ['no address', () => ({ DATABASE_URL: 'localhost' }), 'DATABASE_URL is not an address'],
    [
      'no host',
      () => ({ DATABASE_URL: 'postgres://a:geheim@no.such.host.invalid/fleet' }),
      'The host of DATABASE_URL, no.such.host.invalid, is unknown.',
    ],
    ['no port', () => ({ PORT: 'http' }), 'PORT is "http", which is not a port.'],
  ])('%s', async (_, env, message) => {
    const output = await refused(env());
    expect(output).toContain(message);
    expect(output).not.toContain('geheim');
  });

  it('secrets that are gone are not replaced beside a database', async () => {
    const secrets = readFileSync(join(data, 'secrets.json'));
    rmSync(join(data, 'secrets.json'));
    expect(await refused({})).toContain('secrets.json is missing, and the database in this directory cannot be read without it.');
    writeFileSync(join(data, 'secrets.json'), secrets);
  });

  it('FLEET_DEBUG adds the stack', async () => {
    const running = bench.start({ PORT: port, FLEET_DEBUG: '1', FAKE_PREPARE: 'fail' });
    await running.end();
    expect(running.output).toMatch(/^\s+at /m);
  });
});

describe('a database of the user', () => {
  const bench = new Bench();
  const other = new Bench();
  let url = '';

  beforeAll(async () => {
    makeCheckout(bench.home);
    makeCheckout(other.home);
    await bench.start({ PORT: await freePort() }).ready();
    const database = readFileSync(join(bench.data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3];
    const secrets = JSON.parse(readFileSync(join(bench.data, 'secrets.json'), 'utf8')) as { postgres_owner_password: string };
    url = `postgres://fleet_owner:${secrets.postgres_owner_password}@127.0.0.1:${database}/fleet`;
  });
  afterAll(async () => {
    await other.clear();
    await bench.clear();
  });

  it('is used instead of the embedded one and not filled in; .env may name it', async () => {
    writeFileSync(join(other.home, '.env'), `DATABASE_URL=${url}\nPORT=1\n`);
    const running = other.start({ PORT: await freePort() });
    await running.ready();
    expect(running.output).not.toMatch(/demo/i);
    expect(await running.ask('/count')).toEqual([{ count: 0, role: 'fleet_owner' }]);
    expect(existsSync(join(other.data, 'postgres'))).toBe(false);
    expect(readFileSync(join(other.data, 'prepare-calls'), 'utf8')).toMatch(/^0 key/);
    expect(await running.end('SIGINT')).toBe(0);
    rmSync(join(other.home, '.env'));
  });

  it('leaves the keys of production to the operator', async () => {
    rmSync(join(other.data, 'prepare-calls'));
    const running = other.start({ PORT: await freePort(), DATABASE_URL: url, NODE_ENV: 'production', PUBLIC_URL: 'https://fleet.example' });
    await running.ready();
    expect(running.output).toContain('Address   https://fleet.example');
    expect(readFileSync(join(other.data, 'prepare-calls'), 'utf8')).toBe('0 no-key https://fleet.example\n');
    await running.end('SIGINT');
  });

  it('a wrong password or a missing database is told without showing the password', async () => {
    for (const [wrong, message] of [
      [url.replace(/:[^:@]+@/, ':geheim@'), 'does not accept the user or password in DATABASE_URL'],
      [`${url}t`, 'has no database "fleett"'],
    ] as const) {
      const running = other.start({ PORT: await freePort(), DATABASE_URL: wrong });
      expect(await running.end()).toBe(1);
      expect(running.output).toContain(message);
      expect(running.output).not.toMatch(/geheim|^\s+at /m);
    }
  });

  it.each([14, 19])('PostgreSQL %i is refused', (major) => {
    expect(() => checkVersion(major)).toThrow(`PostgreSQL ${major} server`);
  });
});

describe('the last complaint in a log', () => {
  it.each([
    ['a record', '{"level":50,"msg":"start failed","err":{"message":"no disk"}}\n{"level":30,"msg":"bye"}\n', 'start failed: no disk'],
    [
      'a crash',
      "node:internal\n  throw err;\nError: Cannot find module './x'\n    at Module (node:1)\n\nNode.js v20.20.0\n",
      "Error: Cannot find module './x'",
    ],
    ['plain words', 'out of memory\n', 'out of memory'],
    ['nothing', '', undefined],
  ])('%s', (_, log, complaint) => expect(lastError(log)).toBe(complaint));
});

describe('the build', () => {
  const bench = new Bench();
  const { home } = bench;
  const source = (name: string): string => join(home, 'apps', 'cli', 'src', name);
  const nest = join(home, 'node_modules', '@nestjs', 'cli', 'bin');

  beforeAll(() => {
    makeCheckout(home);
    for (const dir of [nest, source('')]) mkdirSync(dir, { recursive: true });
  });
  afterAll(() => bench.clear());

  const start = async (): Promise<string> => {
    const running = bench.start({ DATABASE_URL: 'none' });
    await running.end();
    return running.output;
  };

  it('runs when a source has changed, and only then', async () => {
    // A compiler that has it all in store.
    cpSync(join(home, 'dist'), join(home, 'compiled'), { recursive: true });
    writeFileSync(join(nest, 'nest.js'), "require('fs').cpSync('compiled', 'dist', { recursive: true })");
    writeFileSync(source('main.ts'), '1');
    expect(await start()).toMatch(/Building the server \.\.\. done in [\d.]+ s[^]*DATABASE_URL is not an address/);
    expect(await start()).not.toContain('Building');
    writeFileSync(source('main.ts'), '2');
    expect(await start()).toContain('Building');
  });

  it('leaves nothing of a source that was removed', async () => {
    writeFileSync(source('old.ts'), '');
    await start();
    writeFileSync(join(home, 'dist', 'apps', 'cli', 'src', 'old.js'), '');
    rmSync(source('old.ts'));
    await start();
    expect(existsSync(join(home, 'dist', 'apps', 'cli', 'src', 'old.js'))).toBe(false);
  });

  it('shows an error of the compiler and ends', async () => {
    writeFileSync(join(nest, 'nest.js'), "console.error(`apps/x.ts:1:1 - error TS1005: ';' expected.`); process.exit(1)");
    writeFileSync(source('main.ts'), '3');
    const output = await start();
    expect(output).toContain("error TS1005: ';' expected.");
    expect(output).toContain('Correct the first error and start again.');
    expect(output).not.toContain('DATABASE_URL');
  });
});
