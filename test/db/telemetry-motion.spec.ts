import { SAMPLE_SINK, type Sample, type SampleSink } from '@fleet/telemetry_engine';
import { MotionTicker } from '../../libs/telemetry_engine/src/detect/motion-ticker';
import { testApp, type Agent, type TestApp } from '../support/app';
import { Drive } from '../support/drives';
import { as, settle, type People } from '../support/people';
import { vehicleWithDevice, type EquippedVehicle } from '../support/telemetry';

const hourMs = 3_600_000;

describe('rollups, trips and detections in the database', () => {
  let app: TestApp;
  let people: People;
  let admin: Agent;
  let sink: SampleSink;
  let ticker: MotionTicker;

  beforeAll(async () => {
    app = await testApp();
    people = await settle(app);
    admin = await as(app, people.north.admin);
    sink = app.app.get<SampleSink>(SAMPLE_SINK, { strict: false });
    ticker = app.app.get(MotionTicker, { strict: false });
  });
  afterAll(() => app.close());

  const submit = (v: EquippedVehicle, samples: readonly Sample[]): Promise<unknown> => sink.submit({ accountId: people.north.accountId }, samples.map((sample) => ({ device_id: v.device_id, sample })));
  const get = async (path: string): Promise<Record<string, unknown>[]> => (await admin.get(`/api/v1/telemetry/${path}`).expect(200)).body.items as Record<string, unknown>[];
  const startOfHour = (hoursAgo: number): number => Math.floor(Date.now() / hourMs - hoursAgo) * hourMs;

  it('make a trip of a drive', async () => {
    const vehicle = await vehicleWithDevice(admin);
    const drive = new Drive(startOfHour(3)).burning(6).park(60).drive(600, 60).idle(120).drive(300, 36).park(900);
    await submit(vehicle, drive.samples);
    await ticker.settle();
    const trips = await get(`${vehicle.vehicle_id}/trips`);
    expect(trips).toEqual([expect.objectContaining({ revision: 1, ended_by: 'stop', idle_s: 110, moving_s: 920, no_data_s: 0, stopped_s: 0 })]);
    expect(trips[0]?.distance_km).toBeCloseTo(13, 0);
    const hours = await get(`${vehicle.vehicle_id}/rollups?grain=hour`);
  });
});
