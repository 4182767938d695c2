import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '@fleet/platform/database';
import type { Cluster } from '../../apps/cli/src/up/cluster';
import { startEmbedded } from '../../apps/cli/src/up/database';
import { freePort } from '../../apps/cli/src/up/ports';
import { Counts } from '../../apps/simulator/src/devices/counts';
import { Ledger } from '../../apps/simulator/src/devices/ledger';
import { inventFleet } from '../../apps/simulator/src/fleet/invent';
import { Player } from '../../apps/simulator/src/fleet/player';
import type { PlayedFleet } from '../../libs/telemetry_engine/src/play';
import { equipFleet } from '../load/equip';
import { pause, until } from '../support/fake-sink';

const root = join(__dirname, '../..');
const account = '6f0c2b6e-5a5d-4b8e-9d56-0f6c1f0a7c11';
/** A black box of this many seconds and devices: some thousand samples are under way when something dies. */
const pastMs = 300_000;
const devices = 20;
const fleetOf = (seed: number): PlayedFleet => inventFleet(seed, devices, ['ips_2.0', 'teltonika']);

/** A server of its own on a database of its own, both to be killed, and devices that keep what nobody acknowledged. */
class House {
  private server: ChildProcess | undefined;
  private env: NodeJS.ProcessEnv = {};
  private readonly stops: (() => unknown)[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'fleet-crash-'));
  cluster!: Cluster;
  owner!: pg.Pool;

  async open(): Promise<void> {
    this.cluster = await startEmbedded({ dataDir: this.folder });
    await migrate(this.cluster.url('owner'), { appHasOwnLogin: true, root });
    this.owner = new pg.Pool({ connectionString: this.cluster.url('owner'), max: 2 });
    this.owner.on('error', () => undefined);
    await this.as('system', async (client) => {
      await client.query(`insert into auth.account (id, kind, name, time_zone, currency) values ($1, 'company', 'crash', 'Africa/Nairobi', 'KES')`, [account]);
    });
    const all = [1, 2, 3].flatMap((seed) => fleetOf(seed).devices);
    await this.as('account', (client) => equipFleet({ account }, client, { id: 'all', seed: 0, devices: all }));
    const [port, ips, retranslator, teltonika] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    this.env = {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      PORT: String(port),
      IPS_PORT: String(ips),
      RETRANSLATOR_PORT: String(retranslator),
      TELTONIKA_PORT: String(teltonika),
      DATABASE_URL: this.cluster.url('owner'),
      DATABASE_APP_URL: this.cluster.url('app'),
      TELEMETRY_DERIVE_EVERY_MS: '1000',
      FLEET_DATA_DIR: this.folder,
      FLEET_MASTER_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    };
  }

  async as<T>(scope: 'system' | 'account', work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.owner.connect();
    try {
      await client.query(`select set_config('app.account_id', $1, false), set_config('app.scope', $2, false)`, [scope === 'account' ? account : '', scope]);
      return await work(client);
    } finally {
      client.release();
    }
  }

  async serve(settings: Record<string, string> = {}): Promise<void> {
    const server = spawn(process.execPath, ['-r', join(root, 'test/support/run-typescript.js'), join(root, 'apps/server/src/main.ts')], { env: { ...this.env, ...settings }, stdio: ['ignore', 'ignore', 'inherit'] });
    this.server = server;
    for (const end = Date.now() + 120_000; Date.now() < end && server.exitCode === null; await pause(100)) {
      if ((await fetch(`http://127.0.0.1:${this.env.PORT}/readyz`).catch(() => undefined))?.ok) return;
    }
    throw new Error('the server did not become ready');
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const { server } = this;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill(signal);
    await gone;
  }

  async play(seed: number): Promise<{ counts: Counts; player: Player; acknowledged(): string[] }> {
    const fleet = fleetOf(seed);
    const counts = new Counts();
    const file = join(this.folder, `ledger-${seed}.ndjson`);
    const ledger = new Ledger(file);
    const player = new Player({
      fleet, counts, ledger, interval_s: 1, steady: true, faults: {}, grainMs: 50, startMs: Date.now() - pastMs, shout: () => undefined,
      targets: { host: '127.0.0.1', ips: Number(this.env.IPS_PORT), teltonika: Number(this.env.TELTONIKA_PORT), retranslator: 0 },
    });
    player.start();
    let open = true;
    const close = (): void => {
      if (open) ledger.close();
      open = false;
      player.close();
    };
    this.stops.push(close);
    const acknowledged = (): string[] => {
      close();
      return readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { device_id: string; at_ms: number }).map(({ device_id, at_ms }) => `${device_id} ${at_ms}`);
    };
    return { counts, player, acknowledged };
  }

  /** What stands in the table, as often as it stands there. */
  stored(seed: number): Promise<Map<string, number>> {
    return this.as('account', async (client) => {
      const { rows } = await client.query<{ key: string; n: number }>(
        `select b.device_id || ' ' || round(extract(epoch from s.at) * 1000)::bigint as key, count(*)::int as n
           from telemetry_engine.sample s join transport_registry.vehicle v on v.vehicle_no = s.vehicle_no join transport_registry.device_binding b on b.vehicle_id = v.id
          where b.device_id = any($1) group by 1`,
        [fleetOf(seed).devices.map((d) => d.device_id)],
      );
      return new Map(rows.map(({ key, n }) => [key, n]));
    });
  }

  /** How many of the vehicles have been read to the end, for trips and detections. */
  read(seed: number): Promise<number> {
    return this.as('account', async (client) => {
      const { rows } = await client.query<{ n: number }>(
        `select count(*)::int as n from telemetry_engine.motion_head h join transport_registry.vehicle v on v.vehicle_no = h.vehicle_no join transport_registry.device_binding b on b.vehicle_id = v.id
          where b.device_id = any($1) and h.at = (select max(at) from telemetry_engine.sample s where s.vehicle_no = h.vehicle_no)`,
        [fleetOf(seed).devices.map((d) => d.device_id)],
      );
      return rows[0]?.n ?? 0;
    });
  }

  async close(): Promise<void> {
    for (const stop of this.stops) stop();
    await this.end('SIGKILL');
    await this.owner.end();
    await this.cluster.stop('immediate');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await condition()); await pause(200)) if (Date.now() > end) throw new Error('it did not come about');
}

