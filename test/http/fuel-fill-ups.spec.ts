import { randomUUID } from 'node:crypto';
import { testApp, type Agent, type TestApp } from '../support/app';
import { base, codes, day, fill, litres, vehicle, type Filled } from '../support/fuel';
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

const events = (name: string): Promise<{ payload: Record<string, unknown> }[]> =>
  app.db.sql(`select payload from outbox.event where name = $1 order by seq`, [name], '').then((rows) => rows as { payload: Record<string, unknown> }[]);
const odometerOf = async (id: string): Promise<number> => (await admin.get(`/api/v1/transport_registry/${id}`).expect(200)).body.odometer_km as number;
const refused = async (body: object, status: number, code: string): Promise<{ detail: string; errors?: { field: string }[] }> => {
  const answer = await admin.post(`${base}/fill_ups`).send(body);
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  return answer.body;
};

describe('a fill-up', () => {
  it('is kept as entered, converted, priced, and moves the odometer', async () => {
    const id = await vehicle(admin, { odometer_km: 10_000, tank_capacity_l: 50 });
    const filled = await fill(admin, litres(id, new Date(app.clock.now().getTime() + 1000).toISOString(), 10_450, 36, { cost_per_unit: 182.55, fuel_grade: '91', payment_method: 'mobile_money', receipt_reference: 'R-1', filled_by: 'Demo', notes: 'ok', location_data: { station_name: 'Demo Station', coordinates: { latitude: -1.29, longitude: 36.82 } } }));
    expect(filled).toMatchObject({ state: 'recorded', fuel_l: 36, energy_kwh: null, odometer_km: 10_450, total_cost_minor: 657_180, total_given: false, currency: 'KES', distance_since_last: 450, efficiency: 8, fuel_station: 'Demo Station', version: 1 });
    expect(await odometerOf(id)).toBe(10_450);
    const told = (await events('fuel.entry_recorded')).map((e) => e.payload).find((p) => p.fill_up_id === filled.id);
    expect(told).toMatchObject({ vehicle_id: id, counts: true, odometer_reading: 10_450, fuel_quantity: 36, total_cost_minor: 657_180, efficiency: 8, revision: 1 });
  });

  it('in gallons and miles is shown as entered and kept in litres and kilometres', async () => {
    const id = await vehicle(admin, { odometer_unit: 'mi' });
    const filled = await fill(admin, litres(id, day(1), 1000, 10, { unit_of_measure: 'gal_us' }));
    expect(filled).toMatchObject({ fuel_quantity: 10, unit_of_measure: 'gal_us', fuel_l: 37.85411784, odometer_reading: 1000, distance_unit: 'mi', odometer_km: 1609.344 });
    expect(await fill(admin, litres(id, day(2), 1100, 5, { unit_of_measure: 'gal_imp' }))).toMatchObject({ fuel_l: 22.73045, distance_since_last: 160.9 });
  });

  it('of current is counted in kWh', async () => {
    const id = await vehicle(admin, { fuel_type: 'electric', battery_capacity_kwh: 45 });
    expect(await fill(admin, litres(id, day(1), 500, 30.5, { fuel_type: 'electric', unit_of_measure: 'kwh' }))).toMatchObject({ energy_kwh: 30.5, fuel_l: null });
    expect(codes(await fill(admin, litres(id, day(3), 700, 60, { fuel_type: 'electric', unit_of_measure: 'kwh' })))).toEqual(['FUEL_TANK_EXCEEDED']);
  });

  it('may say the distance instead of the odometer', async () => {
    const id = await vehicle(admin);
    expect(await fill(admin, { ...litres(id, day(1), 1, 15), odometer_reading: undefined, trip_distance: 200 })).toMatchObject({ trip_distance_km: 200, distance_since_last: 200, efficiency: 7.5 });
  });

  it('keeps a given total and says when it does not fit', async () => {
    const id = await vehicle(admin);
    expect(await fill(admin, litres(id, day(1), 100, 10, { cost_per_unit: 100, total_cost_minor: 100_002 }))).toMatchObject({ total_cost_minor: 100_002, total_given: true, warnings: [] });
    const odd = await fill(admin, litres(id, day(2), 200, 10, { cost_per_unit: 100, total_cost_minor: 150_000 }));
    expect(odd.total_cost_minor).toBe(150_000);
    expect(codes(odd)).toEqual(['FUEL_TOTAL_INCONSISTENT']);
  });
});

