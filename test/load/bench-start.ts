import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../apps/cli/src/up/ports';
import { median, report } from './bench';
import { ready, rssMb } from './running-house';

const root = join(__dirname, '../../..');
const rounds = 3;

/** From `npm start` on what is built already to the first 200 of /readyz: with an empty data directory, and again. */
async function main(): Promise<void> {
  const first: number[] = [];
  const second: number[] = [];
  const memory: number[] = [];
  for (let i = 0; i < rounds; i += 1) {
    const dataDir = mkdtempSync(join(tmpdir(), 'fleet-start-'));
    first.push(await once(dataDir));
    second.push(await once(dataDir, memory));
    rmSync(dataDir, { recursive: true, force: true });
  }
  report('start', [
    { name: 'empty data directory to ready', value: median(first) / 1000, unit: 's' },
    { name: 'later start to ready', value: median(second) / 1000, unit: 's' },
    { name: 'server memory 5 s after it is ready', value: median(memory), unit: 'MB' },
  ]);
}

async function once(dataDir: string, memory?: number[]): Promise<number> {
  const port = await freePort();
  const begin = performance.now();
  const up = spawn(process.execPath, ['tools/start.js'], { cwd: root, env: { ...process.env, FLEET_DATA_DIR: dataDir, PORT: String(port) }, stdio: 'ignore' });
  await ready(`http://127.0.0.1:${port}`);
  const took = performance.now() - begin;
  if (memory) {
    await new Promise((resolve) => setTimeout(resolve, 5000));
    memory.push(rssMb(serverOf(up)));
  }
  up.kill('SIGINT');
  await new Promise((resolve) => up.once('exit', resolve));
  return took;
}

/** The child that runs the server's main file. */
function serverOf(up: ChildProcess): number {
  const children = readFileSync(`/proc/${up.pid}/task/${up.pid}/children`, 'utf8').trim().split(' ').map(Number);
  return children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(join('server', 'src', 'main.js'))) ?? 0;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
