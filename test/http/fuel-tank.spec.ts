import { TankWatch } from '../../libs/fuel_log/src/tank/tank-watch';
import { testApp, type Agent, type TestApp } from '../support/app';
import { base, fill, litres } from '../support/fuel';
import { as, settle, type People } from '../support/people';
import { gateway, vehicleWithDevice, type EquippedVehicle, type Gateway } from '../support/telemetry';

let app: TestApp;
let people: People;
let admin: Agent;
let devices: Gateway;

beforeAll(async () => {
  app = await testApp({ FLEET_ROLES: 'api' });
  people = await settle(app);
  admin = await as(app, people.north.admin, { steppedUp: true });
  devices = await gateway(app, admin, people.north.accountId);
}, 60_000);
afterAll(() => app?.close());

const place = { lat: -1.2921, lon: 36.8219 };
/** Minutes before now; the watch looks at what is two hours old. */
const ago = (minutes: number): string => new Date(app.clock.now().getTime() - minutes * 60_000).toISOString();

/** One sample a minute from so many minutes ago on. */
async function heard(vehicle: EquippedVehicle, from: number, levels: readonly number[], more: object = {}): Promise<void> {
  const items = levels.map((level, i) => ({ device_id: vehicle.device_id, at: ago(from - i), ...place, speed_kmh: 0, ignition: false, valid: true, fuel_level_l: level, ...more }));
  expect((await devices.upload(items).expect(200)).body).toMatchObject({ accepted: items.length });
}
const flat = (level: number, minutes: number): number[] => Array.from({ length: minutes }, () => level);
const refuel = [...flat(15, 20), 25, 35, 45, ...flat(55, 20)];
const look = (): Promise<number> => app.app.get(TankWatch).lookEverywhere();
const asked = async (vehicle: EquippedVehicle): Promise<{ kind: string; question: string; evidence: { what: string; facts: Record<string, unknown> }[] }[]> => (await admin.get(`${base}/anomalies?vehicle_id=${vehicle.vehicle_id}`).expect(200)).body.items;
const bought = (vehicle: EquippedVehicle, quantity: number, more: object = {}): Promise<unknown> => fill(admin, litres(vehicle.vehicle_id, ago(160), 1000, quantity, { location_data: { coordinates: { latitude: place.lat, longitude: place.lon } }, ...more }));

describe('litres claimed', () => {
  it('are believed when the tank rose by them where the station is', async () => {
    const vehicle = await vehicleWithDevice(admin);
    await heard(vehicle, 181, refuel);
    await bought(vehicle, 41);
    await look();
    expect(await asked(vehicle)).toEqual([]);
    expect(await app.db.sql('select verdict, rise_l::float8 as rise_l, away_m::float8 as away_m from fuel_log.level_check c join fuel_log.fill_up f on f.id = c.fill_up_id where f.vehicle_id = $1', [vehicle.vehicle_id], people.north.accountId)).toEqual([{ verdict: 'fits', rise_l: 40, away_m: expect.closeTo(0, 0) }]);
  });

  it('are asked about when the tank rose by less, once', async () => {
    const vehicle = await vehicleWithDevice(admin);
    await heard(vehicle, 181, refuel);
    await bought(vehicle, 60);
    await look();
    await look();
    const questions = await asked(vehicle);
    expect(questions).toMatchObject([{ kind: 'tank_rise_differs', evidence: [{ what: 'fill_up', facts: { litres: 60 } }, { what: 'tank_level', facts: { rise_l: 40 } }] }]);
    expect(questions[0]?.question).toMatch(/\?$/);
  });

  it('are asked about when the vehicle was elsewhere', async () => {
    const vehicle = await vehicleWithDevice(admin);
    await heard(vehicle, 181, refuel, { lat: -1.3, lon: 36.9 });
    await bought(vehicle, 40);
    await look();
    expect(await asked(vehicle)).toMatchObject([{ kind: 'away_from_station', evidence: [{ what: 'fill_up' }, { what: 'position', facts: { metres: expect.any(Number) } }] }]);
  });

  it('raise nothing where the tank was not heard of, or not for long enough', async () => {
    const [silent, short, gap] = [await vehicleWithDevice(admin), await vehicleWithDevice(admin), await vehicleWithDevice(admin)];
    await heard(short, 162, flat(15, 6));
    await heard(gap, 220, flat(15, 30));
    for (const vehicle of [silent, short, gap]) await bought(vehicle, 40);
    await look();
    for (const vehicle of [silent, short, gap]) expect(await asked(vehicle)).toEqual([]);
  });
});

