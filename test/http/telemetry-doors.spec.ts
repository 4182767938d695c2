import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Listeners } from '../../libs/telemetry_engine/src/listen/listeners';
import { testApp, type Agent, type TestApp } from '../support/app';
import { as, settle, type People } from '../support/people';
import { vehicleWithDevice, type EquippedVehicle } from '../support/telemetry';

let app: TestApp;
let people: People;
let admin: Agent;

beforeAll(async () => {
  app = await testApp({ FLEET_ROLES: 'api,ingest' });
  people = await settle(app);
  admin = await as(app, people.north.admin);
});
afterAll(() => app?.close());

async function equipped(protocol: string, password?: string): Promise<EquippedVehicle> {
  const vehicle = await vehicleWithDevice(admin);
  await admin.post('/api/v1/telemetry/devices').send({ device_id: vehicle.device_id, protocol, ...(password ? { password } : {}) }).expect(201);
  return vehicle;
}
const newest = async (vehicle: EquippedVehicle): Promise<Record<string, unknown>[]> => (await admin.get(`/api/v1/telemetry/${vehicle.vehicle_id}?limit=10`).expect(200)).body.items;
const seconds = (): number => Math.floor(app.clock.now().getTime() / 1000);

describe('a phone', () => {
  it('reports as OsmAnd does, with the password in its address', async () => {
    const phone = await equipped('osmand', 'walk-softly');
    const query = { id: phone.device_id, password: 'walk-softly', timestamp: seconds(), lat: -1.29, lon: 36.82, speed: 10, batt: 80 };
    expect((await app.request.get('/api/v1/telemetry/osmand').query(query).expect(200)).body).toEqual({ outcome: 'stored', reason: null });
    expect((await app.request.post('/api/v1/telemetry/osmand').query(query).expect(200)).body).toEqual({ outcome: 'duplicate', reason: null });
    const [sample] = await newest(phone);
    expect(sample).toMatchObject({ lat: -1.29, lon: 36.82, speed_kmh: expect.closeTo(18.5, 1), extras: { battery_pct: 80 } });
    expect(JSON.stringify(sample)).not.toContain('walk-softly');
  });
  it('reports as the Traccar Client does', async () => {
    const phone = await equipped('osmand', 'walk-softly');
    const body = { device_id: phone.device_id, location: { timestamp: app.clock.now().toISOString(), coords: { latitude: -1.3, longitude: 36.8, speed: 5 } } };
    expect((await app.request.post('/api/v1/telemetry/osmand?password=walk-softly').send(body).expect(200)).body.outcome).toBe('stored');
    expect((await newest(phone))[0]).toMatchObject({ speed_kmh: 18 });
  });
  it.each([
    ['a wrong password', 'stamp-loudly'],
    ['no password', undefined],
  ])('is sent away with %s', async (_, password) => {
    const phone = await equipped('osmand', 'walk-softly');
    const { body } = await app.request.get('/api/v1/telemetry/osmand').query({ id: phone.device_id, ...(password ? { password } : {}), lat: 1, lon: 2 }).expect(401);
    expect(body.code).toBe('UNKNOWN_DEVICE');
    expect(await newest(phone)).toEqual([]);
  });
  it('that nobody registered hears the same', async () => {
    expect((await app.request.get('/api/v1/telemetry/osmand?id=nobodys-phone&password=x&lat=1&lon=2').expect(401)).body.code).toBe('UNKNOWN_DEVICE');
  });
  it.each([
    ['id=a1b2&password=x&lat=91&lon=2', 'BAD_COORDINATE'],
    ['id=a1b2&password=x&lat=1&lon=2&timestamp=soon', 'BAD_TIME'],
    ['password=x&lat=1&lon=2', 'BAD_DEVICE'],
  ])('learns what is wrong with %s', async (query, code) => expect((await app.request.get(`/api/v1/telemetry/osmand?${query}`).expect(400)).body.code).toBe(code));
});

