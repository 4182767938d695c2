import * as fc from 'fast-check';
import pg from 'pg';
import { FuelLookup, sumOf, type FuelSegment } from '@fleet/fuel_log';
import { Db, systemActor } from '@fleet/platform/database';
import { StretchKeeper } from '../../libs/fuel_log/src/stretches/stretch-keeper';
import { groupings, keyColumn, workedOut } from '../../libs/fuel_log/src/stretches/stretch.store';
import { testApp, type TestApp } from '../support/app';
import { vehicle } from '../support/fuel';
import { addPerson, as, foundCompany, type Company } from '../support/people';

let app: TestApp;
let company: Company;
let vehicles: string[];
const parks: (string | null)[] = [null];

beforeAll(async () => {
  app = await testApp({ FLEET_ROLES: 'api' });
  company = await foundCompany(app, 'stretches');
  const admin = await as(app, company.admin);
  parks.push((await admin.post('/api/v1/auth/parks').send({ name: 'One' }).expect(201)).body.id as string);
  vehicles = [];
  for (let n = 0; n < 8; n += 1) vehicles.push(await vehicle(admin));
});
afterAll(() => app?.close());

const dayMs = 86_400_000;
const begin = Date.UTC(2026, 0, 1);
const sql = (text: string, params: unknown[] = []) => app.db.sql<Record<string, unknown>>(text, params, company.accountId);
const actor = () => systemActor(company.accountId, 'test.stretches');
const keep = () => app.app.get(StretchKeeper).keepAll();

/** One entry of a chain: an odometer that counts or not, a trip, petrol, gas or current, full or partial, missed, held, voided. */
const entry = fc.record({
  way: fc.constantFrom('odometer', 'odometer', 'odometer', 'trip', 'doubted'),
  km: fc.integer({ min: 0, max: 9000 }),
  hours: fc.integer({ min: 0, max: 90 }),
  quantity: fc.integer({ min: 1, max: 90_000 }),
  fuel: fc.constantFrom('gasoline', 'gasoline', 'gasoline', 'lpg', 'cng', 'electric'),
  unit: fc.constantFrom('l', 'l', 'gal_us'),
  distance: fc.constantFrom('km', 'km', 'mi'),
  full: fc.boolean(),
  missed: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  state: fc.constantFrom('recorded', 'recorded', 'recorded', 'recorded', 'held', 'voided'),
  price: fc.option(fc.integer({ min: 1, max: 900_000 }), { freq: 6 }),
  currency: fc.constantFrom('KES', 'KES', 'KES', 'USD'),
  park: fc.nat(1),
});

async function enter(vehicleId: string, seed: number): Promise<void> {
  const chain = fc.sample(fc.array(entry, { minLength: 20, maxLength: 40 }), { numRuns: 1, seed })[0] ?? [];
  let at = begin;
  let km = 1000;
  const rows = chain.map((e) => {
    at += e.hours * 3_600_000;
    km += e.km / 10;
    const voided = e.state === 'voided';
    return { vehicle_id: vehicleId, account_id: company.accountId, fuel_date: new Date(at).toISOString(), odometer_reading: e.way === 'trip' ? null : km, trip_distance: e.way === 'trip' ? e.km / 10 + 1 : null, distance_unit: e.distance, odometer_counts: e.way !== 'doubted',
      fuel_type: e.fuel, fuel_quantity: e.quantity / 1000, unit_of_measure: e.fuel === 'electric' ? 'kwh' : e.unit, total_cost_minor: e.price, currency: e.currency, is_full_tank: e.full, missed_previous: e.missed, state: e.state,
      void_reason: voided ? 'test' : null, voided_at: voided ? new Date(at).toISOString() : null, park_id: parks[e.park], department: e.park ? 'Trucks' : null };
  });
  await sql(
    `insert into fuel_log.fill_up (id, vehicle_id, account_id, fuel_date, odometer_reading, trip_distance, distance_unit, odometer_counts, fuel_type, fuel_quantity, unit_of_measure, total_cost_minor, currency, is_full_tank, missed_previous, state,
            void_reason, voided_at, park_id, department, source, recorded_by, created_at, updated_at)
     select gen_random_uuid(), r.vehicle_id, r.account_id, r.fuel_date, r.odometer_reading, r.trip_distance, r.distance_unit, r.odometer_counts, r.fuel_type, r.fuel_quantity, r.unit_of_measure, r.total_cost_minor, r.currency, r.is_full_tank,
            r.missed_previous, r.state, r.void_reason, r.voided_at, r.park_id, r.department, 'staff', 'test', now(), now() from jsonb_populate_recordset(null::fuel_log.fill_up, $1::jsonb) r`,
    [JSON.stringify(rows)],
  );
}

