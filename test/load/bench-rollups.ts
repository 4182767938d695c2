import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { Clock } from '../../libs/platform/src/clock';
import { readConfig } from '../../libs/platform/src/config';
import { Db, migrate } from '../../libs/platform/src/database';
import { Subscribers, useSubscribers } from '../../libs/platform/src/outbox';
import { MotionSettings } from '../../libs/telemetry_engine/src/detect/setting.service';
import { Deriver } from '../../libs/telemetry_engine/src/derive/deriver';
import { Rounds } from '../../libs/telemetry_engine/src/derive/rounds';
import { FenceBook } from '../../libs/telemetry_engine/src/geofences/fence-book';
import { Rollups } from '../../libs/telemetry_engine/src/rollup/rollups';
import type { SampleRow } from '../../libs/telemetry_engine/src/store/sample-row';
import { copyOut } from '../../libs/telemetry_engine/src/store/copy-out';
import { SampleStore } from '../../libs/telemetry_engine/src/store/sample-store';
import { pointColumns } from '../../libs/telemetry_engine/src/trips/point';
import { VehicleLookup } from '../../libs/transport_registry/src/read/vehicle-lookup';
import { startEmbedded } from '../../apps/cli/src/up/database';
import { insertVehicles } from './equip';
import { report, type Metric } from './bench';
import { Processors } from './cpu';

const { values: said } = parseArgs({
  options: {
    vehicles: { type: 'string', default: '300' },
    step: { type: 'string', default: '20' },
    steady: { type: 'string', default: '20000' },
    rate: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '60' },
  },
});
const dayMs = 86_400_000;
const yesterday = Math.floor(Date.now() / dayMs) * dayMs - dayMs;
/** As the server does it unless told otherwise. */
const everyMs = 10_000;
const never = new AbortController().signal;

interface Bench {
  db: Db;
  owner: pg.Client;
  account: string;
  accountNo: number;
  rounds: Rounds;
  processors: Processors;
}

