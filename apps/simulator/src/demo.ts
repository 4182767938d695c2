import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '@fleet/platform/config';
import { demoFleetFile, type PlayedFleet } from '@fleet/telemetry_engine/play';
import { Counts } from './devices/counts';
import type { VehicleMemory } from './drive/vehicle';
import { Player } from './fleet/player';

const interval_s = 5;
const grainMs = 250;
const saveEveryMs = 60_000;

interface State {
  fleet_id: string;
  vehicles: Record<string, VehicleMemory>;
}

const say = (level: 'info' | 'warn', msg: string): void => void process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), msg })}\n`);

/**
 * Plays the demo vehicles beside a server that is ready, until it is told to stop or its supervisor ends. A first start
 * tells the last two hours as a tracker does that was out of reach.
 */
export function playDemo(pastMs = 2 * 3_600_000): void {
  const config = readConfig();
  const file = join(config.FLEET_DATA_DIR, demoFleetFile);
  const stateFile = join(config.FLEET_DATA_DIR, 'simulator-state.json');
  const fleet = readJson<PlayedFleet>(file);
  if (!fleet) {
    say('warn', `there is no ${file}: nothing to simulate`);
    return standBy();
  }
  const state = readJson<State>(stateFile);
  const known = state?.fleet_id === fleet.id ? state.vehicles : undefined;
  const counts = new Counts();
  const targets = { host: '127.0.0.1', ips: config.IPS_PORT, retranslator: config.RETRANSLATOR_PORT, teltonika: config.TELTONIKA_PORT, url: `http://127.0.0.1:${config.PORT}` };
  const player = new Player({ fleet, targets, interval_s, steady: false, faults: {}, counts, grainMs, startMs: Date.now() - (known ? 0 : pastMs), ...(known ? { memory: known } : {}), shout: (message) => say('warn', message) });
  player.start();
  say('info', `simulating ${player.devices.length} demo vehicles every ${interval_s} s`);
  const save = (): void => {
    const saved: State = { fleet_id: fleet.id, vehicles: player.memory() };
    writeFileSync(`${stateFile}.new`, JSON.stringify(saved), { mode: 0o600 });
    renameSync(`${stateFile}.new`, stateFile);
  };
  setInterval(() => {
    save();
    const { reported, acknowledged, waiting, refusedLogins, reconnects } = counts;
    say('info', `reported ${reported}, acknowledged ${acknowledged}, waiting ${waiting}, reconnects ${reconnects}, refused logins ${refusedLogins}`);
  }, saveEveryMs);
  whenTold(() => {
    save();
    player.close();
  });
}

/** A supervisor would start a program that ends again and again. */
function standBy(): void {
  const idle = setInterval(() => undefined, 60_000);
  whenTold(() => clearInterval(idle));
}

function whenTold(stop: () => void): void {
  let told = false;
  const end = (): void => {
    if (told) return;
    told = true;
    stop();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, end);
}

function readJson<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
