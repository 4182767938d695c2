import { mkdirSync } from 'node:fs';
import { seedDemo } from '../../apps/cli/src/demo/seed';
import { MotionTicker } from '../../libs/telemetry_engine/src/detect/motion-ticker';
import { testApp, type TestApp } from '../support/app';

describe('yesterday of the demo company', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api,ingest' });
    mkdirSync(app.config.FLEET_DATA_DIR, { recursive: true });
    await seedDemo(app.config);
    await app.app.get(MotionTicker, { strict: false }).settle();
  }, 120_000);
  afterAll(() => app.close());

  it('has trips, stops, rollups, and vehicles that come and go in their yards', async () => {
    const [account] = await app.db.sql<{ id: string }>(`select id from auth.account where name not like 'Another%'`);
    const count = async (what: string): Promise<number> => (await app.db.sql<{ n: number }>(`select count(*)::int as n from ${what}`, [], account?.id))[0]?.n ?? 0;
    const samples = await count('telemetry_engine.sample');
    expect(samples).toBeGreaterThan(10_000);
    expect(samples).toBeLessThan(60_000);
    expect(await count(`telemetry_engine.stretch where kind = 'trip' and to_at is not null`)).toBeGreaterThan(60);
    expect(await count('telemetry_engine.rollup_day')).toBeGreaterThanOrEqual(20);
    expect(await count('telemetry_engine.geofence')).toBe(3);
    expect(await count(`telemetry_engine.detection where kind in ('geofence_enter', 'geofence_exit')`)).toBeGreaterThan(20);
    expect(await count(`telemetry_engine.detection where kind in ('towing_suspected', 'jamming_suspected')`)).toBe(0);
  });

  it('leaves each vehicle on the map where its day ended, at no more than the odometer the registry knows', async () => {
    const [account] = await app.db.sql<{ id: string }>(`select id from auth.account where name not like 'Another%'`);
    const rows = await app.db.sql<{ lat: number; ended: boolean; same: boolean; known: boolean }>(
      `select l.lat, l.ignition = false and l.speed_kmh = 0 as ended, l.at = s.at as same, l.odometer_km < coalesce(v.odometer_km::float8, 50000) + 0.5 as known
         from telemetry_engine.last_position l
         join transport_registry.vehicle v on v.id = l.vehicle_id
         cross join lateral (select max(r.at) as at from telemetry_engine.reading r where r.vehicle_no = l.vehicle_no) s`,
      [],
      account?.id,
    );
    expect(rows).toHaveLength(20);
    expect(rows.filter((row) => row.lat === null || !row.ended || !row.same || !row.known)).toEqual([]);
  });
});
