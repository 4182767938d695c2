import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import supertest from 'supertest';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { seedDemo } from '../../apps/cli/src/demo/seed';
import { createApp } from '../../apps/server/src/create-app';
import { testDatabase, type TestDatabase } from '../support/database';
import { base } from '../support/fuel';

describe('fuel of the demo company', () => {
  let db: TestDatabase;
  let app: NestExpressApplication;
  let admin: ReturnType<typeof supertest.agent>;

  beforeAll(async () => {
    db = await testDatabase({ FLEET_ROLES: 'api' });
    await seedDemo(db.config);
    app = await createApp(db.config);
    await app.listen(0, '127.0.0.1');
    const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    const login = (JSON.parse(readFileSync(join(db.config.FLEET_DATA_DIR, 'demo-logins.json'), 'utf8')) as { role: string; email: string; password: string }[]).find((l) => l.role === 'admin');
    const { body } = await supertest(url).post('/api/v1/auth/login').send({ email: login?.email, password: login?.password }).expect(200);
    admin = supertest.agent(url).auth(body.access_token as string, { type: 'bearer' });
  }, 60_000);
  afterAll(async () => {
    await app?.close();
    await db?.close();
  });

  it('uses what vehicles of their kind use', async () => {
    const { groups } = (await admin.get(`${base}/efficiency?by=vehicle`).expect(200)).body as { groups: { l_per_100km: number | null; kwh_per_100km: number | null; segments: number }[] };
    expect(groups.length).toBeGreaterThan(30);
    for (const group of groups) {
      if (group.l_per_100km !== null) expect(group.l_per_100km).toBeGreaterThan(3.5);
      if (group.l_per_100km !== null) expect(group.l_per_100km).toBeLessThan(26);
      if (group.kwh_per_100km !== null) expect(group.kwh_per_100km).toBeCloseTo(15.5, -1);
    }
    const drivers = (await admin.get(`${base}/efficiency?by=driver`).expect(200)).body.groups as { key: string | null }[];
    expect(drivers.length).toBeGreaterThan(10);
  });

  it('has something to look at: questions, one that is held, and receipts that wait', async () => {
    const kinds = ((await admin.get(`${base}/anomalies?limit=200`).expect(200)).body.items as { kind: string }[]).map((a) => a.kind);
    expect([...new Set(kinds)].sort()).toEqual(expect.arrayContaining(['more_than_tank', 'price_outlier', 'too_close_together']));
    expect((await admin.get(`${base}/fill_ups?state=held`)).body.items.length).toBeGreaterThan(0);
    expect((await admin.get(`${base}/receipts?state=to_be_typed`)).body.items).toMatchObject([{ has_thumbnail: true }, { has_thumbnail: true }]);
  });

  it('has readings that never fall', async () => {
    const [demo] = await db.sql<{ id: string }>(`select id from auth.account where name like 'Demo%'`);
    const fell = `select odometer_km < lag(odometer_km) over (partition by vehicle_id order by at) as fell from transport_registry.odometer_reading where voided_at is null`;
    const rows = await db.sql<{ fallen: number; readings: number }>(`select count(*) filter (where fell)::int as fallen, count(*)::int as readings from (${fell}) r`, [], demo?.id);
    expect(rows).toEqual([{ fallen: 0, readings: expect.any(Number) }]);
  });
});
