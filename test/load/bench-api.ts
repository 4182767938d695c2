import autocannon, { type Result } from 'autocannon';
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../apps/cli/src/up/ports';
import { median, report, type Metric } from './bench';
import { rssMb, startHouse } from './running-house';

const rounds = 5;
const secondsEach = 6;
const connections = 32;

/** One vehicle read by an authenticated caller behind every wall, against bare Nest and Express answering the same bytes. */
async function main(): Promise<void> {
  const house = await startHouse();
  const rssAfterStart = rssMb(house.server.pid ?? 0);
  const headers = { authorization: `Bearer ${house.token}` };
  const list = (await (await fetch(`${house.url}/api/v1/transport_registry?limit=1`, { headers })).json()) as { items: { id: string }[] };
  const url = `${house.url}/api/v1/transport_registry/${list.items[0]?.id}`;
  const file = join(tmpdir(), `fleet-bench-answer-${process.pid}.json`);
  writeFileSync(file, await (await fetch(url, { headers })).text());
  const barePort = await freePort();
  const bare = fork(join(__dirname, 'bare-server.js'), [String(barePort), file], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await new Promise((resolve) => bare.once('message', resolve));
  const bareUrl = `http://127.0.0.1:${barePort}/bare`;
  try {
    await shoot(url, headers, 4);
    await shoot(bareUrl, {}, 3);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let i = 0; i < rounds; i += 1) {
      ours.push(perSecond(await shoot(url, headers, secondsEach)));
      theirs.push(perSecond(await shoot(bareUrl, {}, secondsEach)));
    }
    const steady = await shoot(url, headers, 15, 1000);
    const metrics: Metric[] = [
      { name: 'GET one vehicle, authenticated, RLS', value: median(ours), unit: 'req/s', baseline: median(theirs), baseline_name: 'bare Nest + Express', ratio: median(ours.map((v, i) => v / (theirs[i] ?? 1))) },
      { name: 'same at a steady 1,000 req/s: p50', value: steady.latency.p50, unit: 'ms' },
      { name: 'same at a steady 1,000 req/s: p97.5', value: steady.latency.p97_5, unit: 'ms' },
      { name: 'same at a steady 1,000 req/s: p99', value: steady.latency.p99, unit: 'ms' },
      { name: 'rate reached', value: perSecond(steady), unit: 'req/s' },
      { name: 'answers that were no 2xx', value: steady.non2xx + steady.errors, unit: '' },
      { name: 'server memory after start', value: rssAfterStart, unit: 'MB' },
      { name: 'server memory after the load', value: rssMb(house.server.pid ?? 0), unit: 'MB' },
    ];
    report('api', metrics);
  } finally {
    bare.disconnect();
    await house.stop();
  }
}

const perSecond = (result: Result): number => result.requests.total / result.duration;

/** A worker thread sends, so that this process does not take the server's place on the cores. */
function shoot(url: string, headers: Record<string, string>, seconds: number, rate?: number): Promise<Result> {
  return autocannon({ url, headers, connections, duration: seconds, ...(rate ? { overallRate: rate } : {}) });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