describe('Traccar in front', () => {
  const forward = (deviceId: string) => ({
    position: { deviceTime: app.clock.now().toISOString(), fixTime: app.clock.now().toISOString(), valid: true, latitude: -1.28, longitude: 36.81, speed: 20, course: 90, attributes: { ignition: true } },
    device: { uniqueId: deviceId },
  });
  const key = async (): Promise<{ id: string; secret: string }> => (await admin.post('/api/v1/telemetry/ingest_keys').send({ name: `Traccar ${Math.random()}` }).expect(201)).body;

  it('forwards with a key in its fixed header', async () => {
    const vehicle = await vehicleWithDevice(admin);
    const { id, secret } = await key();
    const { body } = await app.request.post('/api/v1/telemetry/traccar').auth(id, secret).send(forward(vehicle.device_id)).expect(200);
    expect(body).toEqual({ outcome: 'stored', reason: null });
    expect((await newest(vehicle))[0]).toMatchObject({ lat: -1.28, heading_deg: 90, ignition: true });
  });
  it('learns that a device is in no vehicle, and the position waits', async () => {
    const { id, secret } = await key();
    const { body } = await app.request.post('/api/v1/telemetry/traccar').auth(id, secret).send(forward('homeless-7')).expect(200);
    expect(body).toEqual({ outcome: 'quarantined', reason: 'no_vehicle' });
    expect((await admin.get('/api/v1/telemetry/quarantine?device_id=homeless-7').expect(200)).body.items).toMatchObject([{ reason: 'no_vehicle' }]);
  });
  it('is sent away with a wrong secret, a disabled key or none', async () => {
    const { id } = await key();
    expect((await app.request.post('/api/v1/telemetry/traccar').auth(id, 'guess').send(forward('a1b2')).expect(401)).body.code).toBe('UNKNOWN_KEY');
    const gone = await key();
    await admin.post(`/api/v1/telemetry/ingest_keys/${gone.id}/disable`).expect(200);
    await app.request.post('/api/v1/telemetry/traccar').auth(gone.id, gone.secret).send(forward('a1b2')).expect(401);
    await app.request.post('/api/v1/telemetry/traccar').send(forward('a1b2')).expect(401);
  });
  it('learns what is wrong with its message', async () => {
    const { id, secret } = await key();
    expect((await app.request.post('/api/v1/telemetry/traccar').auth(id, secret).send({ position: {} }).expect(400)).body.code).toBe('BAD_STRUCTURE');
  });
});

describe('a device on a socket', () => {
  async function dial(port: 'ips' | 'teltonika', bytes: string | Buffer): Promise<string> {
    const socket = connect(app.app.get(Listeners).ports[port] as number, '127.0.0.1');
    await once(socket, 'connect');
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.write(bytes);
    for (let n = 0; n < 40 && heard.split('\r\n').length < 3 && !socket.destroyed; n += 1) await sleep(50);
    socket.destroy();
    return heard;
  }
  const stamp = (): string => {
    const [day, time] = app.clock.now().toISOString().split('T') as [string, string];
    return `${day.slice(8, 10)}${day.slice(5, 7)}${day.slice(2, 4)};${time.slice(0, 8).replaceAll(':', '')}`;
  };

  it('logs in, is stored and answered', async () => {
    const vehicle = await equipped('wialon_ips', 'let-me-in');
    expect(await dial('ips', `#L#${vehicle.device_id};let-me-in\r\n#SD#${stamp()};0117.4000;S;03649.2000;E;42;90;1660;9\r\n`)).toBe('#AL#1\r\n#ASD#1\r\n');
    expect((await newest(vehicle))[0]).toMatchObject({ lat: expect.closeTo(-1.29, 4), lon: expect.closeTo(36.82, 4), speed_kmh: 42 });
  });
  it('with a wrong password hears so', async () => {
    const vehicle = await equipped('wialon_ips', 'let-me-in');
    expect(await dial('ips', `#L#${vehicle.device_id};guess\r\n`)).toContain('#AL#01\r\n');
    expect((await admin.get(`/api/v1/telemetry/devices/${vehicle.device_id}`).expect(200)).body.has_password).toBe(true);
  });
  it('whose bytes make no message finds them kept, once, and replayable', async () => {
    const vehicle = await equipped('wialon_ips');
    const nonsense = `#L#${vehicle.device_id};NA\r\n#SD#what;is;this\r\n`;
    await dial('ips', nonsense);
    await dial('ips', nonsense);
    const waiting = async (): Promise<{ id: string; reason: string; raw: string; protocol: string }[]> => (await admin.get(`/api/v1/telemetry/quarantine?device_id=${vehicle.device_id}`).expect(200)).body.items;
    const [item, ...more] = await waiting();
    expect(more).toEqual([]);
    expect(item).toMatchObject({ reason: 'unreadable', protocol: 'wialon_ips', replayed_at: null });
    expect(Buffer.from(item?.raw ?? '', 'base64').toString()).toContain('#SD#what;is;this');
    const replay = { ids: [item?.id] };
    expect((await admin.post('/api/v1/telemetry/quarantine/replay').send(replay).expect(200)).body).toMatchObject({ replayed: 1, accepted: 0, still_rejected: 1 });
    // A decoder that has learned to read it: the bytes are now those of a good message.
    await app.db.sql('update telemetry_engine.quarantine set raw = $2 where id = $1', [item?.id, Buffer.from(`#SD#${stamp()};0117.4000;S;03649.2000;E;42;90;1660;9\r\n`)], people.north.accountId);
    expect((await admin.post('/api/v1/telemetry/quarantine/replay').send(replay).expect(200)).body).toMatchObject({ replayed: 1, accepted: 1, still_rejected: 0 });
    expect(await newest(vehicle)).toHaveLength(1);
  });
});
