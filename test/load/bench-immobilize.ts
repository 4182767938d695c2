import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { totpAt, totpStep } from '../../libs/platform/src/auth/totp';
import { ipsEncode } from '../../libs/telemetry_engine/src/protocols/wialon_ips/encoder';
import { median, report, type Metric } from './bench';
import { equip, type Vehicle } from './equip';
import { startHouse, type RunningHouse } from './running-house';

const vehicles = 100;
const rounds = 5;
/** How long the device takes to move its relay. */
const deviceMs = 50;
const batch = 500;

/** From the request to the device's confirmation, 100 vehicles at once, alone or beside `--samples N` samples a second. */
async function main(): Promise<void> {
  const samplesPerS = Number(/^\d+$/.exec(process.argv[process.argv.indexOf('--samples') + 1] ?? '')?.[0] ?? 0);
  const house = await startHouse();
  const owner = new pg.Client({ connectionString: house.ownerUrl });
  const stopLoad = new AbortController();
  try {
    await owner.connect();
    const fleet = await fitted(house, owner);
    const token = await immobilizer(house);
    const devices = await Promise.all(fleet.map((v) => Device.connect(house.ipsPort, v.device)));
    const reporting = setInterval(() => devices.forEach((d) => d.report()), 3_000);
    await sleep(1_200);
    devices.forEach((d) => d.report());
    await sleep(2_000);
    const load = samplesPerS > 0 ? keepLoad(house, owner, samplesPerS, stopLoad.signal) : Promise.resolve(0);
    const seconds: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const times = await Promise.all(fleet.map((v) => timed(house, token, v, 'immobilize', { method: 'ips_text', reason: 'installation_test' })));
      // The first round warms the server up.
      if (round > 0) seconds.push(...times);
      await Promise.all(fleet.map((v) => timed(house, token, v, 'release', {})));
    }
    stopLoad.abort();
    const perS = await load;
    clearInterval(reporting);
    devices.forEach((d) => d.socket.destroy());
    report(samplesPerS > 0 ? 'immobilize-under-load' : 'immobilize', figures(seconds, perS));
  } finally {
    stopLoad.abort();
    await owner.end();
    await house.stop();
  }
}

function figures(seconds: number[], perS: number): Metric[] {
  const sorted = [...seconds].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return [
    { name: 'request to confirmation, 100 at once, p50', value: median(seconds), unit: 's' },
    { name: 'request to confirmation, p99', value: at(0.99), unit: 's', baseline: 2, baseline_name: 'wanted', ratio: at(0.99) / 2 },
    { name: 'request to confirmation, slowest', value: at(1), unit: 's', baseline: 15, baseline_name: 'promised', ratio: at(1) / 15 },
    { name: 'commands measured', value: seconds.length, unit: '' },
    ...(perS > 0 ? [{ name: 'samples stored meanwhile', value: perS, unit: 'samples/s' }] : []),
  ];
}

/** A device that does as told. */
class Device {
  private outputs = 0;
  private rest = '';

  private constructor(readonly socket: Socket) {
    socket.setEncoding('utf8').on('data', (text: string) => this.hear(text));
    socket.on('error', () => undefined);
  }

  static connect(port: number, id: string): Promise<Device> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' }, () => resolve(device));
      const device = new Device(socket);
      socket.once('error', reject).write(ipsEncode.login('1.1', id));
    });
  }

  report(): void {
    this.socket.write(ipsEncode.data('1.1', { at_ms: Math.floor(Date.now() / 1000) * 1000, lat: -1.29, lon: 36.82, speed_kmh: 0, satellites: 9, outputs: this.outputs }));
  }

  private hear(text: string): void {
    const lines = (this.rest + text).split('\r\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, on] = /^OUTPUT0=([01])$/.exec(line) ?? [];
      if (on === undefined) continue;
      this.outputs = Number(on);
      setTimeout(() => this.socket.write(ipsEncode.message('1.1', line)), deviceMs);
    }
  }
}

