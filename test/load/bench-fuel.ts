import pg from 'pg';
import { median, report, type Metric } from './bench';
import { fillsEach, loadFillUps, markAll, vehicles } from './bench-fuel-load';
import { startHouse, type RunningHouse } from './running-house';

const targets = { monthlyMs: 1_000, listP95Ms: 200 };

/** A fleet of ten thousand vehicles with a million fill-ups: how long its pages and its month take. */
async function main(): Promise<void> {
  const house = await startHouse();
  const owner = new pg.Client({ connectionString: house.ownerUrl });
  try {
    await owner.connect();
    const loadedS = await loadFillUps(owner, house);
    await markAll(owner);
    const keptS = await keptAll(owner);
    const metrics = await measure(house);
    report('fuel', [{ name: `fill-ups loaded in bulk (${vehicles * fillsEach})`, value: (vehicles * fillsEach) / loadedS, unit: 'rows/s' }, { name: 'until their stretches were kept by the batch', value: keptS, unit: 's' }, ...metrics]);
    if (process.argv.includes('--plans')) await plans(owner);
  } finally {
    await owner.end();
    await house.stop();
  }
}

/** The batch of the running server keeps what lies between full tanks; a month is measured as it is on every day after a great import. */
async function keptAll(owner: pg.Client): Promise<number> {
  const begin = performance.now();
  for (;;) {
    const { rows } = await owner.query<{ left: number }>('select count(*)::int as left from fuel_log.stretch_stale');
    if (rows[0]?.left === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  for (const table of ['fuel_log.fill_up', 'fuel_log.stretch', 'transport_registry.vehicle']) await owner.query(`vacuum (analyze) ${table}`);
  return (performance.now() - begin) / 1000;
}

async function measure(house: RunningHouse): Promise<Metric[]> {
  const headers = { authorization: `Bearer ${house.token}`, 'content-type': 'application/json' };
  const get = async (path: string): Promise<{ ms: number; body: Record<string, unknown> }> => {
    const begin = performance.now();
    const answer = await fetch(`${house.url}/api/v1/fuel_log/${path}`, { headers });
    const body = (await answer.json()) as Record<string, unknown>;
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(body)}`);
    return { ms: performance.now() - begin, body };
  };
  const last = new Date();
  last.setUTCDate(0);
  const month = last.toISOString().slice(0, 7);
  const monthly = await timesOf(7, () => get(`reports/monthly?month=${month}`));
  const { body } = await get(`reports/monthly?month=${month}`);
  const lines = (body.vehicles as { vehicle_id: string; plate: string; fill_ups: number }[]).filter((line) => line.plate.startsWith('BF'));
  const list = await pages(get);
  const unheard = await timesOf(5, () => get('fill_ups?limit=100&q=nobody+wrote+this'));
  const one = lines.at(-1)?.vehicle_id ?? '';
  const ofVehicle = await timesOf(50, () => get(`vehicles/${one}/efficiency`));
  const fleet = await timesOf(5, () => get(`efficiency?by=park&from=${month}-01T00:00:00Z&to=${last.toISOString()}`));
  const recorded = await timesOf(100, (n) => record(house.url, headers, lines[lines.length - 1 - n]?.vehicle_id ?? one));
  return [
    { name: 'vehicles in the monthly report', value: lines.length, unit: '' },
    { name: 'fill-ups in the monthly report', value: lines.reduce((sum, line) => sum + line.fill_ups, 0), unit: '' },
    against('monthly report of the fleet, median', median(monthly), targets.monthlyMs),
    against('list page, p95', p95(list), targets.listP95Ms),
    { name: 'list page, median', value: median(list), unit: 'ms' },
    { name: 'a text that nobody wrote, median', value: median(unheard), unit: 'ms' },
    { name: 'consumption of a vehicle, p95', value: p95(ofVehicle), unit: 'ms' },
    { name: 'consumption of the fleet in a month, median', value: median(fleet), unit: 'ms' },
    { name: 'fill-up recorded, p95', value: p95(recorded), unit: 'ms' },
  ];
}

/** First pages, filtered pages, and pages a long way down. */
async function pages(get: (path: string) => Promise<{ ms: number; body: Record<string, unknown> }>): Promise<number[]> {
  const times: number[] = [];
  let cursor = '';
  for (let n = 0; n < 60; n += 1) {
    const page = await get(`fill_ups?limit=100${cursor && `&cursor=${cursor}`}`);
    times.push(page.ms);
    cursor = String(page.body.next_cursor ?? '');
  }
  for (const filter of ['state=held', 'fuel_type=gasoline', 'q=station+7', 'sort=fuel_date', 'from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z']) {
    for (let n = 0; n < 5; n += 1) times.push((await get(`fill_ups?limit=100&${filter}`)).ms);
  }
  return times;
}

async function record(url: string, headers: Record<string, string>, vehicleId: string): Promise<{ ms: number }> {
  const body = { vehicle_id: vehicleId, fuel_date: new Date().toISOString(), odometer_reading: 60_000, fuel_type: 'gasoline', fuel_quantity: 30, unit_of_measure: 'l', cost_per_unit: 182.5, is_full_tank: true };
  const begin = performance.now();
  const answer = await fetch(`${url}/api/v1/fuel_log/fill_ups`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (answer.status !== 201) throw new Error(`recording: ${answer.status} ${await answer.text()}`);
  return { ms: performance.now() - begin };
}

async function timesOf(count: number, work: (n: number) => Promise<{ ms: number }>): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) times.push((await work(n)).ms);
  return times;
}

const p95 = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0;
const against = (name: string, value: number, target: number): Metric => ({ name, value, unit: 'ms', baseline: target, baseline_name: 'target', ratio: value / target });

/** How PostgreSQL answers the hot questions. */
async function plans(owner: pg.Client): Promise<void> {
  const from = `date_trunc('month', now()) - interval '1 month'`;
  const hot: Record<string, string> = {
    'first page': `select f.* from fuel_log.fill_up f where f.account_id = current_setting('app.account_id')::uuid order by f.fuel_date desc, f.id desc limit 101`,
    'month by vehicle': `select f.vehicle_id, f.currency, count(*), sum(f.fuel_l), sum(f.total_cost_minor) from fuel_log.fill_up f where f.account_id = current_setting('app.account_id')::uuid and f.fuel_date >= ${from} and f.fuel_date < date_trunc('month', now()) and f.state = 'recorded' group by 1, 2`,
    'last prices': `select f.total_cost_minor / coalesce(f.fuel_l, f.energy_kwh) from fuel_log.fill_up f where f.account_id = current_setting('app.account_id')::uuid and f.fuel_date <= now() and f.fuel_date > now() - interval '60 days' and f.fuel_type = 'gasoline' and f.currency = 'KES' and f.total_cost_minor is not null order by f.fuel_date desc limit 50`,
  };
  for (const [name, text] of Object.entries(hot)) {
    const { rows } = await owner.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers, costs off) ${text}`);
    console.log(`\n${name}\n${rows.map((row) => `  ${row['QUERY PLAN']}`).join('\n')}`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