describe('a fill-up is refused', () => {
  let id: string;
  beforeAll(async () => {
    id = await vehicle(admin);
    await fill(admin, litres(id, day(10), 5000, 30));
    await fill(admin, litres(id, day(12), 5600, 40));
  });
  const one = (more: object = {}): object => litres(id, day(13), 6000, 30, more);

  it.each<[string, object, number, string]>([
    ['below the last reading', { odometer_reading: 5599.9 }, 400, 'FUEL_ODOMETER_ROLLBACK'],
    ['above a later reading', { fuel_date: day(11), odometer_reading: 5600.1 }, 400, 'FUEL_ODOMETER_ROLLBACK'],
    ['below an earlier reading, entered late', { fuel_date: day(11), odometer_reading: 4999.9 }, 400, 'FUEL_ODOMETER_ROLLBACK'],
    ['of nothing', { fuel_quantity: 0 }, 400, 'FUEL_INVALID_QUANTITY'],
    ['of less than nothing', { fuel_quantity: -20 }, 400, 'FUEL_INVALID_QUANTITY'],
    ['in the future', { fuel_date: '2099-01-01T00:00:00Z' }, 400, 'FUEL_FUTURE_DATE'],
    ['with two distances', { trip_distance: 100 }, 400, 'FUEL_DISTANCE_AMBIGUOUS'],
    ['without a distance', { odometer_reading: undefined }, 400, 'FUEL_DISTANCE_REQUIRED'],
    ['of a grade diesel has', { fuel_grade: '#1' }, 400, 'FUEL_INVALID_GRADE'],
    ['of a grade current has not', { fuel_type: 'electric', unit_of_measure: 'kwh', fuel_grade: '87' }, 400, 'FUEL_INVALID_GRADE'],
    ['of petrol by the kWh', { unit_of_measure: 'kwh' }, 400, 'FUEL_UNIT_MISMATCH'],
    ['of current by the litre', { fuel_type: 'electric' }, 400, 'FUEL_UNIT_MISMATCH'],
    ['in a currency that is none', { currency: 'XQX' }, 400, 'FUEL_UNKNOWN_CURRENCY'],
    ['of another fuel, unconfirmed', { fuel_type: 'diesel' }, 409, 'FUEL_TYPE_MISMATCH'],
    ['with a decimal comma', { fuel_quantity: '45,5' }, 400, 'INVALID_INPUT'],
    ['as a text', { fuel_quantity: '45.5' }, 400, 'INVALID_INPUT'],
    ['with more decimals than are kept', { fuel_quantity: 45.5555 }, 400, 'INVALID_INPUT'],
    ['of an unknown fuel', { fuel_type: 'kerosene' }, 400, 'INVALID_INPUT'],
    ['with a negative reading', { odometer_reading: -1 }, 400, 'INVALID_INPUT'],
    ['with a day for a moment', { fuel_date: '2026-06-13' }, 400, 'INVALID_INPUT'],
    ['at a place nowhere', { location_data: { coordinates: { latitude: 91, longitude: 0 } } }, 400, 'INVALID_INPUT'],
    ['with what nobody asked for', { gallons: 3 }, 400, 'INVALID_INPUT'],
    ['for half a cent', { total_cost_minor: 10.5 }, 400, 'INVALID_INPUT'],
  ])('%s', async (_, more, status, code) => {
    const before = await app.db.sql<{ n: string }>('select count(*) as n from fuel_log.fill_up', [], people.north.accountId);
    await refused(one(more), status, code);
    expect(await app.db.sql('select count(*) as n from fuel_log.fill_up', [], people.north.accountId)).toEqual(before);
  });

  it('for the vehicle of somebody else, or of nobody', async () => {
    const stranger = await as(app, people.south.admin);
    const theirs = await vehicle(stranger);
    await refused(litres(theirs, day(1), 10, 10), 404, 'NOT_FOUND');
    await refused(litres(randomUUID(), day(1), 10, 10), 404, 'NOT_FOUND');
  });

  it('by the database too, when the grade does not exist', async () => {
    const row = `insert into fuel_log.fill_up (id, account_id, vehicle_id, fuel_date, odometer_reading, distance_unit, fuel_type, fuel_grade, fuel_quantity, unit_of_measure, currency, is_full_tank, missed_previous, state, source, recorded_by, created_at, updated_at)
      values (gen_random_uuid(), $1, $2, now(), 1, 'km', $3, $4, 1, $5, 'KES', true, false, 'recorded', 'staff', 'test', now(), now())`;
    const insert = (type: string, grade: string | null, unit: string): Promise<unknown> => app.db.sql(row, [people.north.accountId, id, type, grade, unit], people.north.accountId);
    await expect(insert('gasoline', '#1', 'l')).rejects.toThrow('does not exist for gasoline');
    await expect(insert('diesel', '87', 'l')).rejects.toThrow('does not exist for diesel');
    await expect(insert('electric', '87', 'kwh')).rejects.toThrow('does not exist for electric');
    await app.db.sql('begin');
    await insert('diesel', '#2', 'l');
    await app.db.sql('rollback');
  });
});