const key = (s: { vehicle_id: string; to_at: Date; fill_up_ids: string[] }): string => `${s.vehicle_id} ${s.to_at.toISOString()} ${s.fill_up_ids.at(-1)}`;
const sorted = <T extends { vehicle_id: string; to_at: Date; fill_up_ids: string[] }>(list: readonly T[]): T[] => [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1));
const everything = { from: new Date(0), to: new Date(begin + 1000 * dayMs) };
const found = (period = everything): Promise<FuelSegment[]> => app.app.get(Db).read(actor(), (tx) => app.app.get(FuelLookup).segments(tx, period));
/** Every chain from its first fill-up, by the rule alone. */
const truth = () => app.app.get(Db).read(actor(), (tx) => workedOut(tx, vehicles));

async function expectTruth(): Promise<void> {
  const all = sorted(await truth());
  expect(sorted(await found())).toMatchObject(all);
  for (let n = 0; n < 12; n += 1) {
    const period = { from: new Date(begin + n * 8 * dayMs), to: new Date(begin + (n * 8 + 11) * dayMs) };
    expect(sorted(await found(period))).toMatchObject(all.filter((s) => s.to_at >= period.from && s.to_at < period.to));
  }
}

describe('what lies between full tanks', () => {
  it('is the same whether it is worked out for a period, for all time, or was kept', async () => {
    for (const [i, id] of vehicles.entries()) await enter(id, i + 1);
    expect((await truth()).length).toBeGreaterThan(20);
    await expectTruth();
    expect(await keep()).toBe(vehicles.length);
    expect(await sql('select * from fuel_log.stretch_stale')).toEqual([]);
    await expectTruth();
    expect(await keep()).toBe(0);
  });

  it.each([
    ['a late receipt', (id: string) => enter(id, 90)],
    ['a void', (id: string) => sql(`update fuel_log.fill_up set state = 'voided', void_reason = 'x', voided_at = now() where id = (select id from fuel_log.fill_up where vehicle_id = $1 and state = 'recorded' order by fuel_date offset 5 limit 1)`, [id])],
    ['an approval', (id: string) => sql(`update fuel_log.fill_up set state = 'recorded' where vehicle_id = $1 and state = 'held'`, [id])],
    ['a reading believed', (id: string) => sql(`update fuel_log.fill_up set odometer_counts = true where vehicle_id = $1 and not odometer_counts`, [id])],
    ['another date', (id: string) => sql(`update fuel_log.fill_up set fuel_date = fuel_date - interval '20 days' where id = (select to_fill_up_id from fuel_log.stretch where vehicle_id = $1 order by to_at desc limit 1)`, [id])],
    ['another price', (id: string) => sql(`update fuel_log.fill_up set total_cost_minor = 77 where vehicle_id = $1`, [id])],
    ['another vehicle', (id: string) => sql(`update fuel_log.fill_up set vehicle_id = $2 where id = (select id from fuel_log.fill_up where vehicle_id = $1 and state = 'recorded' and is_full_tank order by fuel_date offset 3 limit 1)`, [id, vehicles[1]])],
    ['a row that goes', (id: string) => sql(`delete from fuel_log.fill_up where id = (select f.id from fuel_log.fill_up f where f.vehicle_id = $1 and f.state = 'recorded' order by f.fuel_date offset 4 limit 1)`, [id])],
  ])('follows %s at once, and again when it is kept', async (_, change) => {
    await keep();
    const before = sorted(await truth());
    await change(vehicles[0] as string);
    expect(sorted(await truth())).not.toEqual(before);
    await expectTruth();
    expect(await keep()).toBeGreaterThan(0);
    await expectTruth();
  });

  it('needs no work for what says nothing about consumption', async () => {
    await keep();
    await sql(`update fuel_log.fill_up set notes = 'x', distance_since_last = 1, version = version + 1`);
    expect(await keep()).toBe(0);
  });

  it('adds up in the database as it does in code, for every group, kept or not', async () => {
    const compare = async (): Promise<void> => {
      const segments = await found();
      for (const by of groupings) {
        const { groups, total } = await app.app.get(Db).read(actor(), (tx) => app.app.get(FuelLookup).consumption(tx, everything, by));
        const keys = [...new Set(segments.map((s) => s[keyColumn[by]]))];
        expect(groups).toEqual(new Map(keys.map((k) => [k, sumOf(segments.filter((s) => s[keyColumn[by]] === k))])));
        expect(total).toEqual(sumOf(segments));
      }
    };
    await keep();
    await compare();
    await sql('update fuel_log.fill_up set total_cost_minor = 78 where vehicle_id = any($1)', [vehicles.slice(0, 3)]);
    await compare();
  });

  it('stays true while many write and the batch runs', async () => {
    const clients = await Promise.all([0, 1, 2].map(async () => {
      const client = new pg.Client({ connectionString: app.db.appUrl });
      await client.connect();
      await client.query(`select set_config('app.account_id', $1, false), set_config('app.scope', 'account', false)`, [company.accountId]);
      return client;
    }));
    let running = true;
    const keeping = (async () => {
      while (running) await keep();
    })();
    await Promise.all(clients.map(async (client, lane) => {
      for (let n = 0; n < 40; n += 1) {
        await client.query('begin');
        await client.query('update fuel_log.fill_up set total_cost_minor = $2 where id = (select id from fuel_log.fill_up where vehicle_id = $1 order by fuel_date, id offset $3 limit 1)', [vehicles[n % 3], lane * 1000 + n + 1, (n * 7 + lane) % 20]);
        if (n % 2) await new Promise((resolve) => setTimeout(resolve, 3));
        await client.query(n % 9 === 8 ? 'rollback' : 'commit');
      }
    }));
    running = false;
    await keeping;
    await expectTruth();
    await keep();
    await expectTruth();
    await Promise.all(clients.map((client) => client.end()));
  });

  it('is shown to people limited to parks as far as it ended there', async () => {
    const limited = await as(app, await addPerson(app, company, 'operator', { parkIds: [parks[1] as string] }));
    const segments = async () => (await limited.get('/api/v1/fuel_log/efficiency/segments').query({ from: everything.from.toISOString().replace('1970', '2026'), to: new Date(begin + 300 * dayMs).toISOString() }).expect(200)).body.segments as { park_id: string }[];
    const groups = async () => (await limited.get('/api/v1/fuel_log/efficiency').query({ by: 'park', from: '2026-01-01T00:00:00Z', to: new Date(begin + 300 * dayMs).toISOString() }).expect(200)).body.groups as { key: string; segments: number }[];
    for (const step of [() => sql('update fuel_log.fill_up set total_cost_minor = 79'), keep]) {
      await step();
      const seen = await segments();
      expect(seen.length).toBeGreaterThan(0);
      expect(new Set(seen.map((s) => s.park_id))).toEqual(new Set([parks[1]]));
      expect(await groups()).toMatchObject([{ key: parks[1], segments: seen.length }]);
    }
  });
});
