import { randomUUID } from 'node:crypto';
import { Db, systemActor } from '@fleet/platform/database';
import { DriverAt } from '@fleet/driver_module';
import { testApp, type Agent, type TestApp } from '../support/app';
import { activeDriver, activeVehicle, addLicence, applicant, base, openShift, tickAll } from '../support/drivers';
import { as, settle, type People } from '../support/people';

const hourMs = 3_600_000;

describe('shifts', () => {
  let app: TestApp;
  let people: People;
  let operator: Agent;

  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api' });
    people = await settle(app);
    operator = await as(app, people.north.operator);
  });
  afterAll(() => app?.close());
  afterEach(() => app.clock.reset());

  const ago = (hours: number): string => new Date(app.clock.now().getTime() - hours * hourMs).toISOString();
  const checkOut = (id: string, body: object = {}, agent = operator) => agent.post(`${base}/shifts/${id}/check_out`).send(body);
  const events = async (name: string, shiftId: string): Promise<Record<string, unknown>[]> =>
    (await app.db.sql<{ payload: Record<string, unknown> }>(`select payload from outbox.event where name = $1 and payload->>'shift_id' = $2 order by seq`, [`driver_module.${name}`, shiftId], people.north.accountId)).map((e) => e.payload);

  describe('from hand to hand', () => {
    it('keep odometer, fuel, damage and times, and tell of it', async () => {
      const driver = await activeDriver(operator);
      const vehicle_id = await activeVehicle(operator, { odometer_km: 1000 });
      app.clock.advance({ hours: 20 });
      const later = await as(app, people.north.operator);
      const began = ago(9);
      const start = (await later.post(`${base}/shifts/check_in`).send({ driver_id: driver.id, vehicle_id, at: began, odometer_km: 1010.5, fuel_level_pct: 80, damage_notes: 'scratch at the left door' }).expect(201)).body;
      expect(start).toMatchObject({ state: 'open', from: began, to: null, start_odometer_km: 1010.5, start_damage_notes: 'scratch at the left door', warnings: [] });
      const ended = ago(1);
      const end = (await checkOut(start.id, { at: ended, odometer_km: 1210, fuel_level_pct: 30.5, damage_notes: 'no more than before' }, later).expect(200)).body;
      expect(end).toMatchObject({ state: 'closed', from: began, to: ended, end_odometer_km: 1210, end_fuel_pct: 30.5, start_damage_notes: 'scratch at the left door', end_damage_notes: 'no more than before' });
      const series = (await later.get(`/api/v1/transport_registry/${vehicle_id}/odometer?sort=at`).expect(200)).body.items;
      expect(series.map((r: { odometer_km: number; source: string }) => [r.odometer_km, r.source])).toEqual([[1000, 'manual'], [1010.5, 'handover'], [1210, 'handover']]);
      expect(await events('shift_started', start.id)).toEqual([expect.objectContaining({ driver_id: driver.id, vehicle_id, from_at: began, odometer_km: 1010.5 })]);
      expect(await events('shift_ended', start.id)).toEqual([expect.objectContaining({ to_at: ended, odometer_km: 1210 })]);
      expect((await checkOut(start.id, {}, later).expect(409)).body.code).toBe('SHIFT_ENDED_ALREADY');
    });

    it('never stand still for an odometer that cannot be: it is marked and kept out of the series', async () => {
      const vehicle_id = await activeVehicle(operator, { odometer_km: 5000 });
      const driver = await activeDriver(operator);
      const { body } = await operator.post(`${base}/shifts/check_in`).send({ driver_id: driver.id, vehicle_id, odometer_km: 500 }).expect(201);
      expect(body).toMatchObject({ state: 'open', start_odometer_km: 500, warnings: [{ code: 'ODOMETER_ROLLBACK' }] });
      expect((await operator.get(`/api/v1/transport_registry/${vehicle_id}`)).body.odometer_km).toBe(5000);
      app.clock.advance({ hours: 13 });
      const end = (await checkOut(body.id, { odometer_km: 400 }, await as(app, people.north.operator)).expect(200)).body;
      expect(end.warnings.map((w: { code: string }) => w.code)).toEqual(['ODOMETER_ROLLBACK', 'SHIFT_TOO_LONG', 'ODOMETER_BELOW_START']);
    });

    it.each<[string, (ids: { driver_id: string; vehicle_id: string }) => object, number, string]>([
      ['in the future', (ids) => ({ ...ids, at: new Date(Date.now() + hourMs).toISOString() }), 400, 'SHIFT_IN_FUTURE'],
      ['with no offset', (ids) => ({ ...ids, at: '2026-01-01T08:00:00' }), 400, 'INVALID_INPUT'],
      ['with a negative odometer', (ids) => ({ ...ids, odometer_km: -1 }), 400, 'INVALID_INPUT'],
      ['with more than a full tank', (ids) => ({ ...ids, fuel_level_pct: 100.5 }), 400, 'INVALID_INPUT'],
      ['of nobody', (ids) => ({ ...ids, driver_id: randomUUID() }), 404, 'NOT_FOUND'],
      ['in no vehicle', (ids) => ({ ...ids, vehicle_id: randomUUID() }), 404, 'NOT_FOUND'],
      ['with a photograph nobody took', (ids) => ({ ...ids, photo_file_ids: [randomUUID()] }), 400, 'DRIVER_FILE_UNKNOWN'],
    ])('are refused %s', async (_, body, status, code) => {
      const ids = { driver_id: (await activeDriver(operator)).id, vehicle_id: await activeVehicle(operator) };
      expect((await operator.post(`${base}/shifts/check_in`).send(body(ids)).expect(status)).body.code).toBe(code);
    });

    it('are refused for an applicant and for a vehicle in repair', async () => {
      const driver_id = (await applicant(operator)).id;
      await addLicence(operator, driver_id);
      const vehicle_id = await activeVehicle(operator);
      await operator.post(`/api/v1/transport_registry/${vehicle_id}/status`).send({ status: 'in_repair' }).expect(200);
      const { body } = await operator.post(`${base}/shifts/check_in`).send({ driver_id, vehicle_id }).expect(422);
      expect(body.facts.faults.map((f: { code: string }) => f.code)).toEqual(['DRIVER_NOT_ACTIVE', 'VEHICLE_NOT_ACTIVE']);
    });
  });

  describe('one vehicle, one driver', () => {
    it('holds against the one who comes second', async () => {
      const { id, driver, vehicleId } = await openShift(operator);
      const other = await activeDriver(operator);
      expect((await operator.post(`${base}/shifts/check_in`).send({ driver_id: other.id, vehicle_id: vehicleId }).expect(409)).body).toMatchObject({ code: 'SHIFT_OVERLAPS_VEHICLE', facts: { shift_id: id } });
      expect((await operator.post(`${base}/shifts/check_in`).send({ driver_id: driver.id, vehicle_id: await activeVehicle(operator) }).expect(409)).body).toMatchObject({ code: 'SHIFT_OVERLAPS_DRIVER', facts: { shift_id: id } });
    });

    it('holds against ten who come at once', async () => {
      const vehicle_id = await activeVehicle(operator);
      const drivers = await Promise.all(Array.from({ length: 10 }, () => activeDriver(operator)));
      const taken = await Promise.all(drivers.map((d) => operator.post(`${base}/shifts/check_in`).send({ driver_id: d.id, vehicle_id })));
      expect(taken.map((a) => a.status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
      const driver_id = (await activeDriver(operator)).id;
      const vehicles = await Promise.all(Array.from({ length: 6 }, () => activeVehicle(operator)));
      const given = await Promise.all(vehicles.map((v) => operator.post(`${base}/shifts/check_in`).send({ driver_id, vehicle_id: v })));
      expect(given.map((a) => a.status).sort()).toEqual([201, ...Array<number>(5).fill(409)]);
      const planned = { from: new Date(Date.now() + 40 * hourMs).toISOString(), to: new Date(Date.now() + 44 * hourMs).toISOString() };
      const plans = await Promise.all(drivers.map((d) => operator.post(`${base}/shifts`).send({ driver_id: d.id, vehicle_id, ...planned })));
      expect(plans.map((a) => a.status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
    });

    it('is kept by the database itself', async () => {
      const { vehicleId, driver } = await openShift(operator);
      const other = await activeDriver(operator);
      const insert = (driverId: string, vehicle: string): Promise<object[]> =>
        app.db.sql(
          `insert into driver_module.shift (id, account_id, driver_id, subject_id, vehicle_id, kind, state, period, created_by, created_at, updated_at)
           values (gen_random_uuid(), $1, $2, $2, $3, 'shift', 'open', tstzrange(now(), null), 'x', now(), now())`,
          [people.north.accountId, driverId, vehicle],
          people.north.accountId,
        );
      await expect(insert(other.id, vehicleId)).rejects.toThrow('shift_vehicle_once');
      await expect(insert(driver.id, await activeVehicle(operator))).rejects.toThrow('shift_driver_once');
    });
  });

  describe('plans', () => {
    const at = (hours: number): string => new Date(Date.now() + hours * hourMs).toISOString();

    it('become shifts, or are changed and called off', async () => {
      const driver = await activeDriver(operator);
      const vehicle_id = await activeVehicle(operator);
      const id = randomUUID();
      const said = { id, driver_id: driver.id, vehicle_id, from: at(1), to: at(9) };
      const sooner = at(8);
      expect((await operator.post(`${base}/shifts`).send(said).expect(201)).body).toMatchObject({ id, state: 'planned', planned_from: said.from, from: null });
      await operator.post(`${base}/shifts`).send(said).expect(201);
      expect((await checkOut(id).expect(422)).body.code).toBe('SHIFT_NOT_STARTED');
      expect((await operator.patch(`${base}/shifts/${id}`).set('if-match', '"1"').send({ to: sooner }).expect(200)).body).toMatchObject({ planned_to: sooner, version: 2 });
      const started = (await operator.post(`${base}/shifts/${id}/check_in`).send({}).expect(200)).body;
      expect(started).toMatchObject({ state: 'open', planned_from: said.from });
      expect((await operator.post(`${base}/shifts/${id}/cancel`).send({ reason: 'x' }).expect(422)).body.code).toBe('SHIFT_NOT_PLANNED');
      const other = (await operator.post(`${base}/shifts`).send({ driver_id: driver.id, vehicle_id, from: at(30), to: at(38) }).expect(201)).body;
      expect((await operator.post(`${base}/shifts/${other.id}/cancel`).send({ reason: 'rain' }).expect(200)).body).toMatchObject({ state: 'cancelled', cancel_reason: 'rain' });
      expect((await operator.post(`${base}/shifts/${other.id}/check_in`).send({}).expect(422)).body.code).toBe('SHIFT_CANCELLED');
    });

    it('of somebody else do not stop who takes the vehicle, and are remembered', async () => {
      const vehicle_id = await activeVehicle(operator);
      const planned = (await operator.post(`${base}/shifts`).send({ driver_id: (await activeDriver(operator)).id, vehicle_id, from: ago(0.01), to: at(4) }).expect(201)).body;
      const taken = (await operator.post(`${base}/shifts/check_in`).send({ driver_id: (await activeDriver(operator)).id, vehicle_id }).expect(201)).body;
      expect(taken.warnings.map((w: { code: string }) => w.code)).toEqual(['VEHICLE_PLANNED_FOR_OTHER']);
      expect((await operator.post(`${base}/shifts/${planned.id}/check_in`).send({}).expect(409)).body.code).toBe('SHIFT_OVERLAPS_VEHICLE');
    });

    it('are begun although an earlier plan was never kept: rest is counted from work', async () => {
      const driver_id = (await activeDriver(operator)).id;
      const plan = (await operator.post(`${base}/shifts`).send({ driver_id, vehicle_id: await activeVehicle(operator), from: at(10), to: at(19) }).expect(201)).body;
      await app.db.sql(`update driver_module.shift set planned = tstzrange($2, $3) where id = $1`, [plan.id, ago(10), ago(1)], people.north.accountId);
      await operator.post(`${base}/shifts/check_in`).send({ driver_id, vehicle_id: await activeVehicle(operator) }).expect(201);
    });

    it('keep to hours of work and rest, that the account sets', async () => {
      const driver_id = (await activeDriver(operator)).id;
      const vehicle_id = await activeVehicle(operator);
      const plan = (from: number, to: number, more: object = {}) => operator.post(`${base}/shifts`).send({ driver_id, vehicle_id, from: at(from), to: at(to), ...more });
      expect((await plan(10, 23).expect(422)).body).toMatchObject({ code: 'SHIFT_TOO_LONG', facts: { max_minutes: 720, minutes: 780 } });
      await plan(10, 20).expect(201);
      expect((await plan(27, 30).expect(422)).body).toMatchObject({ code: 'SHIFT_REST_TOO_SHORT', facts: { minutes: 420, min_minutes: 480 } });
      expect((await plan(1, 3).expect(422)).body.code).toBe('SHIFT_REST_TOO_SHORT');
      expect((await plan(15, 25).expect(409)).body.code).toBe('SHIFT_OVERLAPS_DRIVER');
      await plan(28, 30).expect(201);
      await plan(200, 900, { kind: 'rental' }).expect(201);
      expect((await plan(5, 4).expect(400)).body.code).toBe('SHIFT_ENDS_BEFORE_START');
      expect((await plan(-5, -4).expect(400)).body.code).toBe('SHIFT_PLAN_IN_PAST');
    });
  });

  describe('corrections', () => {
    it('move who had the vehicle, keep what was said, and tell those who built on it', async () => {
      const { id, driver, vehicleId } = await openShift(operator, { at: ago(10) });
      await checkOut(id, { at: ago(4) }).expect(200);
      const other = await activeDriver(operator);
      const next = randomUUID();
      await operator.post(`${base}/shifts/check_in`).send({ id: next, driver_id: other.id, vehicle_id: vehicleId, at: ago(3) }).expect(201);
      const before = (await operator.get(`${base}/shifts/${id}`)).body;
      const [from, to] = [ago(9), ago(5)];
      const { body } = await operator.post(`${base}/shifts/${id}/correct`).send({ from, to, reason: 'forgot to check out at the yard' }).expect(200);
      expect(body).toMatchObject({ from, to, version: before.version + 1 });
      expect(await events('shift_corrected', id)).toEqual([expect.objectContaining({ driver_id: driver.id, vehicle_id: vehicleId, was: { from_at: before.from, to_at: before.to }, became: { from_at: from, to_at: to } })]);
      expect((await operator.post(`${base}/shifts/${id}/correct`).send({ to: ago(1), reason: 'x' }).expect(409)).body.code).toBe('SHIFT_OVERLAPS_VEHICLE');
      expect((await operator.post(`${base}/shifts/${id}/correct`).send({ from: to, to: from, reason: 'x' }).expect(400)).body.code).toBe('SHIFT_ENDS_BEFORE_START');
      expect((await operator.post(`${base}/shifts/${id}/correct`).send({ from, reason: 'x' }).expect(400)).body.code).toBe('SHIFT_CORRECTION_EMPTY');
      expect((await operator.post(`${base}/shifts/${next}/correct`).send({ to: ago(1), reason: 'x' }).expect(422)).body.code).toBe('SHIFT_STILL_OPEN');
      const { items } = (await operator.get(`${base}/shifts/${id}/corrections`).expect(200)).body;
      expect(items).toEqual([expect.objectContaining({ was_from: before.from, was_to: before.to, became_from: from, became_to: to, reason: 'forgot to check out at the yard', actor_id: people.north.operator.id })]);
      await operator.post(`${base}/shifts/${id}/void`).send({ reason: 'it was somebody else' }).expect(200);
      expect((await events('shift_corrected', id))[1]).toMatchObject({ became: null });
      await expect(app.db.sql(`delete from driver_module.shift_correction`, [], people.north.accountId)).rejects.toThrow('never changed or deleted');
    });

    it('are known to who asks who drove', async () => {
      const { id, driver, vehicleId } = await openShift(operator, { at: ago(10) });
      await checkOut(id, { at: ago(4) }).expect(200);
      const second = await openShift(operator, { vehicleId, at: ago(3) });
      const door = app.app.get(DriverAt);
      const moment = (hours: number): Date => new Date(ago(hours));
      const asked = [5, 3.5, 1, 11].map((h) => ({ vehicle_id: vehicleId, at: moment(h) }));
      const answer = await app.app.get(Db).read(systemActor(people.north.accountId, 'test'), async (tx) => ({
        many: (await door.driversOf(tx, asked)).map((d) => d?.driver_id),
        one: (await door.driverOf(tx, vehicleId, moment(5)))?.shift_id,
        vehicle: (await door.vehicleOf(tx, driver.id, moment(5)))?.vehicle_id,
        spans: (await door.spansOf(tx, [vehicleId], moment(6), moment(1))).map((s) => [s.driver_id, s.to === null]),
      }));
      expect(answer).toEqual({ many: [driver.id, undefined, second.driver.id, undefined], one: id, vehicle: vehicleId, spans: [[driver.id, false], [second.driver.id, true]] });
      const foreign = await app.app.get(Db).read(systemActor(people.south.accountId, 'test'), (tx) => door.driversOf(tx, asked));
      expect(foreign).toEqual(asked.map(() => undefined));
    });
  });

  describe('in a time zone that puts its clocks forward', () => {
    let berlin: Agent;
    beforeAll(async () => {
      const admin = await as(app, people.south.admin);
      await admin.patch('/api/v1/auth/account').send({ time_zone: 'Europe/Berlin' }).expect(200);
      berlin = admin;
    });

    /** The clock of the test cannot go back: the next spring in which Berlin loses an hour. */
    const night = (): { year: number; sunday: string; saturday: string } => {
      const year = new Date().getUTCFullYear() + 1;
      const last = new Date(Date.UTC(year, 2, 31));
      last.setUTCDate(31 - last.getUTCDay());
      const iso = (d: Date): string => d.toISOString().slice(0, 10);
      return { year, sunday: iso(last), saturday: iso(new Date(last.getTime() - 24 * hourMs)) };
    };

    it('a night shift has its real hours, on both its days', async () => {
      const { saturday, sunday } = night();
      const driver = await activeDriver(berlin);
      const vehicle_id = await activeVehicle(berlin);
      const [from, to] = [`${saturday}T22:00:00+01:00`, `${sunday}T06:00:00+02:00`];
      await berlin.patch(`${base}/settings`).send({ shift_max_minutes: 420 }).expect(200);
      await berlin.post(`${base}/shifts`).send({ driver_id: driver.id, vehicle_id, from, to }).expect(201);
      expect((await berlin.post(`${base}/shifts`).send({ driver_id: driver.id, vehicle_id, from: `${sunday}T22:00:00+02:00`, to: `${sunday}T29:00:00Z` }).expect(400)).body.code).toBe('INVALID_INPUT');
      app.clock.advance({ hours: (Date.parse(to) - Date.now()) / hourMs + 2 });
      const later = await as(app, people.south.admin);
      const shift = (await later.post(`${base}/shifts/check_in`).send({ driver_id: driver.id, vehicle_id: await activeVehicle(later), at: from }).expect(201)).body;
      await later.post(`${base}/shifts/${shift.id}/check_out`).send({ at: to }).expect(200);
      const { body } = await later.get(`${base}/drivers/${driver.id}/hours`).query({ from: saturday, to: sunday }).expect(200);
      expect(body).toEqual({ time_zone: 'Europe/Berlin', minutes: 420, days: [{ day: saturday, minutes: 120, shifts: 1 }, { day: sunday, minutes: 300, shifts: 1 }] });
    });

    it('a licence is good until midnight there', async () => {
      const { sunday } = night();
      const driver = await applicant(berlin);
      await tickAll(berlin, driver.id);
      await addLicence(berlin, driver.id, { expires_on: sunday });
      await berlin.post(`${base}/drivers/${driver.id}/status`).send({ status: 'active' }).expect(200);
      const vehicle_id = await activeVehicle(berlin);
      const faults = async (from: string): Promise<string[]> => (await berlin.get(`${base}/assignments/preview`).query({ driver_id: driver.id, vehicle_id, from }).expect(200)).body.faults.map((f: { code: string }) => f.code);
      expect(await faults(`${sunday}T23:59:00+02:00`)).toEqual([]);
      expect(await faults(`${sunday}T22:01:00Z`)).toEqual(['DRIVER_DOCUMENT_EXPIRED']);
    });
  });
});