describe('whatever dies while devices report', () => {
  const house = new House();
  beforeAll(() => house.open(), 120_000);
  afterAll(() => house.close());
  afterEach(() => house.end('SIGTERM'));

  async function expectExactlyOnce(seed: number, { counts, player, acknowledged }: Awaited<ReturnType<House['play']>>): Promise<void> {
    expect(await player.drain(60_000)).toBe(0);
    const promised = acknowledged();
    expect(promised).toHaveLength(counts.acknowledged);
    expect(counts.acknowledged).toBe(counts.reported);
    const stored = await house.stored(seed);
    expect(promised.filter((key) => stored.get(key) !== 1)).toEqual([]);
    expect(stored.size).toBe(new Set(promised).size);
    // What follows from the samples was worked out beside, and went on.
    await eventually(async () => (await house.read(seed)) === devices);
  }

  it('the server, killed twice: every acknowledged sample is stored exactly once', async () => {
    await house.serve();
    const played = await house.play(1);
    for (const share of [0.1, 0.4]) {
      await until(() => played.counts.acknowledged >= (devices * pastMs * share) / 1000, 60_000);
      await house.end('SIGKILL');
      await house.serve();
    }
    await expectExactlyOnce(1, played);
    expect(played.counts.resent).toBeGreaterThan(0);
  }, 300_000);

  it('PostgreSQL, killed and started again: the same, and the server lives on', async () => {
    await house.serve();
    const played = await house.play(2);
    for (const share of [0.15, 0.4]) {
      await until(() => played.counts.acknowledged >= (devices * pastMs * share) / 1000, 60_000);
      process.kill(house.cluster.pid as number, 'SIGKILL');
      await until(() => house.cluster.pid === undefined, 5_000);
      await house.cluster.start();
    }
    await expectExactlyOnce(2, played);
    expect(played.counts.resent).toBeGreaterThan(0);
  }, 300_000);

  it('every connection to the database in use for longer than anybody waits: the same', async () => {
    await house.serve({ DATABASE_POOL_MAX: '2' });
    const played = await house.play(3);
    await until(() => played.counts.acknowledged >= 500, 60_000);
    await house.as('system', async (client) => {
      await client.query('begin');
      await client.query('lock table telemetry_engine.dirty_bucket in access exclusive mode');
      const before = played.counts.acknowledged;
      await pause(7_000);
      // Whoever waits for the lock holds a connection, and whoever waits for a connection has given up by now.
      expect(played.counts.acknowledged - before).toBeLessThan(4_000);
      await client.query('rollback');
    });
    await expectExactlyOnce(3, played);
  }, 300_000);
});
