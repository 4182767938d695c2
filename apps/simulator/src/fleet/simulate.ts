import { fork, type ChildProcess } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlayedFleet } from '@fleet/telemetry_engine/play';
import { Counts } from '../devices/counts';
import { Api, tokenFor, uploadCredentials } from './api';
import { inventFleet } from './invent';
import type { Targets } from './links';
import { readOptions, usage, type SimulateOptions } from './options';
import { prepareFleet } from './prepare';
import { Progress, summary } from './progress';
import { Running, type Share, type Told } from './worker';

/** `npm run simulate`: exits non-zero when something was not acknowledged in the end. */
export async function simulate(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (!options) {
    console.log(usage);
    return 0;
  }
  const fleet = await fleetOf(options);
  const targets = targetsOf(options);
  const begun = performance.now();
  const counts = await (options.workers === 1 ? alone(options, shareOf(options, fleet, targets)) : together(options, fleet, targets));
  console.log(summary(counts, (performance.now() - begun) / 1000, options.seed));
  return counts.waiting > 0 || counts.refused > 0 || counts.refusedLogins > 0 ? 1 : 0;
}

async function fleetOf(options: SimulateOptions): Promise<PlayedFleet> {
  const { fleetFile, prepare, url = 'http://localhost:3000' } = options;
  if (fleetFile && !prepare) return JSON.parse(readFileSync(fleetFile, 'utf8')) as PlayedFleet;
  const invented = inventFleet(options.seed, options.vehicles, options.ways);
  if (!prepare) return invented;
  const file = fleetFile ?? `simulated-fleet-${options.seed}.json`;
  const fleet = await prepareFleet(new Api(url, await tokenFor(url, options)), invented, (done) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2Kregistered ${done} of ${options.vehicles}`);
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
  writeFileSync(file, `${JSON.stringify(fleet)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  console.log(`registered ${fleet.devices.length} vehicles; play them again with --fleet ${file}`);
  return fleet;
}

function targetsOf(options: SimulateOptions): Targets {
  const { host, ips, retranslator, teltonika, url = 'http://localhost:3000' } = options;
  const credentials = uploadCredentials(options);
  return { host, ips, retranslator, teltonika, url, ...(credentials ? { credentials } : {}) };
}

const shareOf = ({ interval_s, drive, faults, ledger }: SimulateOptions, fleet: PlayedFleet, targets: Targets): Share => ({ fleet, targets, interval_s, steady: !drive, faults, ...(ledger === undefined ? {} : { ledger }) });

const shout = (message: string): void => console.error(message);

/** Resolves after so many seconds or on Ctrl-C, whatever is first. */
const over = (seconds: number): Promise<void> =>
  new Promise((resolve) => {
    if (Number.isFinite(seconds)) setTimeout(resolve, seconds * 1000);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

async function alone(options: SimulateOptions, share: Share): Promise<Counts> {
  const running = new Running(share, shout);
  const progress = new Progress(share.fleet.devices.length, process.stderr);
  const ticking = setInterval(() => progress.show(running.counts), 1000);
  await over(options.seconds);
  const counts = await running.end();
  clearInterval(ticking);
  progress.end();
  return counts;
}

async function together(options: SimulateOptions, fleet: PlayedFleet, targets: Targets): Promise<Counts> {
  const latest: Counts[] = [];
  const share = shareOf(options, fleet, targets);
  const workers = Array.from({ length: options.workers }, (_, w): ChildProcess => {
    const child = fork(join(__dirname, '..', `main${__filename.endsWith('.ts') ? '.ts' : '.js'}`), ['worker']);
    const devices = fleet.devices.filter((__, n) => n % options.workers === w);
    // Workers stand on loopback addresses of their own: the limit for one address is not theirs together.
    child.send({ share: { ...share, fleet: { ...fleet, devices }, ...(share.ledger ? { ledger: `${share.ledger}.${w}` } : {}), targets: { ...targets, firstAddress: 1 + w * 20 } } });
    child.on('message', (told: Told) => ('shout' in told ? shout(told.shout) : (latest[w] = told.counts)));
    return child;
  });
  const sum = (): Counts => latest.reduce((total, counts) => (total.add(counts), total), new Counts());
  const progress = new Progress(fleet.devices.length, process.stderr);
  const ticking = setInterval(() => progress.show(sum()), 1000);
  await over(options.seconds);
  const ended = workers.map((child) => new Promise<number | null>((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve(child.exitCode))));
  for (const child of workers) if (child.connected) child.send('end');
  const codes = await Promise.all(ended);
  clearInterval(ticking);
  progress.end();
  if (codes.some((code) => code !== 0)) throw new Error('A worker ended before its time.');
  return sum();
}
