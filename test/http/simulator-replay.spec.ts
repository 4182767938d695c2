import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { replay } from '../../apps/simulator/src/replay/replay';
import { Listeners } from '../../libs/telemetry_engine/src/listen/listeners';
import { ipsEncode } from '../../libs/telemetry_engine/src/play';
import { testApp, type Agent, type TestApp } from '../support/app';
import { as, settle, type People } from '../support/people';
import { gateway, vehicleWithDevice, type EquippedVehicle, type Gateway } from '../support/telemetry';

let app: TestApp;
let people: People;
let admin: Agent;
let gate: Gateway;
let said: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'fleet-replay-'));

beforeAll(async () => {
  app = await testApp({ FLEET_ROLES: 'api,ingest' });
  people = await settle(app);
  admin = await as(app, people.north.admin);
  gate = await gateway(app, admin, people.north.accountId);
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
}, 60_000);
afterAll(async () => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
  await app?.close();
});

const hourAgo = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
const sample = (n: number) => ({ at_ms: hourAgo + n * 10_000, lat: -1.28, lon: 36.8 + n / 10_000, speed_kmh: 40, satellites: 9, ignition: true });
const lines = (device_id: string, count: number): string => Array.from({ length: count }, (_, n) => JSON.stringify({ device_id, at: new Date(hourAgo + n * 1_000).toISOString(), lat: -1.28, lon: 36.8 + n / 10_000, speed_kmh: 40 })).join('\n');
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const run = async (...args: string[]): Promise<{ code: number; summary: string | undefined; all: string }> => {
  said = [];
  const code = await replay([...args, '--url', app.url, '--token', gate.token]);
  return { code, summary: said.at(-1), all: said.join('\n') };
};
const rows = async (vehicle: EquippedVehicle): Promise<number> => (await gate.stored(vehicle.vehicle_no)).length;

describe('replay', () => {
  it('sends a recorded day and accounts for every sample of it, the second time too', async () => {
    const vehicle = await vehicleWithDevice(admin);
    const path = file('day.ndjson', `${lines(vehicle.device_id, 2_500)}\n`);
    expect(await run(path)).toMatchObject({ code: 0, summary: 'replay: in=2500 stored=2500 duplicates=0 quarantined=0 refused=0 all accounted for' });
    expect(await run(path)).toMatchObject({ code: 0, summary: expect.stringContaining('stored=0 duplicates=2500') });
    expect(await rows(vehicle)).toBe(2_500);
  });

  it('unpacks gzip, and fails on an archive that ends in the middle', async () => {
    const vehicle = await vehicleWithDevice(admin);
    const packed = gzipSync(lines(vehicle.device_id, 50));
    expect(await run(file('day.ndjson.gz', packed))).toMatchObject({ code: 0, summary: expect.stringContaining('in=50 stored=50') });
    await expect(run(file('cut.ndjson.gz', packed.subarray(0, packed.length - 60)))).rejects.toThrow(/end of file/);
  });

  it('counts what was set aside, and ends badly when something is nowhere', async () => {
    const vehicle = await vehicleWithDevice(admin);
    const stranger = JSON.stringify({ device_id: 'nobodys-device', at: new Date(hourAgo).toISOString(), lat: 1, lon: 2 });
    expect(await run(file('aside.ndjson', `${lines(vehicle.device_id, 3)}\n${stranger}\n`))).toMatchObject({ code: 0, summary: expect.stringContaining('in=4 stored=3 duplicates=0 quarantined=1 refused=0') });
    const broken = await run(file('broken.ndjson', `${lines(vehicle.device_id, 3)}\nno sample\n{"device_id":"x"}\n`));
    expect(broken).toMatchObject({ code: 1, summary: expect.stringContaining('DOES NOT ADD UP: 2 of 5 are nowhere') });
    expect(broken.all).toContain('unreadable: 1');
  });

  it('plays what the export of a track gives, and moves it to now when asked', async () => {
    const vehicle = await vehicleWithDevice(admin);
    await run(file('first.ndjson', lines(vehicle.device_id, 20)));
    const track = await admin.get(`/api/v1/telemetry/${vehicle.vehicle_id}/export?format=ndjson`).buffer().expect(200);
    expect(track.headers['content-type']).toContain('application/x-ndjson');
    const path = file('track.ndjson', track.text ?? (track.body as Buffer));
    expect(await run(path)).toMatchObject({ code: 0, summary: expect.stringContaining('in=20 stored=0 duplicates=20') });
    expect(await run(path, '--shift-to-now')).toMatchObject({ code: 0, summary: expect.stringContaining('in=20 stored=20') });
    expect(await rows(vehicle)).toBe(40);
  });

  it('reads the log of an IPS port: logins, reports, black boxes and datagrams', async () => {
    const [one, two] = [await vehicleWithDevice(admin), await vehicleWithDevice(admin)];
    const log = [
      `2026-11-21 07:00:00 ${ipsEncode.login('2.0', one.device_id).toString()}`,
      ipsEncode.data('2.0', sample(1)).toString(),
      ipsEncode.ping().toString(),
      ipsEncode.blackBox('2.0', [sample(2), sample(3)]).toString(),
      ipsEncode.datagram('2.0', two.device_id, ipsEncode.data('2.0', sample(1))).toString(),
      ipsEncode.login('1.1', two.device_id).toString(),
      ipsEncode.short('1.1', sample(2)).toString(),
    ].join('');
    expect(await run(file('port.log', log))).toMatchObject({ code: 0, summary: expect.stringContaining('in=5 stored=5') });
    expect([await rows(one), await rows(two)]).toEqual([3, 2]);
  });

  it('goes through the port of the devices as well', async () => {
    const vehicle = await vehicleWithDevice(admin);
    await admin.post('/api/v1/telemetry/devices').send({ device_id: vehicle.device_id, protocol: 'ips' }).expect(201);
    const port = String(app.app.get(Listeners).ports.ips);
    const path = file('port.ndjson', lines(vehicle.device_id, 300));
    expect(await run(path, '--via', 'ips', '--port', port)).toMatchObject({ code: 0, summary: 'replay: in=300 stored=300 duplicates=0 quarantined=0 refused=0 all accounted for' });
    expect(await run(path, '--via', 'ips', '--port', port)).toMatchObject({ code: 0, summary: expect.stringContaining('duplicates=300') });
    expect(await rows(vehicle)).toBe(300);
  });

  it('says how it is used', async () => {
    expect((await run()).code).toBe(1);
    expect((await run('--help')).code).toBe(0);
    await expect(run(join(folder, 'nowhere.ndjson'))).rejects.toThrow(/ENOENT/);
  });
});
