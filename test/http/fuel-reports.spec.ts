import { testApp, type Agent, type TestApp } from '../support/app';
import { base, day, fill, litres, vehicle, type Filled } from '../support/fuel';
import { addPerson, as, settle, type People } from '../support/people';

let app: TestApp;
let people: People;
let admin: Agent;

beforeAll(async () => {
  app = await testApp({ FLEET_ROLES: 'api' });
  people = await settle(app);
  admin = await as(app, people.north.admin, { steppedUp: true });
}, 60_000);
afterAll(() => app?.close());

const efficiency = async (id: string, query: object = {}): Promise<{ segments: Record<string, unknown>[] } & Record<string, unknown>> => (await admin.get(`${base}/vehicles/${id}/efficiency`).query(query).expect(200)).body;
const partial = { is_full_tank: false };

describe('consumption of a vehicle', () => {
  it('is from full tank to full tank, and each figure names its fill-ups', async () => {
    const id = await vehicle(admin);
    const first = await fill(admin, litres(id, day(1), 1000, 40, { total_cost_minor: 1 }));
    const parts = [await fill(admin, litres(id, day(2), 1300, 20, { ...partial, cost_per_unit: 180 })), await fill(admin, litres(id, day(3), 1450, 10, { ...partial, cost_per_unit: 180 })), await fill(admin, litres(id, day(4), 1600, 15, { cost_per_unit: 180 }))];
    const answer = await efficiency(id);
    expect(answer).toMatchObject({ l_per_100km: 7.5, km_per_l: 13.333, mpg_us: 31.36, mpg_imp: 37.66, distance_km: 600, fuel_l: 45, cost_minor: 810_000, currency: 'KES', cost_minor_per_km: 1350, co2_kg: 103.95 });
    expect(answer.segments).toMatchObject([{ from_at: day(1), to_at: day(4), distance_km: 600, fuel_l: 45, l_per_100km: 7.5, from_fill_up_id: first.id, fill_up_ids: parts.map((p) => p.id) }]);
  });

  it('is the same however late the partial fills are entered', async () => {
    const id = await vehicle(admin);
    await fill(admin, litres(id, day(1), 1000, 40));
    await fill(admin, litres(id, day(4), 1600, 15));
    expect((await efficiency(id)).l_per_100km).toBe(2.5);
    await fill(admin, litres(id, day(3), 1450, 10, partial));
    await fill(admin, litres(id, day(2), 1300, 20, partial));
    expect((await efficiency(id)).l_per_100km).toBe(7.5);
  });

  it('belongs to the period in which the segment ends', async () => {
    const id = await vehicle(admin);
    for (const [n, km] of [[1, 1000], [4, 1600], [8, 2000]] as const) await fill(admin, litres(id, day(n), km, 30));
    expect((await efficiency(id, { from: day(2), to: day(5) })).segments).toMatchObject([{ distance_km: 600 }]);
    expect((await efficiency(id, { from: day(5) })).segments).toMatchObject([{ from_at: day(4), to_at: day(8), distance_km: 400, l_per_100km: 7.5 }]);
    expect((await efficiency(id, { from: day(9) })).l_per_100km).toBeNull();
  });

  it('breaks at a missed fill and at one that waits for review', async () => {
    const id = await vehicle(admin, { tank_capacity_l: 50 });
    await fill(admin, litres(id, day(1), 1000, 40));
    await fill(admin, litres(id, day(2), 1600, 30, { missed_previous: true }));
    const held = await fill(admin, litres(id, day(3), 1900, 55, partial));
    await fill(admin, litres(id, day(4), 2200, 20));
    expect((await efficiency(id)).segments).toEqual([]);
    await admin.post(`${base}/fill_ups/${held.id}/approve`).send({ reason: 'two canisters' }).expect(200);
    expect((await efficiency(id)).segments).toMatchObject([{ distance_km: 600, fuel_l: 75 }]);
  });

  it('of an electric vehicle is in kWh', async () => {
    const id = await vehicle(admin, { fuel_type: 'electric' });
    const charge = (n: number, km: number, kwh: number): object => litres(id, day(n), km, kwh, { fuel_type: 'electric', unit_of_measure: 'kwh' });
    await fill(admin, charge(1, 1000, 30));
    await fill(admin, charge(2, 1200, 36));
    expect(await efficiency(id)).toMatchObject({ kwh_per_100km: 18, l_per_100km: null, co2_kg: 0, segments: [{ energy_kwh: 36, fuel_l: null }] });
  });

  it('is nobody else’s business', async () => {
    const id = await vehicle(admin);
    await (await as(app, people.south.admin)).get(`${base}/vehicles/${id}/efficiency`).expect(404);
    await (await as(app, people.north.driver)).get(`${base}/vehicles/${id}/efficiency`).expect(403);
    await admin.get(`${base}/vehicles/${id}/efficiency?from=yesterday`).expect(400);
  });
});

