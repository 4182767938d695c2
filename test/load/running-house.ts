import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../apps/cli/src/up/cluster';
import { startEmbedded } from '../../apps/cli/src/up/database';
import { freePort } from '../../apps/cli/src/up/ports';

/** A real server on a database of its own with the demo company in it, for measuring. */
export interface RunningHouse {
  url: string;
  token: string;
  /** The demo company's id. */
  account: string;
  server: ChildProcess;
  ipsPort: number;
  cluster: Cluster;
  ownerUrl: string;
  /** For commands on the same database. */
  env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

const root = join(__dirname, '../..');
const password = 'measure-measure';

export async function startHouse(settings: Record<string, string> = {}): Promise<RunningHouse> {
  const dataDir = mkdtempSync(join(tmpdir(), 'fleet-bench-'));
  const cluster = await startEmbedded({ dataDir });
  const [port, ipsPort, retranslatorPort, teltonikaPort] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    PORT: String(port),
    IPS_PORT: String(ipsPort),
    RETRANSLATOR_PORT: String(retranslatorPort),
    TELTONIKA_PORT: String(teltonikaPort),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: cluster.url('owner'),
    DATABASE_APP_URL: cluster.url('app'),
    FLEET_DATA_DIR: dataDir,
    FLEET_MASTER_KEYS: `k1:${Buffer.alloc(32, 9).toString('base64')}`,
    FLEET_DEMO_PASSWORD: password,
    ...settings,
  };
  await run('apps/cli/src/main.js', ['prepare'], { ...env, NODE_ENV: 'development', FLEET_DEMO: '1' });
  const server = fork(join(root, 'apps/server/src/main.js'), [], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const url = `http://127.0.0.1:${port}`;
  await ready(url);
  const token = await login(url, 'admin@demo.example', password);
  const account = ((await (await fetch(`${url}/api/v1/auth/account`, { headers: { authorization: `Bearer ${token}` } })).json()) as { id: string }).id;
  const stop = async (): Promise<void> => {
    server.kill('SIGTERM');
    await new Promise((resolve) => server.once('exit', resolve));
    await cluster.stop('fast', 10_000);
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { url, token, account, server, ipsPort, cluster, ownerUrl: cluster.url('owner'), env, stop };
}

export async function ready(url: string, withinMs = 60_000): Promise<number> {
  const begin = performance.now();
  while (performance.now() - begin < withinMs) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return performance.now() - begin;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${url} did not become ready`);
}

export async function login(url: string, email: string, secret: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password: secret }) });
  return ((await answer.json()) as { access_token: string }).access_token;
}

export function run(file: string, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(join(root, file), args, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${file} ${args.join(' ')} ended with ${code}`))));
  });
}

/** Resident memory of a process, in megabytes. */
export function rssMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

/** Processor time of a process, of all below it and of those of them that ended, in seconds. On a busy machine it says more than the clock. */
export function cpuSeconds(pid: number): number {
  const stats = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return [{ pid: Number(name), parent: Number(fields[1]), ticks: fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) }];
    } catch {
      return []; // it ended between the listing and the reading
    }
  });
  const below = (id: number): number => stats.filter((s) => s.parent === id).reduce((sum, s) => sum + s.ticks + below(s.pid), 0);
  return ((stats.find((s) => s.pid === pid)?.ticks ?? 0) + below(pid)) / 100;
}