describe('a sensor', () => {
  const describeSensor = (vehicle: EquippedVehicle, body: object): ReturnType<Agent['put']> => admin.put(`${base}/vehicles/${vehicle.vehicle_id}/tank_sensor`).send(body);

  it('with a calibration turns raw values into litres', async () => {
    const vehicle = await vehicleWithDevice(admin);
    await describeSensor(vehicle, { source: 'extra', extra_name: 'adc1', points: [{ value: 0, litres: 0 }, { value: 1000, litres: 20 }, { value: 4000, litres: 60 }] }).expect(200);
    const items = [...flat(500, 10), ...flat(2500, 10)].map((adc1, i) => ({ device_id: vehicle.device_id, at: ago(170 - i), ...place, speed_kmh: 0, extras: { adc1 } }));
    await devices.upload(items).expect(200);
    const level = (await admin.get(`${base}/vehicles/${vehicle.vehicle_id}/tank_level`).query({ from: ago(180), to: ago(140) }).expect(200)).body;
    expect(level.changes).toMatchObject([{ kind: 'rise', from_l: 10, to_l: 40, litres: 30 }]);
    await (await as(app, people.south.admin)).get(`${base}/vehicles/${vehicle.vehicle_id}/tank_level`).query({ from: ago(180), to: ago(140) }).expect(404);
    expect((await admin.get(`${base}/vehicles/${vehicle.vehicle_id}/tank_level`).query({ from: ago(9000), to: ago(140) })).body.code).toBe('FUEL_PERIOD_TOO_LONG');
  });

  it.each<[object, string]>([
    [{ source: 'extra' }, 'TANK_SENSOR_NAME'],
    [{ source: 'level_l', extra_name: 'x' }, 'TANK_SENSOR_NAME'],
    [{ source: 'extra', extra_name: 'x' }, 'TANK_CALIBRATION_TOO_SHORT'],
    [{ source: 'level_pct', points: [{ value: 1, litres: 1 }] }, 'TANK_CALIBRATION_TOO_SHORT'],
    [{ source: 'level_pct', points: [{ value: 1, litres: 1 }, { value: 1, litres: 2 }] }, 'TANK_CALIBRATION_TWICE'],
    [{ source: 'guess' }, 'INVALID_INPUT'],
  ])('is refused as %j', async (body, code) => {
    const answer = await describeSensor(await vehicleWithDevice(admin), body);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  it('lets falls be asked about: while standing, not over a gap, and once', async () => {
    const [drained, gapped, plain] = [await vehicleWithDevice(admin), await vehicleWithDevice(admin), await vehicleWithDevice(admin)];
    for (const vehicle of [drained, gapped]) await describeSensor(vehicle, { source: 'level_l' }).expect(200);
    await app.db.sql(`update fuel_log.tank_sensor set watched_to = now() - interval '8 hours'`, [], people.north.accountId);
    for (const vehicle of [drained, plain]) await heard(vehicle, 240, [...flat(50, 30), 46, 41, 36, ...flat(30, 30)]);
    await heard(gapped, 300, flat(50, 30));
    await heard(gapped, 200, flat(30, 30));
    await look();
    await app.db.sql(`update fuel_log.tank_sensor set watched_to = now() - interval '4 hours'`, [], people.north.accountId);
    await look();
    expect(await asked(drained)).toMatchObject([{ kind: 'drain_suspected', evidence: [{ what: 'tank_level', facts: { from_l: 50, to_l: 30 } }] }]);
    expect([await asked(gapped), await asked(plain)]).toEqual([[], []]);
  });
});