describe('what only warns', () => {
  it('another fuel is recorded once it is confirmed, and told', async () => {
    const id = await vehicle(admin, { fuel_type: 'diesel' });
    const body = litres(id, day(1), 100, 10);
    const asked = await refused(body, 409, 'FUEL_TYPE_MISMATCH');
    expect(asked).toMatchObject({ facts: { expected_fuel_type: 'diesel', entered_fuel_type: 'gasoline', confirm: true } });
    const filled = await fill(admin, { ...body, confirm: true });
    expect(codes(filled)).toEqual(['FUEL_TYPE_MISMATCH']);
    expect((await events('fuel.type_mismatch_detected')).map((e) => e.payload).filter((p) => p.vehicle_id === id)).toMatchObject([{ expected_fuel_type: 'diesel', entered_fuel_type: 'gasoline' }]);
  });

  it('more than the tank holds waits for a manager and counts nowhere until then', async () => {
    const id = await vehicle(admin, { tank_capacity_l: 50 });
    const held = await fill(admin, litres(id, day(1), 100, 50.5));
    expect(held).toMatchObject({ state: 'held' });
    expect(codes(held)).toEqual(['FUEL_TANK_EXCEEDED']);
    const told = async (name: string): Promise<number> => (await events(name)).filter((e) => e.payload.fill_up_id === held.id).length;
    expect([await told('fuel.quantity_anomaly'), await told('fuel.entry_recorded')]).toEqual([1, 0]);
    const operator = await as(app, people.north.operator);
    await operator.post(`${base}/fill_ups/${held.id}/approve`).send({ reason: 'two canisters' }).expect(403);
    const approved = await admin.post(`${base}/fill_ups/${held.id}/approve`).send({ reason: 'two canisters' }).expect(200);
    expect(approved.body).toMatchObject({ state: 'recorded', version: 2 });
    expect(await told('fuel.entry_recorded')).toBe(1);
    expect((await admin.post(`${base}/fill_ups/${held.id}/approve`).send({ reason: 'again' })).body.code).toBe('FUEL_NOT_HELD');
  });

  it('exactly a full tank is fine', async () => {
    const id = await vehicle(admin, { tank_capacity_l: 50 });
    expect(await fill(admin, litres(id, day(1), 100, 50))).toMatchObject({ state: 'recorded', warnings: [] });
  });

  it('a jump of the odometer is asked about; a wild one is kept out until somebody believes it', async () => {
    const id = await vehicle(admin);
    await fill(admin, litres(id, day(1), 19_000, 30));
    const wild = await fill(admin, litres(id, day(2), 199_105, 30));
    expect(wild).toMatchObject({ odometer_counts: false, distance_since_last: null });
    expect(codes(wild)).toEqual(['FUEL_ODOMETER_JUMP']);
    expect(await odometerOf(id)).toBe(19_000);
    expect(await fill(admin, litres(id, day(3), 19_910, 30))).toMatchObject({ odometer_counts: true, distance_since_last: 910 });
  });

  it('a first reading that an earlier fill-up has passed was only written down late', async () => {
    const id = await vehicle(admin, { odometer_km: 20_000 });
    const filled = await fill(admin, litres(id, day(1), 20_300, 30));
    expect(codes(filled)).toEqual(['FUEL_FIRST_READING_CORRECTED']);
    expect(await odometerOf(id)).toBe(20_300);
    await refused(litres(id, day(2), 20_299, 30), 400, 'FUEL_ODOMETER_ROLLBACK');
  });
});

