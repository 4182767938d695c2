import { randomUUID } from 'node:crypto';
import { testApp, type Agent, type TestApp } from '../support/app';
import { activeDriver, activeVehicle, addLicence, applicant, base, openShift } from '../support/drivers';
import { addPerson, as, settle, type People, type TestPerson } from '../support/people';

const hourMs = 3_600_000;
const me = `${base}/me`;

interface Phone {
  agent: Agent;
  driverId: string;
  login: TestPerson;
}

describe('the phone of a driver', () => {
  let app: TestApp;
  let people: People;
  let operator: Agent;

  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api' });
    people = await settle(app);
    operator = await as(app, people.north.operator);
  });
  afterAll(() => app?.close());

  const phone = async (): Promise<Phone> => {
    const login = await addPerson(app, people.north, 'driver');
    const driver = await activeDriver(operator, { user_id: login.id });
    return { agent: await as(app, login), driverId: driver.id, login };
  };
  const ago = (hours: number): string => new Date(Date.now() - hours * hourMs).toISOString();
  const count = async (table: string, driverId: string): Promise<number> => (await app.db.sql<{ n: number }>(`select count(*)::int as n from driver_module.${table} where driver_id = $1`, [driverId], people.north.accountId))[0]?.n ?? -1;

  it('shows the driver, the shift, the vehicle and the papers, and nobody else', async () => {
    const { agent, driverId } = await phone();
    const vehicleId = await activeVehicle(operator, { plate: 'KME 001A' });
    await operator.post(`${base}/shifts`).send({ driver_id: driverId, vehicle_id: vehicleId, from: new Date(Date.now() + hourMs).toISOString(), to: new Date(Date.now() + 5 * hourMs).toISOString() }).expect(201);
    expect((await agent.get(me).expect(200)).body).toMatchObject({ id: driverId, status: 'active', may_drive: true, blocked_by: [], rating: { average: null, count: 0 } });
    expect((await agent.get(`${me}/shift`).expect(200)).body).toMatchObject({ current: null, next: { vehicle_id: vehicleId, plate: 'KME 001A' } });
    expect((await agent.get(`${me}/vehicle`).expect(200)).body).toEqual({ vehicle: null });
    const { next } = (await agent.get(`${me}/shift`)).body;
    await agent.post(`${me}/shift/check_in`).send({ id: next.id, odometer_km: 10 }).expect(200);
    expect((await agent.get(`${me}/vehicle`)).body.vehicle).toMatchObject({ id: vehicleId, plate: 'KME 001A', odometer_km: 10, shift_id: next.id });
    expect((await agent.get(`${me}/documents`)).body.items).toHaveLength(1);
    for (const path of ['drivers', 'shifts', 'documents', 'reports', 'feedback', 'settings', `drivers/${driverId}`]) await agent.get(`${base}/${path}`).expect(403);
    const stranger = await as(app, people.south.driver);
    expect((await stranger.get(me).expect(422)).body.code).toBe('LOGIN_WITHOUT_DRIVER');
    await operator.get(me).expect(403);
  });

  it('may send everything twice', async () => {
    const { agent, driverId } = await phone();
    await activeVehicle(operator, { plate: 'KME 002A' });
    const [shift, out, report] = [randomUUID(), randomUUID(), randomUUID()];
    const queue = [
      () => agent.post(`${me}/shift/check_in`).send({ id: shift, plate: 'kme002a', at: ago(5), fuel_level_pct: 90 }),
      () => agent.post(`${me}/reports`).send({ id: report, kind: 'break', at: ago(4), text: 'tea', lat: -1.28, lon: 36.82 }),
      () => agent.post(`${me}/shift/check_out`).send({ id: out, shift_id: shift, at: ago(1), fuel_level_pct: 40 }),
    ];
    const first = [];
    for (const send of queue) first.push((await send()).body);
    const second = [];
    for (const send of [...queue, ...queue.reverse()]) second.push(await send());
    expect(second.map((a) => a.status)).toEqual([200, 201, 200, 200, 201, 200]);
    expect(second[1]?.body).toEqual(first[1]);
    expect(second[2]?.body).toEqual(first[2]);
    expect(first[1]).toMatchObject({ shift_id: shift, text: 'tea', lat: -1.28 });
    expect([await count('shift', driverId), await count('status_report', driverId)]).toEqual([1, 1]);
    const events = await app.db.sql<{ name: string }>(`select name from outbox.event where payload->>'shift_id' = $1 order by seq`, [shift], people.north.accountId);
    expect(events.map((e) => e.name)).toEqual(['driver_module.shift_started', 'driver_module.shift_ended']);
    expect((await agent.post(`${me}/shift/check_out`).send({ id: randomUUID(), shift_id: shift }).expect(409)).body.code).toBe('SHIFT_ENDED_ALREADY');
  });

  it('may send everything at once, ten times', async () => {
    const { agent, driverId } = await phone();
    const vehicle_id = await activeVehicle(operator);
    const id = randomUUID();
    const at = ago(2);
    const answers = await Promise.all(Array.from({ length: 10 }, () => agent.post(`${me}/shift/check_in`).send({ id, vehicle_id, at })));
    expect(answers.map((a) => a.status)).toEqual(Array<number>(10).fill(200));
    expect(await count('shift', driverId)).toBe(1);
  });

  it('may send the end before the beginning', async () => {
    const { agent, driverId } = await phone();
    const vehicle_id = await activeVehicle(operator);
    const [shift, out] = [randomUUID(), randomUUID()];
    const end = { id: out, shift_id: shift, at: ago(1), odometer_km: 120, damage_notes: 'none at all' };
    for (let twice = 0; twice < 2; twice += 1) expect((await agent.post(`${me}/shift/check_out`).send(end).expect(200)).body).toEqual({ shift_id: shift, state: 'waiting', shift: null });
    expect(await count('early_check_out', driverId)).toBe(1);
    const { body } = await agent.post(`${me}/shift/check_in`).send({ id: shift, vehicle_id, at: ago(6), odometer_km: 20 }).expect(200);
    expect(body).toMatchObject({ state: 'closed', to: end.at, end_odometer_km: 120, end_damage_notes: 'none at all' });
    expect((await agent.post(`${me}/shift/check_out`).send(end).expect(200)).body.state).toBe('closed');
    expect(await count('early_check_out', driverId)).toBe(0);
  });

  it('may send late what lies before the shift of somebody else', async () => {
    const { agent } = await phone();
    const other = await openShift(operator, { at: ago(2) });
    const [shift, out] = [randomUUID(), randomUUID()];
    const start = { id: shift, vehicle_id: other.vehicleId, at: ago(10) };
    expect((await agent.post(`${me}/shift/check_in`).send(start).expect(409)).body.code).toBe('SHIFT_OVERLAPS_VEHICLE');
    await agent.post(`${me}/shift/check_out`).send({ id: out, shift_id: shift, at: ago(3) }).expect(200);
    expect((await agent.post(`${me}/shift/check_in`).send(start).expect(200)).body.state).toBe('closed');
  });

  it('gets a shift of its own only', async () => {
    const { agent } = await phone();
    const { id, vehicleId } = await openShift(operator);
    expect((await agent.post(`${me}/shift/check_in`).send({ id, vehicle_id: vehicleId }).expect(409)).body.code).toBe('SHIFT_ID_TAKEN');
    await agent.post(`${me}/shift/check_out`).send({ id: randomUUID(), shift_id: id }).expect(404);
    await agent.post(`${me}/shift/check_in`).send({ id: randomUUID(), plate: 'NO SUCH' }).expect(404);
    await agent.post(`${me}/shift/check_in`).send({ id: randomUUID() }).expect(404);
    expect((await agent.post(`${me}/shift/check_in`).send({ id: randomUUID(), vehicle_id: vehicleId, at: ago(24 * 15) }).expect(400)).body.code).toBe('TOO_LONG_AGO');
    expect((await agent.post(`${me}/shift/check_in`).send({ id: randomUUID(), vehicle_id: await activeVehicle(operator), override_reason: 'me' }).expect(400)).body.code).toBe('INVALID_INPUT');
  });

  it.each<[string, object]>([
    ['no id', { kind: 'break' }],
    ['a kind of its own', { id: randomUUID(), kind: 'sleeping' }],
    ['half a place', { id: randomUUID(), kind: 'break', lat: 91 }],
    ['a driver', { id: randomUUID(), kind: 'break', driver_id: randomUUID() }],
    ['the future', { id: randomUUID(), kind: 'break', at: '2099-01-01T00:00:00Z' }],
  ])('cannot report with %s', async (_, body) => {
    const { agent } = await phone();
    await agent.post(`${me}/reports`).send(body).expect(400);
  });

  it('speaks of the colleague before, once, and is read before it counts', async () => {
    const colleague = await phone();
    const { agent, driverId } = await phone();
    const vehicle_id = await activeVehicle(operator);
    const earlier = randomUUID();
    await colleague.agent.post(`${me}/shift/check_in`).send({ id: earlier, vehicle_id, at: ago(12) }).expect(200);
    await colleague.agent.post(`${me}/shift/check_out`).send({ id: randomUUID(), shift_id: earlier, at: ago(5) }).expect(200);
    expect((await colleague.agent.post(`${me}/feedback`).send({ id: randomUUID(), shift_id: earlier, topic: 'vehicle_care', rating: 1 }).expect(422)).body.code).toBe('FEEDBACK_NOBODY_BEFORE');
    const shift_id = randomUUID();
    await agent.post(`${me}/shift/check_in`).send({ id: shift_id, vehicle_id, at: ago(4) }).expect(200);
    const said = { id: randomUUID(), shift_id, topic: 'vehicle_care', rating: 2, text: 'left crumbs' };
    const answer = (await agent.post(`${me}/feedback`).send(said).expect(201)).body;
    expect(answer).toEqual({ id: said.id, state: 'pending', topic: 'vehicle_care', rating: 2 });
    await agent.post(`${me}/feedback`).send(said).expect(201);
    expect((await agent.post(`${me}/feedback`).send({ ...said, id: randomUUID() }).expect(409)).body.code).toBe('FEEDBACK_GIVEN_ALREADY');
    expect((await colleague.agent.get(`${me}/feedback`)).body.items).toEqual([]);
    const [waiting] = (await operator.get(`${base}/feedback?state=pending`).expect(200)).body.items;
    expect(waiting).toMatchObject({ id: said.id, driver_id: colleague.driverId, author_driver_id: driverId, text: 'left crumbs', source: 'peer' });
    await operator.post(`${base}/feedback/${said.id}/publish`).set('if-match', '"1"').expect(200);
    expect((await operator.post(`${base}/feedback/${said.id}/publish`).expect(422)).body.code).toBe('FEEDBACK_STATE_REFUSED');
    const [mine] = (await colleague.agent.get(`${me}/feedback`)).body.items;
    expect(mine).toEqual({ id: said.id, topic: 'vehicle_care', rating: 2, text: 'left crumbs', given_at: expect.any(String) });
    expect((await colleague.agent.get(me)).body.rating).toEqual({ average: 2, count: 1, topics: [{ topic: 'vehicle_care', average: 2, count: 1 }] });
    await operator.post(`${base}/feedback/${said.id}/reject`).expect(200);
    expect((await operator.get(`${base}/drivers/${colleague.driverId}/rating`)).body).toEqual({ average: null, count: 0, topics: [] });
    const [input] = (await operator.get(`${base}/drivers/${colleague.driverId}/score_inputs`)).body.items;
    expect(input).toMatchObject({ name: 'rating_vehicle_care', value: 2, retracted_at: expect.any(String) });
  });

  it('is fed by what others record of the driver, known when it was known', async () => {
    const { driverId } = await phone();
    const path = `${base}/drivers/${driverId}/score_inputs`;
    const before = new Date().toISOString();
    const said = { name: 'harsh_braking_per_100_km', value: 1.5, unit: 'per 100 km', valid_from: ago(48), valid_to: ago(24), source_id: 'week 1' };
    await operator.post(path).send(said).expect(200);
    const twice = (await operator.post(path).send({ ...said, value: 9 }).expect(200)).body.items;
    expect(twice.map((i: { value: number }) => i.value)).toEqual([1.5]);
    expect((await operator.get(path).query({ known_at: before })).body.items).toEqual([]);
    expect((await operator.get(path).query({ valid_at: ago(36) })).body.items).toHaveLength(1);
    expect((await operator.get(path).query({ valid_at: ago(12) })).body.items).toEqual([]);
    expect((await operator.post(path).send({ ...said, name: 'Harsh Braking' }).expect(400)).body.code).toBe('INVALID_INPUT');
    expect((await operator.post(path).send({ ...said, valid_to: ago(72) }).expect(400)).body.code).toBe('SCORE_INPUT_SPAN');
    const now = new Date().toISOString();
    await operator.post(`${path}/${twice[0].id}/retract`).expect(204);
    await operator.post(`${path}/${twice[0].id}/retract`).expect(404);
    expect((await operator.get(path).query({ known_at: now })).body.items).toHaveLength(1);
  });

  it('is silent for a driver who left', async () => {
    const { agent, driverId } = await phone();
    await operator.post(`${base}/drivers/${driverId}/status`).send({ status: 'left', reason: 'x' }).expect(200);
    expect((await agent.get(me)).body).toMatchObject({ may_drive: false, blocked_by: [{ code: 'DRIVER_NOT_ACTIVE' }] });
    expect((await agent.post(`${me}/shift/check_in`).send({ id: randomUUID(), vehicle_id: await activeVehicle(operator) }).expect(422)).body.code).toBe('DRIVER_NOT_ACTIVE');
    const other = await applicant(operator);
    await addLicence(operator, other.id);
  });
});
