import { join } from 'node:path';
import { SAMPLE_SINK, type Sample, type SampleSink } from '@fleet/telemetry_engine';
import { Db } from '@fleet/platform/database';
import { Subscribers } from '@fleet/platform/outbox';
import { DeriveThread } from '../../libs/telemetry_engine/src/derive/derive-thread';
import { Deriver } from '../../libs/telemetry_engine/src/derive/deriver';
import { collectMarks } from '../../libs/telemetry_engine/src/derive/work-list';
import { MotionTicker } from '../../libs/telemetry_engine/src/detect/motion-ticker';
import { testApp, type Agent, type TestApp } from '../support/app';
import { Drive } from '../support/drives';
import { pause } from '../support/fake-sink';
import { as, settle, type People } from '../support/people';
import { vehicleWithDevice, type EquippedVehicle } from '../support/telemetry';

const hourMs = 3_600_000;

describe('what is derived from samples', () => {
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

  const submit = (v: EquippedVehicle, samples: readonly Sample[]): Promise<unknown> => sink.submit({ accountId: people.north.accountId }, samples.map((sample) => ({ device_id: v.device_id, sample })));
  const sql = <Row extends object>(text: string, params: unknown[]): Promise<Row[]> => app.db.sql<Row>(text, params, people.north.accountId);
  const readTo = async ({ vehicle_no }: EquippedVehicle): Promise<number | undefined> => (await sql<{ at: Date }>('select at from telemetry_engine.motion_head where vehicle_no = $1', [vehicle_no]))[0]?.at.getTime();
  const trips = async ({ vehicle_no }: EquippedVehicle): Promise<number> => (await sql(`select 1 from telemetry_engine.stretch where vehicle_no = $1 and kind = 'trip'`, [vehicle_no])).length;
  const marks = (): Promise<{ vehicle_no: number }[]> => app.db.sql('select distinct vehicle_no from telemetry_engine.derive_work');

  it('of a vehicle that cannot be read waits, and keeps nobody else waiting', async () => {
    const fleet = await Promise.all(Array.from({ length: 7 }, () => vehicleWithDevice(admin)));
    const drive = new Drive(Date.now() - 3 * hourMs).park(60).drive(600, 50).park(600);
    const seen = drive.samples.length;
    for (const vehicle of fleet) await submit(vehicle, drive.samples);
    await ticker.settle();
    const ill = fleet[3]!;
    const [kept] = await sql<{ state: string }>('select state from telemetry_engine.motion_head where vehicle_no = $1', [ill.vehicle_no]);
    await sql(`update telemetry_engine.motion_head set state = 'no state' where vehicle_no = $1`, [ill.vehicle_no]);
    const more = drive.drive(600, 40).park(600).samples.slice(seen);
    for (const vehicle of fleet) await submit(vehicle, more);
    await ticker.settle();
    const end = more.at(-1)!.at_ms;
    for (const vehicle of fleet) if (vehicle !== ill) expect([await readTo(vehicle), await trips(vehicle)]).toEqual([end, 2]);
    expect([await readTo(ill), await trips(ill)]).toEqual([drive.samples[seen - 1]!.at_ms, 1]);
    expect(await marks()).toEqual([{ vehicle_no: ill.vehicle_no }]);
    // Mended, it is read from where it was.
    await sql('update telemetry_engine.motion_head set state = $2 where vehicle_no = $1', [ill.vehicle_no, kept!.state]);
    await ticker.settle();
    expect(await trips(ill)).toBe(1);
    app.clock.advance({ minutes: 2 });
    await ticker.settle();
    expect([await readTo(ill), await trips(ill)]).toEqual([end, 2]);
    expect(await marks()).toEqual([]);
  });

  it('of five minutes that still go on is written once a minute, and whole when they are over, though nothing more comes', async () => {
    const vehicle = await vehicleWithDevice(admin);
    const bucketMs = 300_000;
    if (app.clock.now().getTime() % bucketMs > 200_000) app.clock.advance({ minutes: 2 });
    const start = Math.floor(app.clock.now().getTime() / bucketMs) * bucketMs;
    const written = async (): Promise<number | undefined> => (await sql<{ samples: number }>('select samples from telemetry_engine.rollup_5m where vehicle_no = $1', [vehicle.vehicle_no]))[0]?.samples;
    const read = async (...seconds: number[]): Promise<number | undefined> => {
      if (seconds.length > 0) await submit(vehicle, seconds.map((s) => ({ at_ms: start + s * 1000, lat: -1.29, lon: 36.8, speed_kmh: 0 })));
      await collectMarks(app.app.get(Db));
      await app.app.get(Deriver).work(undefined, false);
      return written();
    };
    expect(await read(1)).toBe(1);
    expect(await read(2)).toBe(1);
    expect(await readTo(vehicle)).toBe(start + 2000);
    expect(await read(60)).toBe(3);
    expect(await read(61, 62)).toBe(3);
    // Late, and with nothing after it: what waited is not forgotten with the state that knew of it.
    expect(await read(30)).toBe(6);
    expect(await read(63)).toBe(6);
    app.clock.advance({ minutes: 6 });
    expect(await read()).toBe(7);
  });

  it('is worked out in a thread of its own, which is started again when it dies and ends when told to', async () => {
    const took: Record<string, number> = {};
    const died: string[] = [];
    const thread = new DeriveThread(
      { ...app.config, TELEMETRY_DERIVE_EVERY_MS: 100 },
      app.app.get(Subscribers, { strict: false }),
      { took: (what, count) => (took[what] = (took[what] ?? 0) + count), died: (why) => died.push(why) },
      ['-r', join(__dirname, '../support/run-typescript.js')],
    );
    const vehicle = await vehicleWithDevice(admin);
    const drive = new Drive(Date.now() - 2 * hourMs).park(60).drive(600, 50).park(600);
    const comesTrue = async (condition: () => Promise<boolean> | boolean): Promise<void> => {
      for (const end = Date.now() + 40_000; !(await condition()); await pause(50)) if (Date.now() > end) throw new Error('it did not come about');
    };
    thread.begin();
    try {
      await submit(vehicle, drive.samples);
      await comesTrue(async () => (await trips(vehicle)) === 1);
      // Whoever hears of trips is told by the thread, too.
      expect(await sql(`select 1 from outbox.delivery d join outbox.event e on e.id = d.event_id where e.name = 'telemetry_engine.trip_finished' and e.payload ->> 'vehicle_id' = $1`, [vehicle.vehicle_id])).not.toEqual([]);
      await thread.running?.terminate();
      await comesTrue(() => died.length === 1 && thread.running !== undefined);
      const seen = drive.samples.length;
      await submit(vehicle, drive.drive(600, 40).park(600).samples.slice(seen));
      await comesTrue(async () => (await trips(vehicle)) === 2);
      await comesTrue(() => (took.vehicle ?? 0) >= 2 && (took.hour ?? 0) > 0);
    } finally {
      await thread.stop();
    }
    expect(thread.running).toBeUndefined();
    expect(died).toHaveLength(1);
  }, 120_000);
});