describe('receipts entered late', () => {
  it('take their place between their neighbours, who are worked out again', async () => {
    const id = await vehicle(admin);
    await fill(admin, litres(id, day(1), 1000, 30));
    const last = await fill(admin, litres(id, day(9), 1800, 40));
    expect(last).toMatchObject({ distance_since_last: 800, efficiency: 5 });
    expect(await fill(admin, litres(id, day(5), 1400, 20))).toMatchObject({ distance_since_last: 400, efficiency: 5 });
    expect((await admin.get(`${base}/fill_ups/${last.id}`)).body).toMatchObject({ distance_since_last: 400, efficiency: 10, version: 1 });
    expect(await odometerOf(id)).toBe(1800);
  });

  it('race: of parallel neighbours no rollback slips through', async () => {
    const id = await vehicle(admin);
    const readings = [1000, 1200, 1100, 1300, 1250, 1400, 900, 1500];
    const answers = await Promise.all(readings.map((km, i) => admin.post(`${base}/fill_ups`).send(litres(id, day(1, i * 300), km, 20))));
    expect(answers.filter((a) => ![201, 400].includes(a.status)).map((a) => a.body)).toEqual([]);
    expect(answers.filter((a) => a.status === 400).every((a) => a.body.code === 'FUEL_ODOMETER_ROLLBACK')).toBe(true);
    const rows = await app.db.sql<{ km: string }>(`select odometer_km as km from fuel_log.fill_up where vehicle_id = $1 order by fuel_date`, [id], people.north.accountId);
    const kept = rows.map((r) => Number(r.km));
    expect(kept).toEqual([...kept].sort((a, b) => a - b));
    expect(kept.length).toBe(answers.filter((a) => a.status === 201).length);
    const figures = await app.db.sql<{ d: string | null }>(`select distance_since_last as d from fuel_log.fill_up where vehicle_id = $1 order by fuel_date`, [id], people.north.accountId);
    expect(figures.slice(1).map((f) => Number(f.d))).toEqual(kept.slice(1).map((km, i) => km - (kept[i] ?? 0)));
  });
});