describe('the fleet', () => {
  it('is grouped; the figure of a group is all its fuel over all its kilometres, and opens to its segments', async () => {
    const park = (await admin.post('/api/v1/auth/parks').send({ name: 'Report yard' }).expect(201)).body.id as string;
    const thirsty = await vehicle(admin, { park_id: park, department: 'Trucks' });
    const modest = await vehicle(admin, { park_id: park, department: 'Trucks' });
    for (const [id, km, l] of [[thirsty, 100, 20], [modest, 900, 45]] as const) {
      await fill(admin, litres(id, day(1), 1000, 30));
      await fill(admin, litres(id, day(5), 1000 + km, l));
    }
    const asked = { from: day(1), to: day(30), park_id: park };
    const group = async (by: string): Promise<{ key: string; l_per_100km: number; rows: string; label: string }[]> => (await admin.get(`${base}/efficiency`).query({ ...asked, by }).expect(200)).body.groups;
    expect(await group('park')).toMatchObject([{ key: park, l_per_100km: 6.5, segments: 2 }]);
    expect(await group('department')).toMatchObject([{ key: 'Trucks', l_per_100km: 6.5 }]);
    expect((await group('vehicle')).map((g) => g.l_per_100km).sort()).toEqual([20, 5]);
    const [one] = await group('vehicle');
    const rows = (await admin.get(one?.rows ?? '').expect(200)).body.segments as { l_per_100km: number; fill_up_ids: string[] }[];
    expect(rows.map((r) => r.l_per_100km)).toEqual([one?.l_per_100km]);
    await admin.get(`${base}/fill_ups/${rows[0]?.fill_up_ids[0]}`).expect(200);
    expect((await admin.get(`${base}/efficiency`).query({ from: '2020-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' })).body.code).toBe('FUEL_PERIOD_TOO_LONG');
    const elsewhere = await as(app, await addPerson(app, people.north, 'operator', { parkIds: [(await admin.post('/api/v1/auth/parks').send({ name: 'Empty yard' })).body.id as string] }));
    expect((await elsewhere.get(`${base}/efficiency`).query(asked).expect(200)).body.groups).toEqual([]);
    expect((await elsewhere.get(`${base}/reports/monthly?month=2026-06`).expect(200)).body.vehicles).toEqual([]);
  });
});

describe('a month', () => {
  it('begins at midnight of the account, sums by currency, and opens to exactly its fill-ups', async () => {
    const id = await vehicle(admin);
    // Nairobi is three hours ahead: 21:30 of the last of March is already April there.
    const before = await fill(admin, litres(id, '2026-03-31T20:30:00Z', 1000, 40, { total_cost_minor: 700_000 }));
    const bought = [await fill(admin, litres(id, '2026-03-31T21:30:00Z', 1100, 10, { total_cost_minor: 180_000 })), await fill(admin, litres(id, '2026-04-10T10:00:00Z', 1500, 30, { total_cost_minor: 600_000 }))];
    await fill(admin, litres(id, '2026-04-11T10:00:00Z', 1600, 5, { ...partial, total_cost_minor: 800, currency: 'USD' }));
    const voided = await fill(admin, litres(id, '2026-04-12T10:00:00Z', 1700, 5, partial));
    await admin.post(`${base}/fill_ups/${voided.id}/void`).send({ reason: 'test' }).expect(200);
    const report = (await admin.get(`${base}/reports/monthly?month=2026-04`).expect(200)).body;
    expect(report).toMatchObject({ time_zone: 'Africa/Nairobi', from: '2026-03-31T21:00:00.000Z', to: '2026-04-30T21:00:00.000Z' });
    expect(report.vehicles).toMatchObject([{ currency: 'KES', fill_ups: 2, fuel_l: 40, cost_minor: 780_000, average_price_per_l: 19_500, distance_km: 500, l_per_100km: 8 }, { currency: 'USD', fill_ups: 1, cost_minor: 800, average_price_per_l: 160 }]);
    expect(report.totals).toMatchObject([{ currency: 'KES', cost_minor: 780_000, average_price_per_l: 19_500 }, { currency: 'USD', cost_minor: 800 }]);
    const rows = (await admin.get(report.vehicles[0].rows as string).expect(200)).body.items as Filled[];
    expect(rows.map((r) => r.id).sort()).toEqual(bought.map((b) => b.id).sort());
    const months = (await admin.get(`${base}/vehicles/${id}/months?to=2026-04&months=3`).expect(200)).body.months;
    expect(months).toMatchObject([{ month: '2026-04', currency: 'KES', cost_minor: 780_000 }, { month: '2026-04', currency: 'USD' }, { month: '2026-03', cost_minor: 700_000, rows: expect.stringContaining(id) }]);
    expect(before.state).toBe('recorded');
  });

  it('is exported, and refused when it is none', async () => {
    const csv = (await admin.get(`${base}/reports/monthly/export?month=2026-04`).expect(200)).text;
    expect(csv.split('\r\n')[0]).toContain('plate,currency,fill_ups');
    await admin.get(`${base}/reports/monthly/export?month=2026-04&format=xlsx`).expect(200);
    await admin.get(`${base}/reports/monthly?month=2026-13`).expect(400);
    await admin.get(`${base}/reports/monthly`).expect(400);
  });
});
