import { Agent } from 'node:http';
import { finished } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { encodeRows } from '../../libs/telemetry_engine/src/store/copy-encoder';
import type { SampleRow } from '../../libs/telemetry_engine/src/store/sample-row';
import { ipsEncode } from '../../libs/telemetry_engine/src/protocols/wialon_ips/encoder';
import { median, report, type Metric } from './bench';
import { Processors } from './cpu';
import { equip, type Vehicle } from './equip';
import { gatewayToken, sampleAt, send } from './ingest-load';
import { sendIps, type IpsTracker } from './ips-load';
import { rssMb, startHouse, type RunningHouse } from './running-house';

const samplesPerCall = 500;
/** Each sends for its own vehicles: two samples of one vehicle are never under way at once. */
const connections = 8;
const vehicles = connections * samplesPerCall;
const stepsPerRound = 50;
const ipsTrackers = 500;
const ipsMessages = 200;
const rounds = 5;
const stepMs = 10_000;

/** Samples over HTTP and over Wialon IPS, durable and without duplicates, against a plain binary COPY of the same rows into the same kind of table. */
async function main(): Promise<void> {
  // What is derived from samples competes for the same two cores: bench:sustained has it running, this one measures the way in alone.
  const house = await startHouse({ TELEMETRY_DERIVE_EVERY_MS: '0' });
  const owner = new pg.Client({ connectionString: house.ownerUrl });
  const app = new pg.Client({ connectionString: house.cluster.url('app') });
  await Promise.all([owner.connect(), app.connect()]);
  try {
    const fleet = await equip(house, owner, vehicles);
    const token = await gatewayToken(house);
    await owner.query(`create table telemetry_engine.bench (like telemetry_engine.sample including defaults, unique (vehicle_no, at))`);
    await owner.query('grant insert on telemetry_engine.bench to fleet_app');
    await upload(house, token, fleet, stepOf(0), 8);
    const ours: number[] = [];
    const limits: number[] = [];
    const ips: number[] = [];
    const rss: number[] = [];
    const processors = new Processors(house.env.FLEET_DATA_DIR ?? '', house.server.pid ?? 0);
    const [httpMillions, ipsMillions] = [(vehicles * stepsPerRound) / 1e6, (ipsTrackers * ipsMessages) / 1e6];
    const needed: Metric[][] = [];
    for (let round = 1; round <= rounds; round += 1) {
      needed[0] = await processors.during('COPY', () => httpMillions, async () => limits.push(await rawCopy(app, fleet, stepOf(round))));
      needed[1] = await processors.during('HTTP', () => httpMillions, async () => ours.push(await upload(house, token, fleet, stepOf(round), stepsPerRound)));
      needed[2] = await processors.during('Wialon IPS', () => ipsMillions, async () => ips.push(await overIps(house, fleet.slice(0, ipsTrackers), stepOf(round) + stepsPerRound)));
      rss.push(rssMb(house.server.pid ?? 0));
    }
    const resent = await upload(house, token, fleet, stepOf(rounds), stepsPerRound / 5);
    const first: Metric = { name: 'HTTP, 500 samples a call, durable, deduplicated', value: median(ours), unit: 'samples/s', baseline: median(limits), baseline_name: 'binary COPY', ratio: median(ours.map((v, i) => v / (limits[i] ?? 1))) };
    const second: Metric = { name: 'Wialon IPS over TCP, one message a sample', value: median(ips), unit: 'samples/s', baseline: median(limits), baseline_name: 'binary COPY', ratio: median(ips.map((v, i) => v / (limits[i] ?? 1))) };
    report('ingest', [first, second, { name: 'the same samples sent again', value: resent, unit: 'samples/s' }, ...needed.flat(), ...(await sizes(owner)), { name: 'server memory under load', value: Math.max(...rss), unit: 'MB' }]);
  } finally {
    await Promise.all([owner.end(), app.end()]);
    await house.stop();
  }
}

/** Later rounds are later: what is older than the newest known of its vehicle would first be looked up. */
const stepOf = (round: number): number => round * (stepsPerRound + ipsMessages);

/** One connection a vehicle; every message is a sample and has its own answer. */
async function overIps(house: RunningHouse, fleet: Vehicle[], firstStep: number): Promise<number> {
  const trackers = fleet.map((vehicle): IpsTracker => {
    const messages = Array.from({ length: ipsMessages }, (_, i) => {
      const { device_id: _device, at, ...rest } = sampleOf(vehicle, firstStep + i);
      return ipsEncode.data('1.1', { at_ms: Date.parse(at), ...rest });
    });
    return { login: ipsEncode.login('1.1', vehicle.device), messages };
  });
  const begin = performance.now();
  const stored = await sendIps(house.ipsPort, trackers, /^#AD#1$/);
  if (stored !== fleet.length * ipsMessages) throw new Error(`${stored} of ${fleet.length * ipsMessages} samples were acknowledged`);
  return stored / ((performance.now() - begin) / 1000);
}

/** The steps of a vehicle are ten seconds apart, yesterday. */
function sampleOf(vehicle: Vehicle, step: number): ReturnType<typeof sampleAt> {
  const yesterday = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 86_400_000;
  return sampleAt(vehicle, step, yesterday + step * stepMs + (vehicle.no % 10) * 1000);
}

async function rawCopy(client: pg.Client, fleet: Vehicle[], firstStep: number): Promise<number> {
  const chunks = Array.from({ length: stepsPerRound }, (_, i) => encodeRows(fleet.map((v) => asRow(v, sampleOf(v, firstStep + i)))));
  const begin = performance.now();
  for (const { columns, bytes } of chunks) {
    const stream = client.query(copyFrom(`copy telemetry_engine.bench (${columns}) from stdin with (format binary)`));
    stream.end(bytes);
    await finished(stream);
  }
  return (stepsPerRound * vehicles) / ((performance.now() - begin) / 1000);
}

function asRow({ no }: Vehicle, { at, device_id: _, ...rest }: ReturnType<typeof sampleOf>): SampleRow {
  const at_ms = Date.parse(at);
  const vehicle = { vehicle_no: no, account_no: 1, vehicle_id: '', account_id: '', park_id: null };
  return { vehicle, sample: { ...rest, at_ms }, received_ms: at_ms + 1500, marks: 0, late: false };
}

async function upload(house: RunningHouse, token: string, fleet: Vehicle[], firstStep: number, steps: number): Promise<number> {
  const gateways = Array.from({ length: connections }, (_, gateway) => {
    const its = fleet.slice(gateway * samplesPerCall, (gateway + 1) * samplesPerCall);
    return Array.from({ length: steps }, (_, i) => Buffer.from(JSON.stringify(its.map((v) => sampleOf(v, firstStep + i)))));
  });
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let answered = 0;
  const begin = performance.now();
  const sender = async (bodies: Buffer[]): Promise<void> => {
    for (const body of bodies) {
      const { accepted, duplicates, rejected } = await send(house, token, agent, body);
      if (rejected.length > 0) throw new Error(`rejected: ${JSON.stringify(rejected[0])}`);
      answered += accepted + duplicates;
    }
  };
  await Promise.all(gateways.map(sender));
  agent.destroy();
  return answered / ((performance.now() - begin) / 1000);
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

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