/** Vehicles with a device and a starter relay each, and limits that do not stop a hundred at once. */
async function fitted(house: RunningHouse, owner: pg.Client): Promise<Vehicle[]> {
  const fleet = await equip(house, owner, vehicles);
  await owner.query('update access_control.setting set vehicle_per_hour = 100, person_per_hour = 1000, account_per_hour = 10000');
  await owner.query(
    `insert into access_control.circuit (vehicle_id, account_id, kind, enabled, output_no, routes, installed_by, installed_on, recorded_by, recorded_at, updated_at, version)
     select id, $1, 'starter', true, 1, '[{"method": "ips_text", "dialect": "umka"}]', 'bench', current_date, 'bench', now(), now(), 1 from unnest($2::uuid[]) as id`,
    [house.account, fleet.map((v) => v.id)],
  );
  return fleet;
}

/** The demo's specialized operator, signed in with a second factor. */
async function immobilizer(house: RunningHouse): Promise<string> {
  const logins = JSON.parse(readFileSync(join(house.env.FLEET_DATA_DIR ?? '', 'demo-logins.json'), 'utf8')) as { role: string; email: string; password: string; totp_secret?: string }[];
  const { email, password, totp_secret = '' } = logins.find((l) => l.role === 'immobilizing_operator') as (typeof logins)[0];
  const body = JSON.stringify({ email, password, totp: totpAt(totp_secret, totpStep(new Date())) });
  const answer = await fetch(`${house.url}/api/v1/auth/login`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** By the house's own clock of the end, so that asking for it costs the server little. */
async function timed(house: RunningHouse, token: string, { id }: Vehicle, verb: 'immobilize' | 'release', body: object): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const startMs = Date.now();
  const answer = await fetch(`${house.url}/api/v1/access/${id}/${verb}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const started = (await answer.json()) as { job_id: string; code?: string };
  if (answer.status !== 202) throw new Error(`${verb}: ${answer.status} ${JSON.stringify(started)}`);
  for (;;) {
    // As a console polls.
    await sleep(1_000);
    const job = (await (await fetch(`${house.url}/api/v1/access/${id}/immobilize/${started.job_id}`, { headers })).json()) as { status: string; ended_at: string | null; code: string | null };
    if (job.status === 'completed') return (Date.parse(job.ended_at ?? '') - startMs) / 1000;
    if (job.ended_at !== null) throw new Error(`${verb} ended ${job.status} ${job.code}`);
  }
}

/** Uploads of other vehicles at a steady pace, until told to stop. Answers how many a second were stored. */
async function keepLoad(house: RunningHouse, owner: pg.Client, perS: number, signal: AbortSignal): Promise<number> {
  const { rows } = await owner.query<{ id: string }>(`select id from transport_registry.vehicle where plate not like 'BENCH%' and status <> 'retired' limit 50`);
  const client = (await (await fetch(`${house.url}/api/v1/auth/clients`, { method: 'POST', headers: { authorization: `Bearer ${house.token}`, 'content-type': 'application/json' }, body: JSON.stringify({ name: 'load', scopes: ['telemetry_engine.sample.write'] }) })).json()) as { id: string; client_secret: string };
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: client.id, client_secret: client.client_secret });
  const { access_token } = (await (await fetch(`${house.url}/oauth/token`, { method: 'POST', body: form })).json()) as { access_token: string };
  const begin = performance.now();
  let stored = 0;
  let n = 0;
  const send = async (): Promise<void> => {
    const base = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
    const items = Array.from({ length: batch }, () => ({ vehicle_id: rows[(n += 1) % rows.length]?.id, at: base + Math.floor(n / rows.length) * 7, lat: -1.3, lon: 36.8, speed_kmh: 40, satellites: 8 }));
    const answer = await fetch(`${house.url}/api/v1/telemetry/ingest`, { method: 'POST', headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' }, body: JSON.stringify(items) });
    if (answer.ok) stored += ((await answer.json()) as { accepted: number }).accepted;
  };
  const underWay = new Set<Promise<void>>();
  while (!signal.aborted) {
    const due = ((performance.now() - begin) / 1000) * perS;
    if (n < due && underWay.size < 16) {
      const one: Promise<void> = send().finally(() => underWay.delete(one));
      underWay.add(one);
    } else await sleep(10);
  }
  const seconds = (performance.now() - begin) / 1000;
  await Promise.all(underWay);
  return stored / seconds;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