describe('sent twice', () => {
  it('under its id it counts once, also at the same time', async () => {
    const id = await vehicle(admin);
    const body = { ...litres(id, day(1), 700, 33), id: randomUUID() };
    const answers = await Promise.all([1, 2, 3].map(() => admin.post(`${base}/fill_ups`).send(body)));
    expect(answers.map((a) => [a.status, a.body.id])).toEqual([1, 2, 3].map(() => [201, body.id]));
    expect((await admin.get(`${base}/fill_ups?vehicle_id=${id}`)).body.items).toHaveLength(1);
    expect((await events('fuel.entry_recorded')).filter((e) => e.payload.fill_up_id === body.id)).toHaveLength(1);
    await refused({ ...body, fuel_quantity: 34 }, 409, 'FUEL_ID_TAKEN');
  });

  it('an id of another account is taken', async () => {
    const mine = await fill(admin, litres(await vehicle(admin), day(1), 700, 33));
    const stranger = await as(app, people.south.admin);
    const answer = await stranger.post(`${base}/fill_ups`).send({ ...litres(await vehicle(stranger), day(1), 700, 33), id: mine.id });
    expect([answer.status, answer.body.code]).toEqual([409, 'FUEL_ID_TAKEN']);
  });
});

describe('a correction', () => {
  let id: string;
  let filled: Filled;
  beforeEach(async () => {
    id = await vehicle(admin, { tank_capacity_l: 60 });
    await fill(admin, litres(id, day(1), 1000, 40));
    filled = await fill(admin, litres(id, day(3), 1500, 40, { cost_per_unit: 100 }));
  });
  const amend = (body: object, version?: number): ReturnType<Agent['patch']> => {
    const request = admin.patch(`${base}/fill_ups/${filled.id}`);
    return (version === undefined ? request : request.set('if-match', `"${version}"`)).send({ reason: 'typed wrong', ...body });
  };

  it('says why, keeps what was, and moves everything that hangs on it', async () => {
    const next = await fill(admin, litres(id, day(5), 2000, 40));
    const answer = await amend({ odometer_reading: 1600, fuel_quantity: 30 }, 1).expect(200);
    expect(answer.body).toMatchObject({ odometer_reading: 1600, fuel_quantity: 30, total_cost_minor: 300_000, distance_since_last: 600, efficiency: 5, version: 2 });
    expect((await admin.get(`${base}/fill_ups/${next.id}`)).body).toMatchObject({ distance_since_last: 400, efficiency: 10 });
    const history = (await admin.get(`${base}/fill_ups/${filled.id}/history`).expect(200)).body.items;
    expect(history).toMatchObject([{ action: 'amended', reason: 'typed wrong', changes: { fuel_quantity: ['40.000', '30.000'], odometer_reading: ['1500.0', '1600.0'] } }]);
    const audited = await app.db.sql(`select 1 from audit.entry where subject_id = $1 and action = 'fuel_log.fill_up.amended' and reason = 'typed wrong'`, [filled.id], people.north.accountId);
    expect(audited).toHaveLength(1);
    const told = (await events('fuel.entry_recorded')).filter((e) => e.payload.fill_up_id === filled.id);
    expect(told.map((e) => e.payload.revision)).toEqual([1, 2]);
  });

  it('needs a reason and the version that was read', async () => {
    expect((await admin.patch(`${base}/fill_ups/${filled.id}`).send({ fuel_quantity: 30 })).body.code).toBe('INVALID_INPUT');
    await amend({ notes: 'first' }, 1).expect(200);
    expect((await amend({ notes: 'second' }, 1)).status).toBe(412);
  });

  it('that cannot be changes nothing', async () => {
    for (const [body, code] of [[{ odometer_reading: 900 }, 'FUEL_ODOMETER_ROLLBACK'], [{ fuel_quantity: 0 }, 'FUEL_INVALID_QUANTITY'], [{ fuel_date: '2099-01-01T00:00:00Z' }, 'FUEL_FUTURE_DATE']] as const) {
      expect((await amend(body)).body.code).toBe(code);
    }
    expect((await admin.get(`${base}/fill_ups/${filled.id}`)).body).toMatchObject({ version: 1, odometer_reading: 1500 });
    expect(await odometerOf(id)).toBe(1500);
  });

  it('beyond the tank makes it wait, back below lets it count', async () => {
    expect((await amend({ fuel_quantity: 70 }).expect(200)).body.state).toBe('held');
    expect((await amend({ fuel_quantity: 50 }).expect(200)).body).toMatchObject({ state: 'recorded', warnings: [] });
    const told = (await events('fuel.entry_recorded')).filter((e) => e.payload.fill_up_id === filled.id);
    expect(told.map((e) => e.payload.counts)).toEqual([true, false, true]);
  });

  it('by voiding leaves it to be seen, out of every figure', async () => {
    const next = await fill(admin, litres(id, day(5), 2000, 40));
    await admin.post(`${base}/fill_ups/${filled.id}/void`).send({ reason: 'entered for the wrong vehicle' }).expect(200);
    expect((await admin.get(`${base}/fill_ups?vehicle_id=${id}`)).body.items.map((f: Filled) => f.state)).toEqual(['recorded', 'voided', 'recorded']);
    expect((await admin.get(`${base}/fill_ups/${next.id}`)).body.distance_since_last).toBe(1000);
    expect((await amend({ notes: 'x' })).body.code).toBe('FUEL_VOIDED');
    await fill(admin, litres(id, day(3), 1200, 40));
  });

  it('of the last reading takes the odometer back', async () => {
    await amend({ odometer_reading: 1400 }).expect(200);
    expect(await odometerOf(id)).toBe(1400);
    await admin.post(`${base}/fill_ups/${filled.id}/void`).send({ reason: 'wrong' }).expect(200);
    expect(await odometerOf(id)).toBe(1000);
  });
});

