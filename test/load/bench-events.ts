import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { report, type Metric } from './bench';
import { loadEvents, plateOf, wordOf } from './bench-events-load';
import { equip } from './equip';
import { gatewayToken, sampleAt, send as sendSamples } from './ingest-load';
import { startHouse, type RunningHouse } from './running-house';

const events = Number(process.env.BENCH_EVENTS ?? 5_000_000);
const dayMs = 86_400_000;

const p95 = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? 0;
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
let state = 7;
const random = (below: number): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) % below;

async function ask(house: RunningHouse, path: string): Promise<{ ms: number; items: number }> {
  const begin = performance.now();
  const answer = await fetch(`${house.url}/api/v1/event_log/${path}`, { headers: { authorization: `Bearer ${house.token}` } });
  const body = (await answer.json()) as { items?: unknown[] };
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(body)}`);
  return { ms: performance.now() - begin, items: body.items?.length ?? 0 };
}

/** The same question with other values, one after the other, after a few to warm up. */
async function measure(house: RunningHouse, name: string, count: number, path: () => string): Promise<Metric[]> {
  for (let i = 0; i < 10; i += 1) await ask(house, path());
  const times: number[] = [];
  let items = 0;
  for (let i = 0; i < count; i += 1) {
    const { ms, items: found } = await ask(house, path());
    times.push(ms);
    items += found;
  }
  return [
    { name: `${name}, p95`, value: p95(times), unit: 'ms' },
    { name: `${name}, median`, value: median(times), unit: 'ms' },
    { name: `${name}, items an answer`, value: items / count, unit: '' },
  ];
}

const asked = ['a word a quarter has', 'a rare word', 'two beginnings', 'a reference', 'a plate'] as const;
function search(kind: (typeof asked)[number]): string {
  const q = {
    'a word a quarter has': 'harsh',
    'a rare word': wordOf(random(20_000)),
    'two beginnings': `${wordOf(random(40)).slice(0, 5)} ${wordOf(random(20_000)).slice(0, 6)}`,
    'a reference': `BN-${random(events)}`,
    'a plate': plateOf(random(500)),
  }[kind];
  return `events?limit=20&q=${encodeURIComponent(q)}`;
}

/** As a program tells events: batches over HTTP, through judging, identity, attribution and the audit log. */
async function ingest(house: RunningHouse, vehicleIds: string[], name: string): Promise<Metric> {
  const size = 500;
  const send = async (n: number): Promise<number> => {
    const now = Date.now();
    const batch = Array.from({ length: size }, (_, i) => ({
      type: 'violation',
      kind: 'harsh_braking',
      vehicle_id: vehicleIds[random(vehicleIds.length)],
      at: new Date(now - random(30 * 86_400) * 1000).toISOString(),
      reference: `${name.slice(0, 20)}-${n}-${i}`,
      lat: -1.28,
      lon: 36.82,
      details: { value: 4.2, limit: 3.5, unit: 'm/s2' },
    }));
    const answer = await fetch(`${house.url}/api/v1/event_log/events/batch`, { method: 'POST', headers: { authorization: `Bearer ${house.token}`, 'content-type': 'application/json' }, body: JSON.stringify({ events: batch }) });
    const { results } = (await answer.json()) as { results?: { outcome: string }[] };
    return (results ?? []).filter((r) => r.outcome === 'recorded').length;
  };
  await send(0);
  const begin = performance.now();
  let recorded = 0;
  for (let n = 1; n <= 20; n += 2) recorded += (await Promise.all([send(n), send(n + 1)])).reduce((a, b) => a + b, 0);
  return { name, value: recorded / ((performance.now() - begin) / 1000), unit: 'events/s' };
}

/** The same while ten thousand vehicles send their samples, each every ten seconds. */
async function ingestBeside(house: RunningHouse, client: pg.Client, vehicleIds: string[]): Promise<Metric[]> {
  const [fleet, token, agent] = [await equip(house, client, 10_000), await gatewayToken(house), new Agent({ keepAlive: true })];
  const seen = { accepted: 0, isOver: false };
  const begin = performance.now();
  const feed = async (): Promise<void> => {
    for (let call = 0; !seen.isOver; call += 1) {
      const at = (call % 20) * 500;
      const body = JSON.stringify(fleet.slice(at, at + 500).map((vehicle) => sampleAt(vehicle, Math.floor(call / 20), Date.now() - 500)));
      const { accepted } = await sendSamples(house, token, agent, Buffer.from(body));
      seen.accepted += accepted;
      await sleep(Math.max(0, begin + (call + 1) * 500 - performance.now()));
    }
  };
  const fed = feed();
  await sleep(5000);
  const metric = await ingest(house, vehicleIds, 'the same beside telemetry');
  seen.isOver = true;
  await fed;
  agent.destroy();
  return [metric, { name: 'telemetry meanwhile', value: seen.accepted / ((performance.now() - begin) / 1000), unit: 'samples/s' }];
}

async function explain(client: pg.Client, name: string, sql: string): Promise<void> {
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers, costs off, timing off) ${sql}`);
  console.log(`\n${name}\n  ${rows.map((row) => row['QUERY PLAN']).join('\n  ')}`);
}

async function main(): Promise<void> {
  const house = await startHouse({ ACCESS_TOKEN_TTL_S: '3600' });
  const client = new pg.Client({ connectionString: house.ownerUrl });
  try {
    await client.connect();
    const { driverIds, vehicleIds, loadSeconds } = await loadEvents(client, house, events);
    // The server's pool has plans and caches of the small database.
    await sleep(1000);
    const day = (): string => new Date(Date.now() - random(700) * dayMs).toISOString().slice(0, 10);
    const metrics: Metric[] = [{ name: 'events loaded', value: events, unit: '' }, { name: 'load', value: loadSeconds, unit: 's' }];
    metrics.push(...(await measure(house, 'a driver’s day', 200, () => `driver/${driverIds[random(driverIds.length)]}?date=${day()}`)));
    for (const kind of asked) metrics.push(...(await measure(house, `search for ${kind}`, 40, () => search(kind))));
    metrics.push(...(await measure(house, 'timeline of a vehicle', 40, () => `vehicle/${vehicleIds[random(vehicleIds.length)]}/timeline`)));
    metrics.push(...(await measure(house, 'fines, latest', 40, () => 'events?type=fine')));
    metrics.push((await measure(house, 'counts of a month', 5, () => `events/summary?from=${new Date(Date.now() - 30 * dayMs).toISOString()}&to=${new Date().toISOString()}`))[0] as Metric);
    metrics.push(await ingest(house, vehicleIds, 'ingest through HTTP in batches of 500'), ...(await ingestBeside(house, client, vehicleIds)));
    report('events', metrics);
    const mine = `e.account_id = '${house.account}'`;
    await explain(client, 'a driver’s day', `select * from event_log.standing e where ${mine} and e.driver_id = '${driverIds[7]}' and e.at >= now() - interval '40 days' and e.at < now() - interval '39 days' order by e.at, e.id limit 51`);
    await client.query(`select set_config('app.search', '${wordOf(12_345)}:*', false)`);
    await explain(client, 'a rare word', `select e.id from (select w.event_id, w.at from event_log.words w order by w.at desc, w.event_id desc offset 0) w join event_log.standing e on e.id = w.event_id where ${mine} order by w.at desc, w.event_id desc limit 1000`);
    await explain(client, 'a common word', `select e.id from (select e.* from event_log.standing e where ${mine} and e.search is not null order by e.at desc, e.id desc limit 10000) e where e.search @@ to_tsquery('simple', 'harsh:*') limit 200`);
  } finally {
    await client.end();
    await house.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
