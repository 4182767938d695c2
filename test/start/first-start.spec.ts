import { readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { makeCheckout } from './checkout';
import { Bench, eventually, processesOf, type Running } from './running';

describe('npm start', () => {
  const bench = new Bench();
  const { home, data } = bench;
  const start = (env: Record<string, string> = {}): Running => bench.start(env);
  const figures: string[] = [];
  let first: Running;

  beforeAll(() => makeCheckout(home));

  afterAll(async () => {
    await bench.clear();
    process.stderr.write(`${figures.join('\n')}\n`);
  });

  it('creates a database, prepares it once as a demo, and says where to go', async () => {
    const running = (first = start());
    figures.push(`first start to ready: ${await running.ready()} ms`);
    expect(running.output).toContain(`${running.address}/api/docs`);
    expect(running.output).toMatch(/immobilizing_operator +admin@demo\.example +demo-password/);
    expect(running.output).not.toContain('HIDDEN');
    expect(running.output).not.toMatch(/error|warn|deprecat/i);
    await running.ask('/write');
    expect(await running.ask('/count')).toEqual([{ count: 1, role: 'fleet_app' }]);
    expect(readFileSync(join(data, 'prepare-calls'), 'utf8')).toBe(`1 key ${running.address}\n`);
    await eventually(() => readFileSync(join(data, 'logs', 'simulator.log'), 'utf8').includes('simulating demo'));
  });

  it('keeps secrets to its user', () => {
    const mode = (path: string): number => statSync(path).mode & 0o777;
    expect(mode(join(data, 'secrets.json'))).toBe(0o600);
    expect(mode(data) & 0o067).toBe(0);
    const secrets = JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')) as Record<string, string>;
    expect(Buffer.from(secrets['master_key'] ?? '', 'base64')).toHaveLength(32);
  });

  it('refuses a second copy on the same data directory', async () => {
    const second = start();
    expect(await second.end()).toBe(1);
    expect(second.output).toContain(`already in use by process ${first.process.pid}, which serves ${first.address}`);
    expect(second.output).not.toContain('    at ');
  });

  const simulators = (): number => processesOf(home).filter(({ command }) => command.includes(join('simulator', 'src', 'main.js'))).length;

  it('stops on Ctrl-C within five seconds and leaves nothing behind, the simulator neither', async () => {
    expect(simulators()).toBe(1);
    const begin = Date.now();
    expect(await first.end('SIGINT')).toBe(0);
    figures.push(`Ctrl-C to end: ${Date.now() - begin} ms`);
    expect(Date.now() - begin).toBeLessThan(5000);
    expect(processesOf(home)).toEqual([]);
  });

  it('starts a second time with the data kept, the demo flag too', async () => {
    const running = start();
    figures.push(`second start to ready: ${await running.ready()} ms`);
    expect(running.output).not.toContain('Creating');
    expect(await running.ask('/count')).toEqual([{ count: 1, role: 'fleet_app' }]);
    expect(await running.ask('/pid')).toMatchObject({ demo: '1' });
    const log = join(data, 'logs', 'simulator.log');
    await eventually(() => readFileSync(log, 'utf8').match(/simulating demo/g)?.length === 2);
    const status = readFileSync(`/proc/${running.process.pid}/status`, 'utf8');
    figures.push(`supervisor memory: ${Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)} MB`);
    expect(await running.end('SIGINT')).toBe(0);
  });

  it('starts no simulator where there is no demo', async () => {
    const running = start({ FLEET_DEMO: '0' });
    await running.ready();
    expect(simulators()).toBe(0);
    expect(await running.end('SIGINT')).toBe(0);
  });

  it('a stubborn server does not hold up the end, and a second Ctrl-C does not wait', async () => {
    const running = start({ FAKE_SERVER: 'stubborn' });
    await running.ready();
    const begin = Date.now();
    running.process.kill('SIGINT');
    // npm repeats the signal of the terminal at once.
    running.process.kill('SIGINT');
    setTimeout(() => running.process.kill('SIGINT'), 900);
    expect(await running.end()).toBe(130);
    expect(Date.now() - begin).toBeLessThan(2400);
    expect(processesOf(home)).toEqual([]);
  });

  describe('when port 3000 is taken', () => {
    const blocker: Server = createServer();
    let mine = false;

    beforeAll(async () => {
      await new Promise<void>((resolve) => {
        blocker.once('error', () => resolve());
        blocker.listen(3000, '127.0.0.1', () => {
          mine = true;
          resolve();
        });
      });
    });
    afterAll(() => (mine ? blocker.close() : undefined));

    it('takes the next free port and says so', async () => {
      const running = start();
      await running.ready();
      expect(running.output).toMatch(/Port 3000 is taken by another program; using 30\d\d\./);
      expect(running.address).not.toBe('http://localhost:3000');
      await running.ask('/readyz');
      await running.end('SIGTERM');
    });

    it('does not replace a port that was asked for', async () => {
      const running = start({ PORT: '3000' });
      expect(await running.end()).toBe(1);
      expect(running.output).toContain('Port 3000, set as PORT, is taken by another program.');
      expect(running.output).not.toContain('    at ');
    });
  });
});
