import { randomUUID } from 'node:crypto';
import { testApp, type Agent, type TestApp } from '../support/app';
import { activeDriver, activeVehicle } from '../support/drivers';
import { litres } from '../support/fuel';
import { as, settle, type People } from '../support/people';

let app: TestApp;
let people: People;
let admin: Agent;
let phone: Agent;

beforeAll(async () => {
  app = await testApp({ FLEET_ROLES: 'api' });
  people = await settle(app);
  admin = await as(app, people.north.admin, { steppedUp: true });
  phone = await as(app, people.north.driver);
});
afterAll(() => app?.close());

describe('a day without a network', () => {
  it('leaves each thing once when the queue of the phone is sent, and sent again', async () => {
    const { id: driverId } = await activeDriver(admin, { user_id: people.north.driver.id });
    const vehicleId = await activeVehicle(admin, { odometer_km: 900 });
    const ago = (minutes: number): string => new Date(app.clock.now().getTime() - minutes * 60_000).toISOString();
    const [shiftId, fillId, incidentId] = [randomUUID(), randomUUID(), randomUUID()];
    const queue = [
      { path: '/api/v1/driver_module/me/shift/check_in', body: { id: shiftId, vehicle_id: vehicleId, at: ago(180), odometer_km: 1000 } },
      { path: '/api/v1/fuel_log/my/fill_ups', body: { ...litres(vehicleId, ago(120), 1040, 30), id: fillId } },
      { path: '/api/v1/event_log/my/events', body: { id: incidentId, type: 'incident', kind: 'damage', at: ago(60), text: 'A stone hit the windscreen' } },
    ];
    const flush = async (): Promise<object[]> => {
      const answers = [];
      for (const { path, body } of queue) answers.push(await phone.post(path).set('idempotency-key', body.id).send(body));
      expect(answers.map((a) => [a.status < 300, a.body.code])).toEqual(queue.map(() => [true, undefined]));
      return answers.map((a) => a.body as object);
    };
    const [first, second] = [await flush(), await flush()];
    expect(second.map((b) => (b as { id: string }).id)).toEqual(first.map((b) => (b as { id: string }).id));

    const items = async (agent: Agent, path: string): Promise<Record<string, unknown>[]> => (await agent.get(path).expect(200)).body.items;
    expect(await items(admin, `/api/v1/driver_module/shifts?driver_id=${driverId}`)).toMatchObject([{ id: shiftId, state: 'open' }]);
    expect(await items(phone, '/api/v1/fuel_log/my/fill_ups')).toMatchObject([{ id: fillId, shift_id: shiftId, driver_id: driverId }]);
    expect(await items(phone, '/api/v1/event_log/my/events?type=incident')).toMatchObject([{ id: incidentId, shift_id: shiftId, driver_id: driverId, vehicle_id: vehicleId }]);
  });
});
