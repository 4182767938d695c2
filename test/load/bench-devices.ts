import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../apps/cli/src/up/ports';
import { inventFleet } from '../../apps/simulator/src/fleet/invent';
import { report, type Metric } from './bench';
import { equipFleet } from './equip';
import { rssMb, startHouse } from './running-house';

const vehicles = 5_000;
const interval = 5;
const seconds = 40;

/** Thousands of trackers with a connection each, speaking Wialon IPS: how soon is a sample stored and acknowledged, and is each of them? */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-devices-'));
  const ports = { IPS_PORT: String(await freePort()), RETRANSLATOR_PORT: String(await freePort()), TELTONIKA_PORT: String(await freePort()) };
  const house = await startHouse({ ...ports, DATABASE_POOL_MAX: '10' });
  const owner = new pg.Client({ connectionString: house.ownerUrl });
  await owner.connect();
  try {
    const fleet = inventFleet(1, vehicles, ['ips_2.0']);
    await equipFleet(house, owner, fleet);
    writeFileSync(join(folder, 'fleet.json'), JSON.stringify(fleet));
    const line = await simulate(['--fleet', join(folder, 'fleet.json'), '--interval', String(interval), '--seconds', String(seconds), '--ips-port', ports.IPS_PORT]);
    const { rows } = await owner.query<{ n: string }>(
      `select count(*) as n from telemetry_engine.sample where vehicle_no in (
         select v.vehicle_no from transport_registry.device_binding b join transport_registry.vehicle v on v.id = b.vehicle_id where b.device_id = any($1))`,
      [fleet.devices.map((d) => d.device_id)],
    );
    const value = (name: string): number => Number(new RegExp(`\\b${name}=(\\d+)`).exec(line)?.[1] ?? NaN);
    report('devices', [
      { name: `${vehicles} IPS connections, a report every ${interval} s`, value: value('per_second'), unit: 'acknowledged/s' },
      { name: 'half acknowledged within', value: value('p50_ms'), unit: 'ms' },
      { name: 'of a hundred, 99 within', value: value('p99_ms'), unit: 'ms' },
      { name: 'stored, of those acknowledged', value: Number(rows[0]?.n ?? 0), unit: 'samples', baseline: value('acknowledged'), baseline_name: 'acknowledged', ratio: Number(rows[0]?.n ?? 0) / value('acknowledged') },
      { name: 'connections lost', value: value('reconnects'), unit: '' },
      ...(await drops(house.url)),
      { name: 'server memory', value: rssMb(house.server.pid ?? 0), unit: 'MB' },
    ]);
  } finally {
    await owner.end();
    await house.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Connections the server ended, by its reasons. */
async function drops(url: string): Promise<Metric[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(/^fleet_telemetry_engine_dropped_connections_total\{reason="(\w+)"\} (\d+)/gm)].map(([, reason, n]) => ({ name: `of these ended by the server: ${reason}`, value: Number(n), unit: '' }));
}

function simulate(args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(__dirname, '../../apps/simulator/src/main.js'), 'simulate', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.once('close', (code) => {
      const line = out.trim().split('\n').at(-1) ?? '';
      if (code === 0) resolve(line);
      else reject(new Error(`the simulator ended with ${code}: ${line}`));
    });
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
