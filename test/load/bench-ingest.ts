import { Agent, request } from 'node:http';
import { finished } from 'node:stream/promises';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { encodeRows } from '../../libs/telemetry_engine/src/store/copy-encoder';
import type { SampleRow } from '../../libs/telemetry_engine/src/store/sample-row';
import { median, report, type Metric } from './bench';
import { rssMb, startHouse, type RunningHouse } from './running-house';

const vehicles = 500;
const samplesPerCall = 500;
const callsPerRound = 400;
const rounds = 5;
const connections = 8;
const stepMs = 10_000;

interface Vehicle {
  no: number;
  device: string;
}

/** Samples over HTTP, durable and without duplicates, against a plain binary COPY of the same rows into the same kind of table. */
async function main(): Promise<void> {
  const house = await startHouse();
  const owner = new pg.Client({ connectionString: house.ownerUrl });
  const app = new pg.Client({ connectionString: house.cluster.url('app') });
  await Promise.all([owner.connect(), app.connect()]);
  try {
    const fleet = await equip(house, owner);
    const token = await gatewayToken(house);
    await owner.query(`create table telemetry_engine.bench (like telemetry_engine.sample including defaults, unique (vehicle_no, at))`);
    await owner.query('grant insert on telemetry_engine.bench to fleet_app');
    await upload(house, token, fleet, 0, 60);
    const ours: number[] = [];
    const limits: number[] = [];
    const rss: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      limits.push(await rawCopy(app, fleet, round));
      ours.push(await upload(house, token, fleet, round, callsPerRound));
      rss.push(rssMb(house.server.pid ?? 0));
    }
    const resent = await upload(house, token, fleet, rounds, callsPerRound / 4);
    const first: Metric = { name: 'HTTP, 500 samples a call, durable, deduplicated', value: median(ours), unit: 'samples/s', baseline: median(limits), baseline_name: 'binary COPY', ratio: median(ours.map((v, i) => v / (limits[i] ?? 1))) };
    report('ingest', [first, { name: 'the same samples sent again', value: resent, unit: 'samples/s' }, ...(await sizes(owner)), { name: 'server memory under load', value: Math.max(...rss), unit: 'MB' }]);
  } finally {
    await Promise.all([owner.end(), app.end()]);
    await house.stop();
  }
}

/** Vehicles with a device each, written behind the API: a thousand calls would measure nothing. */
async function equip(house: RunningHouse, owner: pg.Client): Promise<Vehicle[]> {
  const account = (await get(house, '/api/v1/auth/account')) as { id: string };
  await owner.query(`select set_config('app.account_id', $1, false)`, [account.id]);
  const { rows } = await owner.query<Vehicle>(
    `with v as (
       insert into transport_registry.vehicle (id, account_id, plate, kind, fuel_type, odometer_unit, distance_unit, fuel_unit, status, status_since, created_at, updated_at)
       select gen_random_uuid(), $1, 'BENCH ' || n, 'car', 'diesel', 'km', 'km', 'l', 'active', now(), now(), now() from generate_series(1, $2::int) n returning id, vehicle_no, account_id),
     b as (
       insert into transport_registry.device_binding (id, account_id, vehicle_id, device_id, period, bound_by, created_at)
       select gen_random_uuid(), account_id, id, 'bench-' || vehicle_no, tstzrange(now() - interval '10 days', null), 'bench', now() from v)
     select vehicle_no as no, 'bench-' || vehicle_no as device from v order by vehicle_no`,
    [account.id, vehicles],
  );
  await owner.query('analyze');
  return rows;
}

async function gatewayToken(house: RunningHouse): Promise<string> {
  const client = (await post(house, '/api/v1/auth/clients', { name: 'bench', scopes: ['telemetry_engine.sample.write'] })) as { id: string; client_secret: string };
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: client.id, client_secret: client.client_secret });
  return ((await (await fetch(`${house.url}/oauth/token`, { method: 'POST', body })).json()) as { access_token: string }).access_token;
}

