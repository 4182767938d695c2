import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { report, type Metric } from './bench';
import { insertVehicles } from './equip';
import { cpuSeconds, rssMb, startHouse, type RunningHouse } from './running-house';

const records = Number(process.env.BENCH_RECORDS ?? 1_000_000);
const vehicles = 2_000;
const pages = 100;

/** A snapshot from a file into an empty house, again unchanged, and then pages of all fills. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-bench-feed-'));
  const house = await startHouse();
  try {
    await addVehicles(house);
    const file = join(folder, 'latest.json');
    await writeFeed(file);
    const first = await importFile(house, file);
    const again = await importFile(house, file);
    const metrics: Metric[] = [
      { name: `import of ${records} records`, value: first.seconds, unit: 's' },
      { name: 'import rate', value: records / first.seconds, unit: 'records/s' },
      { name: 'processor time of the importing process', value: first.cpuS, unit: 's' },
      { name: 'processor time of PostgreSQL', value: first.postgresCpuS, unit: 's' },
      { name: 'memory of the importing process, peak', value: first.peakMb, unit: 'MB' },
      { name: 'memory of the importing process after a tenth', value: first.earlyMb, unit: 'MB' },
      { name: 'the same file again, unchanged', value: again.seconds, unit: 's', baseline: first.seconds, baseline_name: 'first import', ratio: again.seconds / first.seconds },
    ];
    for (const [name, query] of Object.entries({ newest: '', 'of a city': '&city=Nakuru', 'of a department': '&department=Logistics', 'of a plate': '&plate=BF00007' })) {
      metrics.push({ name: `page of fuel fills, ${name}, p95`, value: await pageP95(house, query), unit: 'ms' });
    }
    report('feed', metrics);
  } finally {
    await house.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function addVehicles(house: RunningHouse): Promise<void> {
  const client = new pg.Client({ connectionString: house.ownerUrl });
  await client.connect();
  await insertVehicles(client, house.account, Array.from({ length: vehicles }, (_, i) => ({ plate: `BF${String(i).padStart(5, '0')}`, tank_capacity_l: 60, assigned_city: i % 50 === 0 ? 'Nakuru' : 'Nairobi' })));
  await client.end();
}

/** Nine tidy records to one in every spelling. */
async function writeFeed(path: string): Promise<void> {
  const out = createWriteStream(path);
  out.write('{"metadata":{},"records":[');
  for (let i = 0; i < records; i += 1) {
    const at = new Date(Date.UTC(2024, 0, 1) + i * 60_000);
    const messy = i % 10 === 0;
    const plate = `BF${String(i % vehicles).padStart(5, '0')}`;
    const said = { id: i, car: messy ? plate.toLowerCase() : plate, litres: messy ? '40,5 ltrs' : 40.5, amount: messy ? 'KES 7,452' : 7452, odometer: messy ? `${(10_000 + Math.floor(i / vehicles) * 300).toLocaleString('en')} km` : 10_000 + Math.floor(i / vehicles) * 300, fuel_type: messy ? 'PETROLI' : 'petrol', department: i % 20 === 0 ? 'logistcs' : 'Sales', driver: 'Demo Driver', fuel_date: at.toISOString(), updated_at: at.toISOString(), message: `${plate} filled 40.5 l petrol at Demo Energy for 7452` };
    if (!out.write(`${i === 0 ? '' : ','}${JSON.stringify(said)}`)) await once(out, 'drain');
  }
  out.end(']}');
  await once(out, 'finish');
}

interface Imported {
  seconds: number;
  peakMb: number;
  earlyMb: number;
  cpuS: number;
  postgresCpuS: number;
}

async function importFile(house: RunningHouse, file: string): Promise<Imported> {
  const begin = performance.now();
  const postgres = house.cluster.pid ?? 0;
  const postgresBefore = cpuSeconds(postgres);
  const child = spawn(process.execPath, [join(__dirname, '../../apps/cli/src/main.js'), 'fuel:import', '--file', file, '--apply', '--account', 'Demo Cabs Nairobi'], { env: { ...process.env, ...house.env }, stdio: ['ignore', 'inherit', 'inherit'] });
  const seen = { peakMb: 0, cpuS: 0, memory: [] as number[] };
  const watch = setInterval(() => {
    if (!child.pid || child.exitCode !== null) return;
    seen.memory.push(rssMb(child.pid));
    seen.cpuS = cpuSeconds(child.pid);
  }, 250);
  const [code] = (await once(child, 'exit')) as [number];
  clearInterval(watch);
  if (code !== 0) throw new Error(`fuel:import ended with ${code}`);
  return { seconds: (performance.now() - begin) / 1000, peakMb: Math.max(...seen.memory), earlyMb: Math.max(...seen.memory.slice(0, Math.ceil(seen.memory.length / 10))), cpuS: seen.cpuS, postgresCpuS: cpuSeconds(postgres) - postgresBefore };
}

async function pageP95(house: RunningHouse, query: string): Promise<number> {
  const times: number[] = [];
  let cursor = '';
  for (let i = 0; i < pages; i += 1) {
    const begin = performance.now();
    const answer = await fetch(`${house.url}/api/v1/analytics/fuel-fills?limit=50${query}${cursor}`, { headers: { authorization: `Bearer ${house.token}` } });
    const { next_cursor } = (await answer.json()) as { next_cursor: string | null };
    times.push(performance.now() - begin);
    cursor = next_cursor ? `&cursor=${next_cursor}` : '';
  }
  return times.sort((a, b) => a - b)[Math.floor(pages * 0.95)] ?? 0;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