describe('the list', () => {
  it('is limited to the parks of whoever asks', async () => {
    const park = (await admin.post('/api/v1/auth/parks').send({ name: 'Fuel yard' }).expect(201)).body.id as string;
    const inside = await fill(admin, litres(await vehicle(admin, { park_id: park }), day(1), 100, 10));
    const outside = await fill(admin, litres(await vehicle(admin), day(1), 100, 10));
    const limited = await as(app, await addPerson(app, people.north, 'operator', { parkIds: [park] }));
    expect((await limited.get(`${base}/fill_ups`).expect(200)).body.items.map((f: Filled) => f.id)).toEqual([inside.id]);
    await limited.get(`${base}/fill_ups/${outside.id}`).expect(404);
    await limited.post(`${base}/fill_ups/${outside.id}/void`).send({ reason: 'x' }).expect(404);
  });

  it('is filtered, and exported so that it can be read again', async () => {
    const id = await vehicle(admin);
    await fill(admin, litres(id, day(1), 100, 10, { fuel_station: 'North, "Main"' }));
    await fill(admin, litres(id, day(8), 300, 10, { fuel_station: '=cmd()' }));
    const some = await admin.get(`${base}/fill_ups`).query({ vehicle_id: id, from: day(2), to: day(9), q: 'cmd' }).expect(200);
    expect(some.body.items).toHaveLength(1);
    await fill(admin, litres(id, day(10), 500, 10, { fuel_station: 'Another CMD', receipt_reference: 'R-77' }));
    const first = (await admin.get(`${base}/fill_ups`).query({ vehicle_id: id, q: 'cmd', limit: 1 }).expect(200)).body;
    const second = (await admin.get(`${base}/fill_ups`).query({ vehicle_id: id, q: 'cmd', limit: 1, cursor: first.next_cursor }).expect(200)).body;
    expect([...first.items, ...second.items].map((f: Filled) => f.fuel_station)).toEqual(['Another CMD', '=cmd()']);
    expect(second.next_cursor).toBeNull();
    expect((await admin.get(`${base}/fill_ups`).query({ q: 'r-77' }).expect(200)).body.items).toHaveLength(1);
    const csv = (await admin.get(`${base}/fill_ups/export?vehicle_id=${id}`).expect(200)).text;
    expect(csv).toContain('"North, ""Main"""');
    expect(csv).toContain("'=cmd()");
    expect((await admin.get(`${base}/fill_ups?sort=nothing`)).body.code).toBe('UNKNOWN_SORT');
  });
});
