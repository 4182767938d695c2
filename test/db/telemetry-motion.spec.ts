import { Client } from 'pg';
import { Db } from '@fleet/platform/database';
import { SAMPLE_SINK, type Sample, type SampleSink } from '@fleet/telemetry_engine';
import { MotionTicker } from '../../libs/telemetry_engine/src/detect/motion-ticker';
import { pruneDerived } from '../../libs/telemetry_engine/src/detect/prune';
import { SilentDevices } from '../../libs/telemetry_engine/src/detect/silent-devices';
import { LastPositions } from '../../libs/telemetry_engine/src/store/last-positions';
import { testApp, type Agent, type TestApp } from '../support/app';
import { Drive } from '../support/drives';
import { MotionMemory, worldWith } from '../support/motion-memory';
import { as, settle, type People } from '../support/people';
import { vehicleWithDevice, type EquippedVehicle } from '../support/telemetry';

const hourMs = 3_600_000;
type Row = Record<string, unknown> & { id: string; revision: number };

describe('trips and detections in the database', () => {
  let app: TestApp;
  let people: People;
  let admin: Agent;
  let sink: SampleSink;
  let ticker: MotionTicker;

  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api,ingest' });
    people = await settle(app);
    admin = await as(app, people.north.admin);
    sink = app.app.get<SampleSink>(SAMPLE_SINK, { strict: false });
    ticker = app.app.get(MotionTicker, { strict: false });
  });
  afterEach(() => app.clock.reset());
  afterAll(() => app.close());

  const equipped = (): Promise<EquippedVehicle> => vehicleWithDevice(admin, { from: new Date(Date.now() - 10 * 24 * hourMs) });
  const submit = (v: EquippedVehicle, samples: readonly Sample[]): Promise<unknown> => sink.submit({ accountId: people.north.accountId }, samples.map((sample) => ({ device_id: v.device_id, sample })));
  const get = async (path: string): Promise<Row[]> => (await admin.get(`/api/v1/telemetry/${path}`).expect(200)).body.items as Row[];
  const week = `from=${new Date(Date.now() - 8 * 24 * hourMs).toISOString()}`;
  const startOfHour = (hoursAgo: number): number => Math.floor(Date.now() / hourMs - hoursAgo) * hourMs;
  const told = async (v: EquippedVehicle, name: string): Promise<{ trip_id?: string; detection_id?: string; revision: number }[]> =>
    (await app.db.sql<{ payload: { trip_id: string; revision: number } }>(`select payload from outbox.event where name = $1 and payload ->> 'vehicle_id' = $2 order by seq`, [`telemetry_engine.${name}`, v.vehicle_id], people.north.accountId)).map((e) => e.payload);
  /** What is stored, held against the same rules without a database. */
  const expectSameAsRules = async (v: EquippedVehicle, samples: readonly Sample[]): Promise<void> => {
    const memory = new MotionMemory(worldWith());
    memory.upload(samples);
    memory.settle(Date.now());
    const rows = await app.db.sql<{ kind: string; from_at: Date; to_at: Date | null }>(
      `select kind, from_at, to_at from telemetry_engine.stretch where vehicle_no = $1 union all select kind, from_at, to_at from telemetry_engine.detection where vehicle_no = $1 order by from_at, kind`,
      [v.vehicle_no],
      people.north.accountId,
    );
    const plain = memory.content as { kind: string; from_ms: number; to_ms: number | undefined }[];
    expect(rows.map((r) => [r.kind, r.from_at.getTime(), r.to_at?.getTime()])).toEqual(plain.map((r) => [r.kind, r.from_ms, r.to_ms]));
  };

  it('are a trip with its figures, its track and the stop after it', async () => {
    const vehicle = await equipped();
    const drive = new Drive(startOfHour(3)).burning(6).park(60).drive(600, 60).idle(120).drive(300, 36).park(900);
    await submit(vehicle, drive.samples);
    await ticker.settle();
    const trips = await get(`${vehicle.vehicle_id}/trips`);
    expect(trips).toEqual([expect.objectContaining({ revision: 1, ended_by: 'stop', idle_s: 110, moving_s: 920, no_data_s: 0, stopped_s: 0, distance_km: 13 })]);
    const one = (await admin.get(`/api/v1/telemetry/${vehicle.vehicle_id}/trips/${trips[0]!.id}`).expect(200)).body as Row & { track: { at: string; lon: number }[] };
    expect(one).toMatchObject({ ...trips[0], track_kept: true });
    expect(one.track.length).toBeGreaterThanOrEqual(2);
    expect(one.track.length).toBeLessThan(20);
    expect(await get(`${vehicle.vehicle_id}/stops`)).toMatchObject([{ from_at: trips[0]!.to_at, to_at: null }]);
    expect(await told(vehicle, 'trip_finished')).toMatchObject([{ trip_id: trips[0]!.id, revision: 1, distance_km: 13 }]);
  });

  it('are replaced when the missing hour comes: one trip again, with its id, told anew; the other taken back', async () => {
    const vehicle = await equipped();
    const whole = new Drive(startOfHour(30)).park(60).drive(1200, 60).drive(900, 60).drive(1200, 60).park(900);
    const missing = (s: Sample): boolean => s.at_ms > startOfHour(30) + 1_260_000 && s.at_ms <= startOfHour(30) + 2_160_000;
    await submit(vehicle, whole.samples.filter((s) => !missing(s)));
    await ticker.settle();
    const before = await get(`${vehicle.vehicle_id}/trips?${week}`);
    expect(before).toHaveLength(2);
    await submit(vehicle, whole.samples.filter(missing));
    await ticker.settle();
    const after = await get(`${vehicle.vehicle_id}/trips?${week}`);
    expect(after).toMatchObject([{ revision: 2, moving_s: 3310 }]);
    expect(before.map((t) => t.id)).toContain(after[0]!.id);
    expect(await told(vehicle, 'trip_withdrawn')).toMatchObject([{ trip_id: before.find((t) => t.id !== after[0]!.id)!.id, revision: 2 }]);
    expect((await told(vehicle, 'trip_finished')).at(-1)).toMatchObject({ trip_id: after[0]!.id, revision: 2 });
    await submit(vehicle, whole.samples);
    await ticker.settle();
    expect(await told(vehicle, 'trip_finished')).toHaveLength(3);
  });

  it('come out the same with many workers, dying connections and uploads in any order', async () => {
    const fleet = await Promise.all(Array.from({ length: 6 }, equipped));
    const drives = fleet.map((_, i) => new Drive(startOfHour(40) + i * 1000).turn(i * 20).park(600).drive(3000, 50 + i).idle(700).drive(600, 125).park(4000).drive(2400, 70).silence(1500).drive(900, 40).park(20_000).drive(900, 30, { dtcs: ['P0420'] }).park(900));
    const client = new Client({ connectionString: app.db.appUrl });
    await client.connect();
    let done = false;
    const killer = (async () => {
      for (let n = 0; !done && n < 30; n += 1) {
        await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'fleet-erp' and query like '%motion%'`);
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      await client.end();
    })();
    const settled = async (): Promise<void> => {
      for (let attempt = 0; attempt < 30; attempt += 1) {
        const ended = await Promise.allSettled([ticker.settle(), ticker.settle()]);
        if (ended.every((e) => e.status === 'fulfilled')) return;
      }
    };
    try {
      for (const part of [2, 0, 3, 1, 4]) {
        for (const [i, vehicle] of fleet.entries()) {
          const samples = drives[i]!.samples.filter((_, n) => Math.floor(n / 37) % 5 === part);
          for (let attempt = 0; ; attempt += 1) {
            try {
              await submit(vehicle, samples);
              break;
            } catch (error) {
              if (attempt > 50) throw error;
            }
          }
        }
        await settled();
      }
    } finally {
      done = true;
      await killer;
    }
    await ticker.settle();
    for (const [i, vehicle] of fleet.entries()) await expectSameAsRules(vehicle, drives[i]!.samples);
    const stray = await app.db.sql(`select 1 from telemetry_engine.stretch where told_revision is distinct from revision and kind = 'trip' and to_at is not null`, [], people.north.accountId);
    expect(stray).toEqual([]);
  }, 120_000);

  it('tell detections with the samples they were seen in, and count harsh ones in the rollups', async () => {
    const vehicle = await equipped();
    await admin.put(`/api/v1/telemetry/${vehicle.vehicle_id}/speed_limit`).send({ limit_kmh: 80 }).expect(200);
    const drive = new Drive(startOfHour(5), -1.29, 36.8, 2).drive(60, 90).drive(2, 40).drive(120, 40).idle(400).drive(60, 30).park(300);
    await submit(vehicle, drive.samples);
    await ticker.settle();
    const list = await get(`detections?vehicle_id=${vehicle.vehicle_id}`);
    expect([...new Set(list.map((d) => d.kind))].sort()).toEqual(['harsh_acceleration', 'harsh_braking', 'idling', 'overspeed']);
    const harsh = list.filter((d) => d.kind === 'harsh_braking').length;
    const over = list.find((d) => d.kind === 'overspeed')!;
    expect(over).toMatchObject({ value: 90, limit: 80, unit: 'km/h', revision: 1 });
    expect(over).not.toHaveProperty('evidence');
    const one = (await admin.get(`/api/v1/telemetry/detections/${over.id}`).expect(200)).body as { evidence: { speed_kmh: number }[] };
    expect(one.evidence.length).toBeGreaterThan(2);
    expect(one.evidence.every((e) => e.speed_kmh > 80)).toBe(true);
    expect(await get(`detections?vehicle_id=${vehicle.vehicle_id}&kind=idling,overspeed`)).toHaveLength(2);
    const rollups = await get(`${vehicle.vehicle_id}/rollups?grain=day`);
    expect(rollups).toMatchObject([{ harsh_brakings: harsh, harsh_accelerations: 1 }]);
    expect(await told(vehicle, 'detection_made')).toHaveLength(list.length);
  });

  it('end a trip by silence when no sample says so, and go on under its id', async () => {
    const vehicle = await equipped();
    const drive = new Drive(Date.now() - 660_000).drive(600, 60);
    await submit(vehicle, drive.samples);
    await ticker.settle();
    expect(await get(`${vehicle.vehicle_id}/trips`)).toMatchObject([{ to_at: null, distance_km: null }]);
    const [{ id } = { id: '' }] = await get(`${vehicle.vehicle_id}/trips`);
    app.clock.advance({ minutes: 6 });
    await ticker.settle();
    expect(await get(`${vehicle.vehicle_id}/trips`)).toMatchObject([{ id, ended_by: 'gap', revision: 2 }]);
    await submit(vehicle, drive.drive(200, 60).samples);
    app.clock.reset();
    await ticker.settle();
    expect(await get(`${vehicle.vehicle_id}/trips`)).toMatchObject([{ id, to_at: null, revision: 3 }]);
  });

  it('tell once of a device that falls silent, and when it talks again', async () => {
    const [silent, never] = [await equipped(), await equipped()];
    await submit(silent, [{ at_ms: Date.now() - 6 * hourMs, lat: -1.29, lon: 36.8 }]);
    await app.app.get(LastPositions).flush();
    const tasks = app.app.get(SilentDevices, { strict: false });
    await tasks.look();
    await tasks.look();
    const kind = 'kind=device_silent';
    expect(await get(`detections?${kind}&vehicle_id=${silent.vehicle_id}`)).toMatchObject([{ to_at: null, limit: 240, unit: 'min' }]);
    expect(await get(`detections?${kind}&vehicle_id=${never.vehicle_id}`)).toEqual([]);
    await submit(silent, [{ at_ms: Date.now() - 1000, lat: -1.29, lon: 36.8 }]);
    await ticker.settle();
    await app.app.get(LastPositions).flush();
    await tasks.look();
    expect(await get(`detections?${kind}&vehicle_id=${silent.vehicle_id}`)).toMatchObject([{ value: 360, revision: 2 }]);
    expect(await told(silent, 'detection_made')).toHaveLength(2);
  });

  it('are forgotten after ninety days, and no state that a late sample may need', async () => {
    const vehicle = await equipped();
    const drive = new Drive(startOfHour(150)).every(30);
    for (let n = 0; n < 24; n += 1) drive.drive(3600, 50).park(3600);
    await submit(vehicle, drive.samples);
    await ticker.settle();
    const left = async (table: string): Promise<number> => (await app.db.sql<{ n: number }>(`select count(*)::int as n from telemetry_engine.${table} where vehicle_no = $1`, [vehicle.vehicle_no], people.north.accountId))[0]?.n ?? 0;
    const trips = await left('stretch');
    await pruneDerived(app.app.get(Db), new Date(), 90, new AbortController().signal);
    expect(await left('stretch')).toBe(trips);
    await pruneDerived(app.app.get(Db), new Date(Date.now() + 100 * 24 * hourMs), 90, new AbortController().signal);
    expect([await left('stretch'), await left('rollup_hour'), await left('rollup_day'), await left('motion_checkpoint'), await left('motion_head')]).toEqual([0, 0, 0, 1, 1]);
  });
});
