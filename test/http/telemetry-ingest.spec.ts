import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { SAMPLE_SINK, type SampleSink } from '@fleet/telemetry_engine';
import { as, settle, type People } from '../support/people';
import { testApp, type Agent, type TestApp } from '../support/app';
import { ready, vehicleWithDevice, type Ready } from '../support/telemetry';

const base = '/api/v1/telemetry';

describe('telemetry ingest', () => {
  let app: TestApp;
  let people: People;
  let admin: Agent;
  let foreign: Agent;
  let north: Ready;

  beforeAll(async () => {
    app = await testApp();
    people = await settle(app);
    admin = await as(app, people.north.admin);
    foreign = await as(app, people.south.admin);
    north = await ready(app, admin, people.north.accountId);
  });
  afterAll(() => app.close());

  const at = (secondsAgo: number): string => new Date(app.clock.now().getTime() - secondsAgo * 1000).toISOString();

  it('stores once what comes twice, and says so', async () => {
    const { device_id, vehicle_no } = await vehicleWithDevice(admin);
    const items = [0, 10, 20].map((s) => ({ device_id, at: at(s), lat: -1.29, lon: 36.82, speed_kmh: 40.25, ignition: true }));
    expect((await north.upload(items).expect(200)).body).toEqual({ accepted: 3, duplicates: 0, rejected: [] });
    expect((await north.upload([...items, items[0]]).expect(200)).body).toEqual({ accepted: 0, duplicates: 4, rejected: [] });
    expect(await north.stored(vehicle_no)).toHaveLength(3);
  });
});
