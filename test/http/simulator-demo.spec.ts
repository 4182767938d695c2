import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import supertest from 'supertest';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { seedDemo } from '../../apps/cli/src/demo/seed';
import { freePort } from '../../apps/cli/src/up/ports';
import { createApp } from '../../apps/server/src/create-app';
import type { PlayedFleet } from '../../libs/telemetry_engine/src/play';
import { testDatabase, type TestDatabase } from '../support/database';

interface Last {
  vehicle_id: string;
  state: string;
  at: string;
}

describe('the simulator of the demo', () => {
  let db: TestDatabase;
  let app: NestExpressApplication;
  let url: string;
  let operator: ReturnType<typeof supertest.agent>;
  let child: ChildProcess | undefined;
  let said = '';

  beforeAll(async () => {
    // IPS by TCP and UDP share one number, so it cannot be left to chance.
    db = await testDatabase({ FLEET_ROLES: 'api,ingest', IPS_PORT: String(await freePort()), RETRANSLATOR_PORT: String(await freePort()), TELTONIKA_PORT: String(await freePort()) });
    await seedDemo(db.config);
    app = await createApp(db.config);
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    const logins = JSON.parse(readFileSync(join(db.config.FLEET_DATA_DIR, 'demo-logins.json'), 'utf8')) as { role: string; email: string; password: string }[];
    const login = logins.find((l) => l.role === 'operator');
    const { body } = await supertest(url).post('/api/v1/auth/login').send({ email: login?.email, password: login?.password }).expect(200);
    operator = supertest.agent(url).auth(body.access_token as string, { type: 'bearer' });
  }, 60_000);
  afterAll(async () => {
    child?.kill('SIGKILL');
    await app?.close();
    await db?.close();
  });

  const fleet = (): PlayedFleet => JSON.parse(readFileSync(join(db.config.FLEET_DATA_DIR, 'demo-devices.json'), 'utf8')) as PlayedFleet;
  const lastWords = async (): Promise<Last[]> => (await operator.get('/api/v1/telemetry/last?limit=500').expect(200)).body.items as Last[];
  const start = (): ChildProcess => {
    const { DATABASE_URL, DATABASE_APP_URL, FLEET_DATA_DIR, FLEET_MASTER_KEYS, IPS_PORT, RETRANSLATOR_PORT, TELTONIKA_PORT } = db.config;
    const ports = { PORT: new URL(url).port, IPS_PORT: String(IPS_PORT), RETRANSLATOR_PORT: String(RETRANSLATOR_PORT), TELTONIKA_PORT: String(TELTONIKA_PORT) };
    const env = { DATABASE_URL, DATABASE_APP_URL, FLEET_DATA_DIR, FLEET_MASTER_KEYS, ...ports, NODE_ENV: 'test' } as NodeJS.ProcessEnv;
    const execArgv = ['-r', join(__dirname, '../support/run-typescript.js')];
    child = fork(join(__dirname, 'fixtures/demo-simulator.ts'), { execArgv, env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    said = '';
    child.stdout?.on('data', (data: Buffer) => (said += data.toString()));
    return child;
  };
  const eventually = async (condition: () => Promise<boolean>, withinMs = 40_000): Promise<void> => {
    for (const end = Date.now() + withinMs; !(await condition()); await new Promise((resolve) => setTimeout(resolve, 250))) if (Date.now() > end) throw new Error(`not in time; it said: ${said}`);
  };

  it('has devices that are registered with passwords of this installation alone', async () => {
    const { devices, ingest_key } = fleet();
    expect(statSync(join(db.config.FLEET_DATA_DIR, 'demo-devices.json')).mode & 0o777).toBe(0o600);
    const registered = (await operator.get('/api/v1/telemetry/devices?limit=500').expect(200)).body.items as { device_id: string; has_password: boolean; vehicle_id: string | null }[];
    expect(registered.map((d) => d.device_id).sort()).toEqual(devices.map((d) => d.device_id).sort());
    expect(registered.every((d) => d.vehicle_id !== null)).toBe(true);
    const passwords = devices.flatMap((d) => d.password ?? []);
    expect(new Set(passwords).size).toBe(registered.filter((d) => d.has_password).length);
    expect(passwords.every((password) => password.length >= 24)).toBe(true);
    expect(ingest_key?.secret.length).toBeGreaterThan(30);
    expect(new Set(devices.map((d) => d.way)).size).toBe(6);
    expect(new Set(devices.map((d) => d.part))).toEqual(new Set(['works', 'parked', 'silent', 'bad_gps']));
  });

  it('reports for every vehicle but the silent one, and nothing of it is set aside', async () => {
    start();
    // What happened before comes first, as from a black box.
    await eventually(async () => (await lastWords()).filter((l) => l.state !== 'no_data').length === fleet().devices.length - 1);
    await eventually(async () => (await lastWords()).filter((l) => l.state === 'moving' && Date.now() - Date.parse(l.at) < 15_000).length > 10);
    expect((await lastWords()).filter((l) => l.state === 'stopped').length).toBeGreaterThan(5);
    expect((await operator.get('/api/v1/telemetry/quarantine').expect(200)).body.items).toEqual([]);
    const silent = fleet().devices.find((d) => d.part === 'silent');
    const { body: device } = await operator.get(`/api/v1/telemetry/devices/${silent?.device_id}`).expect(200);
    expect(device).toMatchObject({ talking: false, last_heard_at: null });
    // What the map has of it is yesterday's.
    expect((await lastWords()).filter((l) => l.state === 'no_data').map((l) => l.vehicle_id)).toEqual([device.vehicle_id]);
  }, 90_000);

  it('goes when it is told to, and when its supervisor is gone', async () => {
    const begun = Date.now();
    child?.kill('SIGTERM');
    expect(await once(child as ChildProcess, 'exit')).toEqual([0, null]);
    expect(Date.now() - begun).toBeLessThan(2_500);
    const again = start();
    await eventually(async () => said.includes('simulating'));
    again.disconnect();
    expect(await once(again, 'exit')).toEqual([0, null]);
  });

  it('goes on where it stopped: no vehicle has jumped, no counter has fallen', async () => {
    const bad = fleet().devices.find((d) => d.part === 'bad_gps')?.device_id;
    const marked = await db.sql<{ n: number }>(
      `select count(*)::int as n from telemetry_engine.reading r join transport_registry.vehicle v using (vehicle_no) join transport_registry.device_binding b on b.vehicle_id = v.id
        where r.flags & (1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8) <> 0 and b.device_id <> $1`,
      [bad],
      (await db.sql<{ id: string }>(`select account_id as id from telemetry_engine.device limit 1`))[0]?.id,
    );
    expect(marked).toEqual([{ n: 0 }]);
  });
});
