import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import supertest from 'supertest';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { seedDemo } from '../../apps/cli/src/demo/seed';
import { createApp } from '../../apps/server/src/create-app';
import { testDatabase, type TestDatabase } from '../support/database';
import { base } from '../support/drivers';

interface Login {
  role: string;
  email: string;
  password: string;
}

describe('drivers of the demo company', () => {
  let db: TestDatabase;
  let app: NestExpressApplication;
  let url: string;
  let logins: Login[];

  beforeAll(async () => {
    db = await testDatabase({ FLEET_ROLES: 'api' });
    await seedDemo(db.config);
    app = await createApp(db.config);
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    logins = JSON.parse(readFileSync(join(db.config.FLEET_DATA_DIR, 'demo-logins.json'), 'utf8')) as Login[];
  }, 60_000);
  afterAll(async () => {
    await app?.close();
    await db?.close();
  });

  const signIn = async (role: string): Promise<ReturnType<typeof supertest.agent>> => {
    const login = logins.find((l) => l.role === role);
    const { body } = await supertest(url).post('/api/v1/auth/login').send({ email: login?.email, password: login?.password }).expect(200);
    return supertest.agent(url).auth(body.access_token as string, { type: 'bearer' });
  };

  it('are of every kind, with papers of every state', async () => {
    const operator = await signIn('operator');
    const { items } = (await operator.get(`${base}/drivers?limit=500`).expect(200)).body as { items: { name: string; status: string }[] };
    expect(items).toHaveLength(73);
    expect(items.every((d) => d.name.startsWith('Demo Driver '))).toBe(true);
    expect([...new Set(items.map((d) => d.status))].sort()).toEqual(['active', 'applicant', 'left', 'suspended']);
    for (const state of ['valid', 'expiring', 'expired']) expect((await operator.get(`${base}/documents?state=${state}`)).body.items.length).toBeGreaterThan(1);
    expect((await operator.get(`${base}/feedback?state=pending`)).body.items.length).toBeGreaterThan(0);
    expect((await operator.get(`${base}/drivers?blacklisted=true`)).body.items).toHaveLength(1);
  });

  it('have worked for a month, are at work now and tomorrow', async () => {
    const operator = await signIn('operator');
    const open = (await operator.get(`${base}/shifts?state=open&limit=500`).expect(200)).body.items as { vehicle_id: string; from: string }[];
    expect(open.length).toBeGreaterThan(25);
    const vehicle = (await operator.get(`/api/v1/transport_registry/${open[0]?.vehicle_id}`).expect(200)).body;
    expect(vehicle.status).toBe('active');
    expect((await operator.get(`${base}/shifts?state=planned`)).body.items.length).toBeGreaterThan(10);
    const first = (await operator.get(`${base}/shifts?state=closed&sort=from&limit=1`)).body.items[0] as { from: string };
    expect(Date.now() - Date.parse(first.from)).toBeGreaterThan(29 * 86_400_000);
  });

  it('see their own vehicle', async () => {
    const driver = await signIn('driver');
    expect((await driver.get(`${base}/me`).expect(200)).body).toMatchObject({ name: 'Demo Driver One', may_drive: true });
    expect((await driver.get(`${base}/me/vehicle`)).body.vehicle.plate).toEqual(expect.any(String));
  });
});
