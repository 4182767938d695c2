import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCheckout } from './checkout';
import { Bench, eventually, freePort, processesOf, type Running } from './running';

interface Lock {
  pid: number;
  children: { name: string; pid: number }[];
}

describe('after a crash', () => {
  const bench = new Bench();
  const { home, data } = bench;
  let port: string;
  let running: Running;

  const start = async (): Promise<void> => {
    running = bench.start({ PORT: port });
    await running.ready();
  };
  const lock = (): Lock => JSON.parse(readFileSync(join(data, 'fleet.lock'), 'utf8')) as Lock;
  const postmaster = (): number => Number(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const server = (): number => lock().children.find(({ name }) => name === 'server')!.pid;
  const count = async (): Promise<number> => (await running.ask<{ count: number }[]>('/count'))[0]!.count;

  beforeAll(async () => {
    makeCheckout(home);
    port = await freePort();
  });
  afterAll(() => bench.clear());

  it.each([
    ['the database is made', 'Creating', {}],
    ['the database is prepared', 'Preparing', { FAKE_PREPARE: 'slow' }],
  ])('Ctrl-C while %s ends it cleanly', async (_, line, env) => {
    const early = bench.start({ PORT: port, ...env });
    await early.until(line);
    const begin = Date.now();
    expect(await early.end('SIGINT')).toBe(0);
    expect(Date.now() - begin).toBeLessThan(5000);
    expect(early.output).not.toContain('stopped:');
    expect(processesOf(home)).toEqual([]);
  });

  it('a first start that was killed while it prepared is still a first start', async () => {
    const slow = bench.start({ PORT: port, FAKE_PREPARE: 'slow' });
    const calls = (): string => readFileSync(join(data, 'prepare-calls'), 'utf8');
    await eventually(() => calls());
    slow.process.kill('SIGKILL');
    await slow.end();
    await start();
    expect(calls()).toMatch(/^(1 key.*\n){2,3}$/);
    expect(running.output).toContain('Demo logins');
    await running.ask('/write');
  });

  it('PostgreSQL that was killed comes back where it was', async () => {
    const before = postmaster();
    process.kill(before, 'SIGKILL');
    await running.until('PostgreSQL is back.');
    expect(running.output).toContain('PostgreSQL stopped unexpectedly; starting it again.');
    expect(postmaster()).not.toBe(before);
    expect(await eventually(count)).toBe(1);
  });

  it('a server that died is started again', async () => {
    const before = server();
    await running.ask('/crash').catch(() => undefined);
    await running.until('The server is ready again.');
    expect(running.output).toMatch(/The server stopped unexpectedly \(exit code 3\); starting it again in 0\.25 s\./);
    expect(server()).not.toBe(before);
    expect(await count()).toBe(1);
  });

  it('starts after everything was killed', async () => {
    await running.ask('/write');
    const victims = [running.process.pid!, ...lock().children.map(({ pid }) => pid), postmaster()];
    for (const pid of victims) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // prepare has ended long ago.
      }
    }
    await running.end();
    await start();
    expect(await count()).toBe(2);
  });

  it('starts at once after only the supervisor was killed, on the same port', async () => {
    const [oldServer, oldPostgres] = [server(), postmaster()];
    running.process.kill('SIGKILL');
    await running.end();
    await start();
    expect(running.address).toBe(`http://localhost:${port}`);
    expect(await count()).toBe(2);
    const pids = processesOf(home).map(({ pid }) => pid);
    expect(pids).not.toContain(oldServer);
    expect(pids).not.toContain(oldPostgres);
  });

  it('the programs end by themselves when the supervisor is killed', async () => {
    running.process.kill('SIGKILL');
    await running.end();
    await eventually(() => processesOf(home).every(({ command }) => command.includes('postgres')));
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('ends when npm alone gets a %s', async (signal) => {
    running = bench.start({ PORT: port }, { npm: true });
    await running.ready();
    running.process.kill(signal);
    await eventually(() => processesOf(home).length === 0);
    await running.end();
    expect(running.output).toContain('Stopped.');
  });

  it('is not fooled by process numbers that now belong to another program', async () => {
    await start();
    await running.end('SIGTERM');
    writeFileSync(
      join(data, 'fleet.lock'),
      JSON.stringify({
        name: 'up',
        pid: process.pid,
        started: 'another boot',
        children: [{ name: 'server', pid: process.pid, started: 'another boot' }],
      }),
    );
    const stale = [process.pid, join(data, 'postgres'), 1, 5432, '', '127.0.0.1', '1 1', 'ready'].join('\n');
    writeFileSync(join(data, 'postgres', 'postmaster.pid'), `${stale}\n`);
    await start();
    expect(await count()).toBe(2);
    expect(await running.end('SIGINT')).toBe(0);
    expect(processesOf(home)).toEqual([]);
  });

  it('puts the passwords of the database right when they no longer match', async () => {
    const file = join(data, 'secrets.json');
    const secrets = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    writeFileSync(file, JSON.stringify({ ...secrets, postgres_app_password: 'another' }));
    await start();
    expect(await count()).toBe(2);
    await running.end('SIGINT');
  });
});
