import autocannon, { type Result } from 'autocannon';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { median, report, type Metric } from './bench';
import { Processors } from './cpu';
import { equip, type Vehicle } from './equip';
import { gatewayToken, sampleAt, send } from './ingest-load';
import { rssMb, startHouse, type RunningHouse } from './running-house';

const { values: said } = parseArgs({ options: { vehicles: { type: 'string', default: process.env.BENCH_VEHICLES ?? '100000' }, minutes: { type: 'string', default: process.env.BENCH_MINUTES ?? '10' } } });
const vehicles = Number(said.vehicles);
const minutes = Number(said.minutes);
const samplesPerSecond = vehicles / 10;
const readsPerSecond = 1000;
const samplesPerCall = 500;

interface Seen {
  accepted: number;
  refused: number;
  callMs: number[];
  visibleMs: number[];
  rssMb: number[];
  lagMs: number[];
}

/** Every vehicle reports each ten seconds for ten minutes while a thousand reads a second are answered. */
async function main(): Promise<void> {
  // One token outlives the run; it would be renewed by a real client.
  const house = await startHouse({ ACCESS_TOKEN_TTL_S: '3600' });
  const owner = new pg.Client({ connectionString: house.ownerUrl });
  await owner.connect();
  try {
    const fleet = await equip(house, owner, vehicles);
    const token = await gatewayToken(house);
    const seen: Seen = { accepted: 0, refused: 0, callMs: [], visibleMs: [], rssMb: [], lagMs: [] };
    const until = performance.now() + minutes * 60_000;
    const reads = readAll(house, fleet);
    const processors = new Processors(house.env.FLEET_DATA_DIR ?? '', house.server.pid ?? 0);
    const needed = await processors.during('samples, reads and what is derived', () => seen.accepted / 1e6, () =>
      Promise.all([feed(house, token, fleet, until, seen), watch(house, token, fleet.at(-1) as Vehicle, until, seen)]),
    );
    const { latency, requests, non2xx, errors, duration } = await reads;
    const { rows } = await owner.query<{ n: number }>('select count(*)::int as n from telemetry_engine.sample where vehicle_no = any($1::int[])', [fleet.map((v) => v.no)]);
    const stored = rows[0]?.n ?? 0;
    const metrics: Metric[] = [
      { name: 'samples stored', value: seen.accepted / (minutes * 60), unit: 'samples/s', baseline: samplesPerSecond, baseline_name: 'sent', ratio: seen.accepted / (minutes * 60) / samplesPerSecond },
      { name: 'acknowledged but not found', value: seen.accepted - stored, unit: '' },
      { name: 'uploads refused', value: seen.refused, unit: '' },
      { name: 'upload of 500, p50', value: median(seen.callMs), unit: 'ms' },
      { name: 'upload of 500, p99', value: percentile(seen.callMs, 0.99), unit: 'ms' },
      { name: 'reads answered', value: requests.total / duration, unit: 'req/s', baseline: readsPerSecond, baseline_name: 'asked', ratio: requests.total / duration / readsPerSecond },
      { name: 'reads p50', value: latency.p50, unit: 'ms' },
      // The next higher of those it measures stands for p95.
      { name: 'reads p97.5', value: latency.p97_5, unit: 'ms' },
      { name: 'reads p99', value: latency.p99, unit: 'ms' },
      { name: 'reads that failed', value: non2xx + errors, unit: '' },
      { name: 'sample to visible on the map, p50', value: median(seen.visibleMs), unit: 'ms' },
      { name: 'sample to visible on the map, p99', value: percentile(seen.visibleMs, 0.99), unit: 'ms' },
      { name: 'lag, first minute, highest', value: Math.max(...seen.lagMs.slice(0, 60)), unit: 'ms' },
      { name: 'lag, last minute, highest', value: Math.max(...seen.lagMs.slice(-60)), unit: 'ms' },
      ...needed,
      { name: 'server memory, highest', value: Math.max(...seen.rssMb), unit: 'MB' },
    ];
    report('sustained', metrics);
  } finally {
    await owner.end();
    await house.stop();
  }
}

/** Open loop: a call is due when it is due, however long the one before takes. */
async function feed(house: RunningHouse, token: string, fleet: Vehicle[], until: number, seen: Seen): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const everyMs = (samplesPerCall / samplesPerSecond) * 1000;
  const slots = Math.ceil(fleet.length / samplesPerCall);
  const underWay = new Set<Promise<void>>();
  const begin = performance.now();
  for (let call = 0; performance.now() < until; call += 1) {
    await sleep(Math.max(0, begin + call * everyMs - performance.now()));
    const group = fleet.slice((call % slots) * samplesPerCall, ((call % slots) + 1) * samplesPerCall);
    const atMs = Date.now() - 500;
    const body = Buffer.from(JSON.stringify(group.map((vehicle) => sampleAt(vehicle, Math.floor(call / slots), atMs))));
    const sentAt = performance.now();
    const one: Promise<void> = send(house, token, agent, body)
      .then(
        ({ accepted }) => {
          seen.accepted += accepted;
          seen.callMs.push(performance.now() - sentAt);
        },
        () => void (seen.refused += 1),
      )
      .finally(() => underWay.delete(one));
    underWay.add(one);
  }
  await Promise.all(underWay);
  agent.destroy();
}

/** Once a second: how long one sample takes to the map, what the server holds in memory, how far it lags. */
async function watch(house: RunningHouse, token: string, probe: Vehicle, until: number, seen: Seen): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const headers = { authorization: `Bearer ${house.token}` };
  for (let n = 0; performance.now() < until; n += 1) {
    const begin = performance.now();
    const lat = 50 + (n % 1000) / 100;
    const body = Buffer.from(JSON.stringify([{ vehicle_id: probe.id, at: Date.now() + 1, lat, lon: 100, speed_kmh: 10 }]));
    // Added afterwards: what the feed counted meanwhile must not be lost.
    const { accepted } = await send(house, token, agent, body);
    seen.accepted += accepted;
    while (performance.now() - begin < 10_000) {
      const answer = (await (await fetch(`${house.url}/api/v1/telemetry/last?bbox=99.9,${lat - 0.001},100.1,${lat + 0.001}`, { headers })).json()) as { items: unknown[] };
      if (answer.items.length > 0) break;
      await sleep(20);
    }
    seen.visibleMs.push(performance.now() - begin);
    seen.rssMb.push(rssMb(house.server.pid ?? 0));
    seen.lagMs.push(((await (await fetch(`${house.url}/healthz`)).json()) as { lag_ms: number }).lag_ms);
    await sleep(Math.max(0, begin + 1000 - performance.now()));
  }
  agent.destroy();
}

function readAll(house: RunningHouse, fleet: Vehicle[]): Promise<Result> {
  const headers = { authorization: `Bearer ${house.token}` };
  const some = Array.from({ length: 20 }, (_, i) => fleet[Math.floor((i * fleet.length) / 20)]?.id ?? '');
  const requests = some.flatMap((id) => [{ path: `/api/v1/telemetry/${id}?limit=10` }, { path: `/api/v1/transport_registry/${id}` }]);
  return autocannon({ url: house.url, headers, requests, connections: 32, duration: minutes * 60, overallRate: readsPerSecond });
}

const percentile = (values: number[], share: number): number => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
