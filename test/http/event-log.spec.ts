import { randomUUID } from 'node:crypto';
import { DetectionWithdrawn, TripFinished, TripWithdrawn, VehicleDetection } from '@fleet/contracts';
import { testApp, type Agent, type TestApp } from '../support/app';
import { activeDriver, activeVehicle, base as drivers, openShift } from '../support/drivers';
import { derived, type EventItem, events, heard, listed, tell } from '../support/events';
import { addPerson, as, settle, type People } from '../support/people';

// The machine may be busy with other suites.
const hourMs = 3_600_000;

describe('the log of events', () => {
  let app: TestApp;
  let people: People;
  let operator: Agent;
  let account: string;

  beforeAll(async () => {
    app = await testApp();
    people = await settle(app);
    operator = await as(app, people.north.operator);
    account = people.north.accountId;
    await app.db.sql(`update auth.account set time_zone = 'Europe/Berlin' where id = $1`, [account], account);
  });
  afterAll(() => app?.close());

  const ago = (hours: number): string => new Date(Date.now() - hours * hourMs).toISOString();
  const report = async (body: object, agent = operator): Promise<EventItem> => {
    const answer = await agent.post(`${events}/events`).send(body);
    if (answer.status !== 201) throw new Error(`report: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as EventItem;
  };
  /** A shift of the past, from and to. */
  const worked = async (from: string, to: string, more: { vehicleId?: string } = {}): Promise<{ shiftId: string; driverId: string; vehicleId: string }> => {
    const shift = await openShift(operator, { at: from, ...more });
    await operator.post(`${drivers}/shifts/${shift.id}/check_out`).send({ at: to }).expect(200);
    return { shiftId: shift.id, driverId: shift.driver.id, vehicleId: shift.vehicleId };
  };
  const vehicleNo = async (id: string): Promise<number> => (await operator.get(`/api/v1/transport_registry/${id}`).expect(200)).body.vehicle_no as number;
  const trip = async (vehicleId: string, from: string, to: string, more: object = {}): Promise<{ trip_id: string }> => {
    const told = { trip_id: randomUUID(), revision: 1, vehicle_id: vehicleId, vehicle_no: await vehicleNo(vehicleId), from_at: from, to_at: to, from_place: { lat: -1.28, lon: 36.82 }, to_place: { lat: -1.3, lon: 36.9 }, distance_km: 12.5, moving_s: 1500, idle_s: 120, max_speed_kmh: 71, fuel_l: null, ...more };
    await tell(app, account, TripFinished, told);
    await heard(app, account);
    return told;
  };

  describe('of one driver on one day', () => {
    it.each([
      ['25 hours of the night in autumn', '2025-10-26', '2025-10-25T22:00:00Z', '2025-10-26T23:00:00Z'],
      ['23 hours of the night in spring', '2025-03-30', '2025-03-29T23:00:00Z', '2025-03-30T22:00:00Z'],
      ['24 hours of any other day', '2025-06-10', '2025-06-09T22:00:00Z', '2025-06-10T22:00:00Z'],
    ])('shows the %s', async (_, date, from, to) => {
      const at = (base: string, seconds: number): string => new Date(Date.parse(base) + seconds * 1000).toISOString();
      const shift = await worked(at(from, -3600), at(to, 3600));
      const moments = [at(from, -1), from, at(from, 3 * 3600), at(to, -1), to];
      for (const moment of moments) await report({ type: 'violation', kind: 'smoking', vehicle_id: shift.vehicleId, at: moment });
      const { items, next_cursor } = (await operator.get(`${events}/driver/${shift.driverId}?date=${date}`).expect(200)).body as { items: { at: string; type: string }[]; next_cursor: null };
      expect(items.filter((e) => e.type === 'violation').map((e) => e.at)).toEqual(moments.slice(1, 4).map((m) => new Date(m).toISOString()));
      expect(next_cursor).toBeNull();
      const paged = (await operator.get(`${events}/driver/${shift.driverId}?date=${date}&limit=2`).expect(200)).body;
      const rest = (await operator.get(`${events}/driver/${shift.driverId}?date=${date}&limit=2&cursor=${paged.next_cursor}`).expect(200)).body;
      expect([...paged.items, ...rest.items].map((e: { at: string }) => e.at)).toEqual(items.map((e) => e.at));
    });

    it.each(['', '?date=', '?date=yesterday', '?date=2025-02-30', '?date=2025-13-01', '?date=0000-00-00', '?date=2025-1-1'])('wants a day: %s', async (query) => {
      const driver = await activeDriver(operator);
      await operator.get(`${events}/driver/${driver.id}${query}`).expect(400);
    });

    it('is open to the driver for themselves, to nobody else and to no stranger', async () => {
      const login = await addPerson(app, people.north, 'driver');
      const mine = await activeDriver(operator, { user_id: login.id });
      const other = await activeDriver(operator);
      const phone = await as(app, login);
      await phone.get(`${events}/driver/${mine.id}?date=2025-06-10`).expect(200);
      await phone.get(`${events}/driver/${other.id}?date=2025-06-10`).expect(404);
      await phone.get(`${events}/events`).expect(403);
      await (await as(app, people.south.admin)).get(`${events}/driver/${mine.id}?date=2025-06-10`).expect(404);
      await (await as(app, people.north.investor)).get(`${events}/driver/${mine.id}?date=2025-06-10`).expect(403);
    });
  });

  describe('from telemetry', () => {
    it('keeps a trip once, with whoever drove, however often it is told', async () => {
      const shift = await worked(ago(10), ago(2));
      const told = await trip(shift.vehicleId, ago(8), ago(7));
      await tell(app, account, TripFinished, told);
      await heard(app, account);
      const items = await listed(operator, `type=trip&vehicle_id=${shift.vehicleId}`);
      expect(items).toHaveLength(1);
      expect(items[0]).toMatchObject({ reference: told.trip_id, driver_id: shift.driverId, outcome: 'attributed', method: 'automatic', state: 'accepted', revision: 1, details: { distance_km: 12.5 } });
    });

    it('takes the newest revision, whatever order they come in', async () => {
      const vehicleId = await activeVehicle(operator);
      const first = await trip(vehicleId, ago(5), ago(4));
      await trip(vehicleId, ago(5), ago(3.5), { ...first, revision: 3, to_at: ago(3), distance_km: 20 });
      await trip(vehicleId, ago(5), ago(4), { ...first, revision: 2, distance_km: 15 });
      const items = await listed(operator, `type=trip&vehicle_id=${vehicleId}`);
      expect(items).toHaveLength(1);
      expect(items[0]).toMatchObject({ revision: 2, details: { distance_km: 20 }, state: 'review', review: ['unattributed'] });
    });

    it('believes a withdrawal that comes first, and a later revision that follows it', async () => {
      const vehicleId = await activeVehicle(operator);
      const no = await vehicleNo(vehicleId);
      const [tripId, detectionId] = [randomUUID(), randomUUID()];
      await tell(app, account, TripWithdrawn, { trip_id: tripId, revision: 2, vehicle_id: vehicleId, vehicle_no: no });
      await tell(app, account, DetectionWithdrawn, { detection_id: detectionId, revision: 1, vehicle_id: vehicleId, vehicle_no: no });
      await heard(app, account);
      await trip(vehicleId, ago(5), ago(4), { trip_id: tripId, revision: 1 });
      const detection = { detection_id: detectionId, revision: 1, vehicle_id: vehicleId, vehicle_no: no, kind: 'overspeed', at: ago(4.5), to_at: null, place: null, value: 96, limit: 80, unit: 'km/h', details: { road: 'Mombasa Road' } };
      await tell(app, account, VehicleDetection, detection);
      await heard(app, account);
      expect((await listed(operator, `vehicle_id=${vehicleId}&state=withdrawn`)).map((e) => e.type).sort()).toEqual(['trip', 'violation']);
      await trip(vehicleId, ago(5), ago(4), { trip_id: tripId, revision: 3 });
      await tell(app, account, VehicleDetection, { ...detection, revision: 2 });
      await heard(app, account);
      expect(await listed(operator, `vehicle_id=${vehicleId}&state=withdrawn`)).toEqual([]);
      expect((await listed(operator, `vehicle_id=${vehicleId}&q=mombasa`))[0]).toMatchObject({ kind: 'overspeed', details: { value: 96, facts: { road: 'Mombasa Road' } } });
    });
  });

  describe('what a person said of a detection', () => {
    const detected = async (vehicleId: string, more: object = {}) => {
      const told = { detection_id: randomUUID(), revision: 1, vehicle_id: vehicleId, vehicle_no: await vehicleNo(vehicleId), kind: 'harsh_braking', at: ago(4), to_at: null, place: null, value: 5.1, limit: 3.5, unit: 'm/s2', details: {}, ...more };
      await tell(app, account, VehicleDetection, told);
      await heard(app, account);
      const [event] = await listed(operator, `vehicle_id=${vehicleId}&type=violation`);
      return { told, event: event as EventItem };
    };

    it('outlives its next revision: withdrawn stays withdrawn, a settled doubt stays settled', async () => {
      const [false_, alone] = [await detected(await activeVehicle(operator)), await detected(await activeVehicle(operator))];
      await operator.post(`${events}/events/${false_.event.id}/withdraw`).send({ reason: 'a pothole' }).expect(200);
      await operator.post(`${events}/events/${alone.event.id}/settle`).send({ reason: 'a test drive' }).expect(200);
      for (const { told } of [false_, alone]) await detected(told.vehicle_id, { ...told, revision: 2, value: 5.4 });
      expect(await listed(operator, `vehicle_id=${false_.told.vehicle_id}&type=violation`)).toMatchObject([{ state: 'withdrawn', revision: 2, details: { value: 5.4 } }]);
      expect(await listed(operator, `vehicle_id=${alone.told.vehicle_id}&type=violation`)).toMatchObject([{ state: 'accepted', review: [], revision: 2 }]);
    });
  });

  it('refuses words among the codes of a note: they belong into the text', async () => {
    const note = (details: object) => operator.post(`${events}/events`).send({ type: 'system', kind: 'note', at: ago(1), details });
    expect((await note({ about: 'somebody was seen here' }).expect(400)).body).toMatchObject({ code: 'EVENT_DETAILS_INVALID', errors: [{ field: 'details.about' }] });
    await note({ gate: 'G-7', opened: true, minutes: 4 }).expect(201);
  });

  it('after all of this every event stands where its rows say', async () => {
    await heard(app, account);
    expect(await app.db.sql(derived, [], account)).toEqual([]);
  });
});