/** A day of many vehicles computed anew, and the derived rows keeping up with a stream of samples. */
async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'fleet-bench-'));
  const cluster = await startEmbedded({ dataDir });
  const owner = new pg.Client({ connectionString: cluster.url('owner') });
  try {
    await migrate(cluster.url('owner'), { appHasOwnLogin: true });
    await owner.connect();
    const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: cluster.url('owner'), DATABASE_APP_URL: cluster.url('app'), DATABASE_STATEMENT_TIMEOUT_MS: '600000', FLEET_DATA_DIR: dataDir, FLEET_MASTER_KEYS: `k1:${Buffer.alloc(32, 3).toString('base64')}` });
    const db = new Db(config, []);
    await db.onModuleInit();
    useSubscribers(new Subscribers());
    const clock = new Clock();
    const deriver = new Deriver(db, clock, new MotionSettings(db, clock, new VehicleLookup()), new FenceBook());
    const bench = { db, owner, rounds: new Rounds(db, deriver, new Rollups(db)), processors: new Processors(dataDir, process.pid), ...(await account(owner)) };
    const before = loadavg()[0] ?? 0;
    const metrics = [...(await aDay(bench)), ...(await steadily(bench)), { name: 'load of the machine before and after', value: before, unit: `then ${(loadavg()[0] ?? 0).toFixed(1)}` }];
    report('rollups', metrics);
    await db.onApplicationShutdown();
  } finally {
    await owner.end();
    await cluster.stop('fast');
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function account(owner: pg.Client): Promise<{ account: string; accountNo: number }> {
  const id = randomUUID();
  await owner.query(`select set_config('app.scope', 'system', false)`);
  await owner.query(`insert into auth.account (id, kind, name, time_zone, currency) values ($1, 'company', 'bench', 'Africa/Nairobi', 'KES')`, [id]);
  const { rows } = await owner.query<{ account_no: number }>(`insert into telemetry_engine.account_number (account_id) values ($1) returning account_no`, [id]);
  return { account: id, accountNo: rows[0]?.account_no ?? 0 };
}

async function equip({ owner, account: id }: Bench, count: number): Promise<{ no: number; id: string }[]> {
  const fleet = await insertVehicles(owner, id, Array.from({ length: count }, () => ({ plate: `B${randomUUID()}` })));
  await owner.query(`select set_config('app.scope', 'system', false)`);
  return fleet;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

/** Forty minutes of driving, fifty of standing, all day long; each at its own times, in the order a server receives it. */
async function fillDay({ owner, accountNo }: Bench, vehicles: readonly { no: number }[], stepS: number): Promise<number> {
  const leaf = `telemetry_engine.sample_${new Date(yesterday).toISOString().slice(0, 10).replaceAll('-', '')}`;
  const { rowCount } = await owner.query(
    `insert into ${leaf} (at, vehicle_no, account_no, delay_ms, lat_x1e7, lon_x1e7, odometer_km_x100, flags, speed_kmh_x100, heading_deg_x10, satellites, rpm, voltage_v_x100, fuel_rate_lph_x100)
     select to_timestamp($1::float8 + t), v, $2, 1200, -12900000 + v % 5000 * 100, 368000000 + 2970000 * case when turn % 2 = 0 then share else 1 - share end, 12000000 + t / 10, case when phase < 2700 then 15 else 13 end,
            case when phase < 2400 then 7775 * sin(pi() * phase / 2400) else 0 end, 900, 11, 1800, 1390, case when phase < 2700 then 640 else 0 end
       from generate_series(0, 86399, $3::int) t cross join unnest($4::int[]) v cross join lateral (select (t + v * 977) % 5400 as phase, (t + v * 977) / 5400 as turn) c
      cross join lateral (select 0.5 - 0.5 * cos(pi() * least(phase, 2400) / 2400) as share) s`,
    [yesterday / 1000, accountNo, stepS, vehicles.map((v) => v.no)],
  );
  await owner.query(`insert into telemetry_engine.dirty_bucket (vehicle_no, bucket_at) select v, to_timestamp($1::float8 + b * 300) from unnest($2::int[]) v, generate_series(0, 287) b`, [yesterday / 1000, vehicles.map((v) => v.no)]);
  await owner.query('vacuum analyze');
  return rowCount ?? 0;
}

async function aDay(bench: Bench): Promise<Metric[]> {
  const vehicles = await equip(bench, Number(said.vehicles));
  const samples = await fillDay(bench, vehicles, Number(said.step));
  const { rounds, processors } = bench;
  const read = await seconds(() => onlyRead(bench, vehicles));
  let whole = 0;
  const needed = await processors.during('a day anew', () => samples / 1e6, async () => {
    whole = await seconds(() => rounds.settle(never));
  });
  const { rows } = await bench.owner.query<{ trips: number; moving: number }>(
    `select (select count(*)::int from telemetry_engine.stretch where kind = 'trip') as trips, (select coalesce(sum(moving_ms), 0)::float8 / 1000 from telemetry_engine.rollup_day) as moving`,
  );
  return [
    { name: `samples of ${vehicles.length} vehicle-days, one every ${said.step} s`, value: samples, unit: '' },
    { name: 'rollups, trips and detections of these days', value: samples / whole, unit: 'samples/s', baseline: samples / read, baseline_name: 'reading them alone', ratio: read / whole },
    { name: 'a day of 10,000 vehicles at this pace', value: (whole / vehicles.length) * 10_000, unit: 's' },
    ...needed,
    { name: 'trips found', value: rows[0]?.trips ?? 0, unit: '' },
    { name: 'hours driven a vehicle', value: (rows[0]?.moving ?? 0) / 3600 / vehicles.length, unit: 'h' },
  ];
}

/** What PostgreSQL alone needs to hand the samples out, vehicle by vehicle. */
async function onlyRead({ db }: Bench, vehicles: readonly { no: number }[]): Promise<void> {
  await db.systemRead('bench', async (tx) => {
    for (let i = 0; i < vehicles.length; i += 100) {
      await copyOut(tx, `select s.* from unnest('{${vehicles.slice(i, i + 100).map((v) => v.no).join(',')}}'::int[]) v cross join lateral (select vehicle_no, ${pointColumns} from telemetry_engine.sample i where i.vehicle_no = v order by i.at) s`, () => undefined);
    }
  });
}

/** A stream through the store, and the rounds of a worker beside it in the same process. */
async function steadily(bench: Bench): Promise<Metric[]> {
  const rate = Number(said.rate);
  const forS = Number(said.seconds);
  const fleet = await equip(bench, Number(said.steady));
  await bench.owner.query('vacuum analyze');
  const store = new SampleStore(bench.db);
  const rounds: number[] = [];
  let feeding = true;
  let stored = 0;
  let behindMs = 0;
  const begin = performance.now();
  const feed = async (): Promise<void> => {
    for (let tick = 0; performance.now() - begin < forS * 1000; tick += 1) {
      const due = begin + tick * 100;
      const now = performance.now();
      behindMs = Math.max(behindMs, now - due);
      if (now < due) await new Promise((resolve) => setTimeout(resolve, due - now));
      const rows = rowsOf(bench, fleet, tick, rate / 10);
      await store.write(rows);
      stored += rows.length;
    }
    feeding = false;
  };
  const derive = async (): Promise<void> => {
    while (feeding) {
      await new Promise((resolve) => setTimeout(resolve, everyMs));
      rounds.push(await seconds(() => bench.rounds.round(never)));
    }
  };
  const needed = await bench.processors.during('a stream, stored and derived', () => stored / 1e6, () => Promise.all([feed(), derive()]));
  const fed = (performance.now() - begin) / 1000;
  const drained = await seconds(() => bench.rounds.settle(never));
  const left = await bench.owner.query<{ n: number }>('select (select count(*) from telemetry_engine.dirty_bucket)::int + (select count(*) from telemetry_engine.derive_work)::int as n');
  return [
    { name: `samples stored a second, ${fleet.length} vehicles, ${rate} wanted`, value: stored / Math.max(forS, Math.min(fed, forS + behindMs / 1000)), unit: 'samples/s' },
    ...needed,
    { name: 'rounds of rollups, trips and detections', value: rounds.length, unit: '' },
    { name: 'longest round; derived rows are behind by it and ten seconds', value: Math.max(...rounds), unit: 's' },
    { name: 'last round while samples came', value: rounds.at(-1) ?? 0, unit: 's' },
    { name: 'what was left then', value: drained, unit: 's' },
    { name: 'marks left in the end', value: left.rows[0]?.n ?? 0, unit: '' },
  ];
}


function rowsOf({ account: account_id, accountNo }: Bench, fleet: readonly { no: number; id: string }[], tick: number, count: number): SampleRow[] {
  const first = (tick * count) % fleet.length;
  const at_ms = Date.now();
  const rows = Array.from({ length: count }, (_, i) => fleet[(first + i) % fleet.length] as { no: number; id: string });
  rows.sort((a, b) => a.no - b.no);
  return rows.map(({ no, id }) => ({
    vehicle: { vehicle_no: no, vehicle_id: id, account_id, account_no: accountNo, park_id: null },
    sample: { at_ms, lat: -1.29 + no / 1e6, lon: 36.8 + tick / 1e5, speed_kmh: 30 + ((no + tick) % 40), heading_deg: 90, ignition: true, fuel_rate_lph: 6, odometer_km: 1000, voltage_v: 13.9, satellites: 11, valid: true },
    received_ms: at_ms + 900,
    marks: 0,
    late: false,
  }));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
