import { SAMPLE_SINK, type SampleSink } from '@fleet/telemetry_engine';
import { MotionTicker } from '../../libs/telemetry_engine/src/detect/motion-ticker';
import { testApp, type Agent, type TestApp } from '../support/app';
import { Drive } from '../support/drives';
import { addPerson, as, settle, type People } from '../support/people';
import { vehicleWithDevice, type EquippedVehicle } from '../support/telemetry';
import { until } from '../support/until';

interface Notice {
  title: string;
  text: string;
  severity: string;
  link: string;
}

describe('detections as news', () => {
  let app: TestApp;
  let people: People;
  let admin: Agent;
  let limited: Agent;
  let vehicles: EquippedVehicle[];
  const inboxOf = async (agent: Agent): Promise<Notice[]> => ((await agent.get('/api/v1/notify/inbox?kind=telemetry_engine.detection_made').expect(200)).body as { items: Notice[] }).items;

  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api,ingest,worker' });
    people = await settle(app);
    admin = await as(app, people.north.admin);
    const open = async (name: string): Promise<string> => ((await admin.post('/api/v1/auth/parks').send({ name }).expect(201)).body as { id: string }).id;
    const [west, east] = [await open('West'), await open('East')];
    limited = await as(app, await addPerson(app, people.north, 'operator', { parkIds: [west] }));
    vehicles = [await vehicleWithDevice(admin, { park_id: west }), await vehicleWithDevice(admin, { park_id: east })];
  }, 60_000);
  afterAll(() => app.close());

  const driven = async ({ device_id }: EquippedVehicle): Promise<void> => {
    const { samples } = new Drive(Date.now() - 3_600_000).park(60).drive(900, 130).park(600);
    await app.app.get<SampleSink>(SAMPLE_SINK, { strict: false }).submit({ accountId: people.north.accountId }, samples.map((sample) => ({ device_id, sample })));
    await app.app.get(MotionTicker, { strict: false }).settle();
  };

  it('reach whom a rule names, in words, and nobody beyond their parks', async () => {
    const rule = { name: 'Too fast', event_types: ['telemetry_engine.detection_made'], filters: [{ field: 'kind', is: 'is', values: ['overspeed'] }], roles: ['admin', 'operator'], channels: ['in_app'] };
    await admin.post('/api/v1/notify/rules').send(rule).expect(201);
    for (const vehicle of vehicles) await driven(vehicle);
    const told = await until(async () => {
      const items = await inboxOf(admin);
      return items.length === 2 && items;
    });
    expect(told.map(({ title }) => title).sort()).toEqual([expect.stringMatching(/^TEL \d+: too fast$/), expect.stringMatching(/^TEL \d+: too fast$/)]);
    expect(told[0]).toMatchObject({ severity: 'info', text: expect.stringMatching(/^130(\.\d+)? km\/h, the limit is \d+\./) as string });
    const own = await inboxOf(limited);
    expect(own.map(({ link }) => link)).toEqual([`/vehicles/${vehicles[0]?.vehicle_id}?tab=events`]);
  }, 60_000);
});