/** What a tracker on a vehicle bus says; the next step of the same vehicle ten seconds later. */
function sampleOf(vehicle: Vehicle, round: number, call: number): Record<string, unknown> & { at: string } {
  const n = round * callsPerRound + call;
  const yesterday = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 86_400_000;
  const phase = (vehicle.no * 7 + n) % 360;
  return {
    device_id: vehicle.device,
    at: new Date(yesterday + n * stepMs + (vehicle.no % 10) * 1000).toISOString(),
    lat: -1.29 + vehicle.no / 10_000 + n / 100_000,
    lon: 36.82 + phase / 100_000,
    speed_kmh: 30 + (phase % 40),
    heading_deg: phase,
    altitude_m: 1650 + (phase % 90),
    satellites: 9 + (phase % 6),
    valid: true,
    ignition: true,
    fuel_rate_lph: 4.2 + (phase % 30) / 10,
    fuel_level_l: 48.5 - n / 100,
    odometer_km: 120_000 + vehicle.no * 13 + n * 0.1,
    engine_hours: 4000 + vehicle.no + n / 360,
    rpm: 1400 + phase * 3,
    engine_load_pct: 20 + (phase % 60),
    coolant_c: 88.5,
    voltage_v: 13.9,
  };
}

async function rawCopy(client: pg.Client, fleet: Vehicle[], round: number): Promise<number> {
  const chunks = Array.from({ length: callsPerRound / 10 }, (_, chunk) => {
    const rows = Array.from({ length: 10 }, (_, i) => fleet.map((v) => asRow(v, sampleOf(v, round, chunk * 10 + i)))).flat();
    return encodeRows(rows);
  });
  const begin = performance.now();
  for (const { columns, bytes } of chunks) {
    const stream = client.query(copyFrom(`copy telemetry_engine.bench (${columns}) from stdin with (format binary)`));
    stream.end(bytes);
    await finished(stream);
  }
  return (callsPerRound * vehicles) / ((performance.now() - begin) / 1000);
}

function asRow({ no }: Vehicle, { at, device_id: _, ...rest }: ReturnType<typeof sampleOf>): SampleRow {
  const at_ms = Date.parse(at);
  const vehicle = { vehicle_no: no, account_no: 1, vehicle_id: '', account_id: '', park_id: null };
  return { vehicle, sample: { ...rest, at_ms }, received_ms: at_ms + 1500, marks: 0, late: false };
}

async function upload(house: RunningHouse, token: string, fleet: Vehicle[], round: number, calls: number): Promise<number> {
  const bodies = Array.from({ length: calls }, (_, call) => Buffer.from(JSON.stringify(fleet.slice(0, samplesPerCall).map((v) => sampleOf(v, round, call)))));
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let next = 0;
  let answered = 0;
  const begin = performance.now();
  const sender = async (): Promise<void> => {
    for (let mine = next++; mine < bodies.length; mine = next++) {
      const { accepted, duplicates, rejected } = await send(house, token, agent, bodies[mine] as Buffer);
      if (rejected.length > 0) throw new Error(`rejected: ${JSON.stringify(rejected[0])}`);
      answered += accepted + duplicates;
    }
  };
  await Promise.all(Array.from({ length: connections }, sender));
  agent.destroy();
  return answered / ((performance.now() - begin) / 1000);
}

function send(house: RunningHouse, token: string, agent: Agent, body: Buffer): Promise<{ accepted: number; duplicates: number; rejected: unknown[] }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': body.length, 'x-request-id': randomUUID() };
    const req = request(`${house.url}/api/v1/telemetry/ingest`, { method: 'POST', agent, headers }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (part: string) => (text += part));
      res.on('end', () => (res.statusCode === 200 ? resolve(JSON.parse(text) as never) : reject(new Error(`${res.statusCode} ${text.slice(0, 300)}`))));
    });
    req.on('error', reject);
    req.end(body);
  });
}

async function sizes(owner: pg.Client): Promise<Metric[]> {
  const day = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
  const { rows } = await owner.query<{ rows: number; heap: number; index: number }>(
    `select (select count(*)::int from telemetry_engine.sample_${day}) as rows, pg_relation_size('telemetry_engine.sample_${day}')::float8 as heap, pg_indexes_size('telemetry_engine.sample_${day}')::float8 as index`,
  );
  const { rows: count = 1, heap = 0, index = 0 } = rows[0] ?? {};
  return [
    { name: 'samples stored', value: count, unit: '' },
    { name: 'bytes a sample, table', value: heap / count, unit: 'bytes' },
    { name: 'bytes a sample, index', value: index / count, unit: 'bytes' },
    { name: 'bytes a sample, together', value: (heap + index) / count, unit: 'bytes' },
  ];
}

async function get(house: RunningHouse, path: string): Promise<unknown> {
  return (await fetch(house.url + path, { headers: { authorization: `Bearer ${house.token}` } })).json();
}

async function post(house: RunningHouse, path: string, body: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${house.token}`, 'content-type': 'application/json' };
  return (await fetch(house.url + path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
