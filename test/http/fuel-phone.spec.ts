import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { Db, systemActor } from '@fleet/platform/database';
import { FuelAttribution } from '../../libs/fuel_log/src/fill_ups/attribution';
import { Trips } from '../../libs/fuel_log/src/trips/trip.service';
import { testApp, type Agent, type TestApp } from '../support/app';
import { activeDriver, openShift, type OpenShift } from '../support/drivers';
import { base, codes, day, fill, litres, vehicle } from '../support/fuel';
import { addPerson, as, settle, type People } from '../support/people';
import { gpsText, jpeg, zip } from '../support/pictures';

let app: TestApp;
let people: People;
let admin: Agent;
let driver: Agent;
let shift: OpenShift;

beforeAll(async () => {
  app = await testApp({ FLEET_ROLES: 'api', FILE_LIMIT_MB: '1' });
  people = await settle(app);
  admin = await as(app, people.north.admin, { steppedUp: true });
  driver = await as(app, people.north.driver);
  const { id } = await activeDriver(admin, { user_id: people.north.driver.id });
  shift = await openShift(admin, { driverId: id, vehicleId: await vehicle(admin), at: new Date(app.clock.now().getTime() - 3_600_000).toISOString() });
}, 60_000);
afterAll(() => app?.close());

const minutesAgo = (n: number): string => new Date(app.clock.now().getTime() - n * 60_000).toISOString();
const mine = (more: object = {}): object => ({ ...litres(shift.vehicleId, minutesAgo(10), 1000, 30), id: randomUUID(), vehicle_id: undefined, ...more });
const picture = (colour: string): Promise<Buffer> => sharp({ create: { width: 1200, height: 800, channels: 3, background: colour } }).jpeg().withExif({ IFD0: { Copyright: gpsText } }).toBuffer();
const hand = (agent: Agent, content: Buffer, path = 'receipts', name = 'receipt.jpg'): ReturnType<Agent['post']> => agent.post(`${base}/${path}`).attach('file', content, name);

describe('a driver', () => {
  it('records for the vehicle of the shift, once, and sees what is their own', async () => {
    const body = mine();
    const [first, again] = [await driver.post(`${base}/my/fill_ups`).send(body).expect(201), await driver.post(`${base}/my/fill_ups`).send(body).expect(201)];
    expect(again.body).toEqual(first.body);
    expect(first.body).toMatchObject({ vehicle_id: shift.vehicleId, driver_id: shift.driver.id, shift_id: shift.id, source: 'driver' });
    await fill(admin, litres(await vehicle(admin), day(1), 10, 10));
    expect((await driver.get(`${base}/my/fill_ups`).expect(200)).body.items.map((f: { id: string }) => f.id)).toEqual([first.body.id]);
    await driver.get(`${base}/fill_ups/${first.body.id}`).expect(403);
    await driver.post(`${base}/fill_ups/${first.body.id}/void`).send({ reason: 'x' }).expect(403);
  });

  it.each<[string, () => Promise<object>]>([
    ['of another vehicle', async () => mine({ vehicle_id: await vehicle(admin) })],
    ['of a vehicle of somebody else', async () => mine({ vehicle_id: await vehicle(await as(app, people.south.admin)) })],
    ['before the shift', async () => mine({ fuel_date: day(1) })],
  ])('is refused a fill-up %s', async (_, body) => {
    const answer = await driver.post(`${base}/my/fill_ups`).send(await body());
    expect([answer.status, answer.body.code]).toEqual([422, 'FUEL_NOT_YOUR_VEHICLE']);
  });

  it('without a driver’s row has nothing', async () => {
    const other = await as(app, await addPerson(app, people.north, 'driver'));
    await other.get(`${base}/my/fill_ups`).expect(404);
    await other.post(`${base}/my/fill_ups`).send(mine()).expect(404);
  });
});

describe('a receipt', () => {
  it('is photographed first and typed later', async () => {
    const taken = (await hand(driver, await picture('#aa0000'), 'my/receipts', '../../etc/passwd.jpg').field('note', 'pump 4').expect(201)).body;
    expect(taken).toMatchObject({ state: 'to_be_typed', vehicle_id: shift.vehicleId, has_thumbnail: true, original_filename: 'passwd.jpg', note: 'pump 4' });
    expect((await admin.get(`${base}/receipts?state=to_be_typed`)).body.items.map((r: { id: string }) => r.id)).toContain(taken.id);
    const typed = await fill(admin, { ...litres(shift.vehicleId, minutesAgo(5), 1100, 20), receipt_ids: [taken.id] });
    expect(typed.receipt_ids).toEqual([taken.id]);
    expect((await admin.get(`${base}/receipts/${taken.id}`)).body).toMatchObject({ state: 'typed', fill_up_id: typed.id });
    const other = await admin.post(`${base}/fill_ups`).send({ ...litres(shift.vehicleId, minutesAgo(4), 1150, 20), receipt_ids: [taken.id] });
    expect([other.status, other.body.code]).toEqual([409, 'RECEIPT_NOT_WAITING']);
    await admin.post(`${base}/fill_ups/${typed.id}/void`).send({ reason: 'read wrong' }).expect(200);
    expect((await admin.get(`${base}/receipts/${taken.id}`)).body.state).toBe('to_be_typed');
  });

  it('is stored without its camera’s notes, shown small, and safely served', async () => {
    const { id } = (await hand(admin, await picture('#00aa00')).expect(201)).body;
    const whole = await admin.get(`${base}/receipts/${id}/picture`).buffer(true).expect(200);
    expect(whole.headers).toMatchObject({ 'content-type': 'image/jpeg', 'x-content-type-options': 'nosniff', 'content-security-policy': expect.stringContaining('sandbox') });
    expect((whole.body as Buffer).includes(gpsText)).toBe(false);
    const small = await admin.get(`${base}/receipts/${id}/thumbnail`).buffer(true).expect(200);
    const { format, width, height, exif } = await sharp(small.body as Buffer).metadata();
    expect({ format, width, height, exif }).toEqual({ format: 'jpeg', width: 320, height: 213, exif: undefined });
  });

  it('sent twice is one; of two people it is told', async () => {
    const same = await picture('#0000aa');
    const answers = await Promise.all([1, 2, 3].map(() => hand(driver, same, 'my/receipts')));
    expect(new Set(answers.map((a) => a.body.id)).size).toBe(1);
    expect((await hand(admin, same).expect(201)).body).toMatchObject({ seen_elsewhere: true });
  });

  it('is opened by nobody else', async () => {
    const { id } = (await hand(admin, await picture('#00aaaa')).expect(201)).body;
    const stranger = await as(app, people.south.admin);
    for (const path of ['', '/picture', '/thumbnail']) await stranger.get(`${base}/receipts/${id}${path}`).expect(404);
    await driver.get(`${base}/my/receipts/${id}/picture`).expect(404);
    const theirs = (await hand(driver, await picture('#aaaa00'), 'my/receipts').expect(201)).body.id as string;
    await driver.get(`${base}/my/receipts/${theirs}/picture`).expect(200);
    const answer = await stranger.post(`${base}/fill_ups`).send({ ...litres(await vehicle(stranger), day(1), 10, 10), receipt_ids: [theirs] });
    expect(answer.status).toBe(404);
    expect((await stranger.get(`${base}/fill_ups`)).body.items).toEqual([]);
  });

  it.each<[string, () => Promise<Buffer> | Buffer, number, string]>([
    ['a picture that is also an archive', async () => Buffer.concat([await picture('#111111'), zip()]), 415, 'FILE_DISGUISED'],
    ['a page named like a picture', () => Buffer.from('<html><script>alert(1)</script>'), 415, 'FILE_TYPE_NOT_ALLOWED'],
    ['a document', () => Buffer.from('%PDF-1.7\n%%EOF\n'), 415, 'FILE_TYPE_NOT_ALLOWED'],
    ['too much', () => jpeg({ padBytes: 1_100_000 }), 413, 'FILE_TOO_LARGE'],
    ['nothing', () => Buffer.alloc(0), 400, 'FILE_EMPTY'],
  ])('is not %s', async (_, content, status, code) => {
    const answer = await hand(admin, await content());
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('is discarded with a reason, detached, and attached again', async () => {
    const { id } = (await hand(admin, await picture('#123456')).expect(201)).body;
    const filled = await fill(admin, litres(await vehicle(admin), day(1), 100, 10));
    await admin.post(`${base}/receipts/${id}/attach`).send({ fill_up_id: filled.id }).expect(200);
    await admin.post(`${base}/receipts/${id}/attach`).send({ fill_up_id: filled.id }).expect(200);
    expect((await admin.post(`${base}/receipts/${id}/discard`).send({ reason: 'a cat' })).body.code).toBe('RECEIPT_NOT_WAITING');
    await admin.post(`${base}/receipts/${id}/detach`).send({ reason: 'another one' }).expect(200);
    expect((await admin.post(`${base}/receipts/${id}/discard`).send({ reason: 'a cat' }).expect(200)).body.state).toBe('discarded');
  });
});

describe('trips', () => {
  const log = (id: string, from: string, to: string, odo_start: number, odo_end: number): object => ({ vehicle_id: id, start_at: from, end_at: to, odo_start, odo_end });

  it('are written down, corrected with a reason, and withdrawn', async () => {
    const id = await vehicle(admin, { odometer_unit: 'mi' });
    const trip = (await admin.post(`${base}/trips`).send(log(id, day(1), day(1, 60), 100, 150)).expect(201)).body;
    expect(trip).toMatchObject({ distance_km: 80.4672, distance_unit: 'mi', source: 'manual' });
    expect((await admin.post(`${base}/trips`).send(log(id, day(1, 30), day(1, 90), 150, 200))).body.code).toBe('TRIP_OVERLAPS');
    expect((await admin.patch(`${base}/trips/${trip.id}`).set('if-match', '"1"').send({ reason: 'misread', odo_end: 160 }).expect(200)).body).toMatchObject({ odo_end: 160, version: 2 });
    await admin.patch(`${base}/trips/${trip.id}`).set('if-match', '"1"').send({ reason: 'misread', odo_end: 170 }).expect(412);
    await admin.post(`${base}/trips/${trip.id}/withdraw`).send({ reason: 'never was' }).expect(200);
    expect((await admin.get(`${base}/trips?vehicle_id=${id}`)).body.items).toEqual([]);
    expect((await admin.get(`${base}/trips?vehicle_id=${id}&withdrawn=true`)).body.items).toHaveLength(1);
    await admin.post(`${base}/trips`).send(log(id, day(1, 30), day(1, 90), 150, 200)).expect(201);
  });

  it.each<[string, object, string]>([
    ['backwards in time', { end_at: day(0) }, 'TRIP_ENDS_BEFORE_START'],
    ['in the future', { end_at: '2099-01-01T00:00:00Z' }, 'TRIP_IN_FUTURE'],
    ['backwards on the road', { odo_end: 99 }, 'TRIP_ODOMETER_ROLLBACK'],
  ])('are refused %s', async (_, more, code) => {
    const answer = await admin.post(`${base}/trips`).send({ ...log(await vehicle(admin), day(1), day(2), 100, 150), ...more });
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  it('that telemetry found follow its newest revision, in whatever order it is told', async () => {
    const id = await vehicle(admin);
    const trip_id = randomUUID();
    const place = { lat: -1.2, lon: 36.8 };
    const told = (revision: number, distance_km: number) => ({ trip_id, revision, vehicle_id: id, vehicle_no: 1, from_at: day(1), to_at: day(1, 50), from_place: place, to_place: place, distance_km, moving_s: 3000, idle_s: 0, max_speed_kmh: 80, fuel_l: null });
    const hear = (what: 'found' | 'never', payload: object): Promise<unknown> =>
      app.app.get(Db).write(systemActor(people.north.accountId, 'test'), async (tx) => {
        tx.withoutAudit('a test');
        await app.app.get(Trips)[what]({ payload } as never, tx);
      });
    const shown = async (): Promise<unknown[]> => (await admin.get(`${base}/trips?vehicle_id=${id}`)).body.items.map((t: { distance_km: number }) => t.distance_km);
    await hear('found', told(2, 22));
    await hear('found', told(1, 11));
    await hear('found', told(2, 22));
    expect(await shown()).toEqual([22]);
    await hear('never', { trip_id, revision: 4, vehicle_id: id, vehicle_no: 1 });
    await hear('found', told(3, 33));
    expect(await shown()).toEqual([]);
    await hear('found', told(5, 55));
    expect(await shown()).toEqual([55]);
    expect((await admin.post(`${base}/trips/${trip_id}/withdraw`).send({ reason: 'x' })).body.code).toBe('TRIP_DETECTED');
  });
});

describe('who bought it', () => {
  it('is asked again when a shift is corrected, and forgotten with the person', async () => {
    const filled = (await driver.post(`${base}/my/fill_ups`).send(mine({ fuel_date: minutesAgo(2), odometer_reading: 1900, filled_by: 'Somebody by name', notes: 'told me a story' })).expect(201)).body;
    const corrected = { shift_id: shift.id, driver_id: shift.driver.id, vehicle_id: shift.vehicleId, vehicle_no: 1, was: { from_at: minutesAgo(600), to_at: null }, became: null };
    const hear = (what: 'again' | 'erased', payload: object): Promise<unknown> =>
      app.app.get(Db).write(systemActor(people.north.accountId, 'test'), async (tx) => {
        tx.withoutAudit('a test');
        await app.app.get(FuelAttribution)[what]({ payload } as never, tx);
      });
    await app.db.sql('update fuel_log.fill_up set driver_id = null where id = $1', [filled.id], people.north.accountId);
    await hear('again', corrected);
    expect((await admin.get(`${base}/fill_ups/${filled.id}`)).body).toMatchObject({ driver_id: shift.driver.id, filled_by: 'Somebody by name' });
    await hear('erased', { driver_id: shift.driver.id, subject_ids: [] });
    expect((await admin.get(`${base}/fill_ups/${filled.id}`)).body).toMatchObject({ driver_id: shift.driver.id, filled_by: null, notes: null, fuel_l: 30 });
  });
});

describe('questions', () => {
  const asked = async (id: string): Promise<{ id: string; kind: string; question: string; evidence: object[]; version: number }[]> => (await admin.get(`${base}/anomalies?vehicle_id=${id}&state=open`).expect(200)).body.items;

  it('are asked with evidence, answered with a note, and stay answered', async () => {
    const id = await vehicle(admin);
    const first = await fill(admin, litres(id, day(1), 1000, 30, { receipt_reference: `TWICE-${id}` }));
    const second = await fill(admin, litres(id, day(1, 20), 1005, 30, { receipt_reference: `twice-${id}` }));
    const open = await asked(id);
    expect(open.map((q) => q.kind).sort()).toEqual(['receipt_twice', 'too_close_together']);
    for (const q of open) expect([q.question.endsWith('?'), JSON.stringify(q.evidence)]).toEqual([true, expect.stringContaining(first.id)]);
    const [one] = open;
    const review = (state: string, version: number): ReturnType<Agent['post']> => admin.post(`${base}/anomalies/${one?.id}/review`).set('if-match', `"${version}"`).send({ state, note: 'the first pump stopped' });
    expect((await review('explained', 1).expect(200)).body).toMatchObject({ state: 'explained', note: 'the first pump stopped', reviewed_by: people.north.admin.id, version: 2 });
    await review('dismissed', 1).expect(412);
    await admin.patch(`${base}/fill_ups/${second.id}`).send({ reason: 'note', notes: 'x' }).expect(200);
    expect((await asked(id)).map((q) => q.id)).toEqual(open.slice(1).map((q) => q.id));
    await (await as(app, people.south.admin)).post(`${base}/anomalies/${one?.id}/review`).send({ state: 'dismissed', note: 'x' }).expect(404);
  });

  it('go with what a correction answers', async () => {
    const id = await vehicle(admin, { tank_capacity_l: 40 });
    const filled = await fill(admin, litres(id, day(1), 1000, 300));
    expect((await asked(id)).map((q) => q.kind)).toEqual(['more_than_tank']);
    await admin.patch(`${base}/fill_ups/${filled.id}`).send({ reason: 'one nought too many', fuel_quantity: 30 }).expect(200);
    expect(await asked(id)).toEqual([]);
  });

  it('about a price compare with what the fleet paid last', async () => {
    const id = await vehicle(admin, { fuel_type: 'diesel' });
    const diesel = (n: number, price: number): object => litres(id, day(n), 1000 + n * 100, 30, { fuel_type: 'diesel', cost_per_unit: price });
    for (let n = 1; n <= 6; n += 1) await fill(admin, diesel(n, 170 + n));
    expect(await asked(id)).toEqual([]);
    await fill(admin, diesel(7, 260));
    expect(await asked(id)).toMatchObject([{ kind: 'price_outlier', evidence: [{ what: 'fill_up' }, { what: 'prices', facts: { fill_ups: 6 } }] }]);
  });

  it('about a wild reading let it count once somebody vouches for it', async () => {
    const id = await vehicle(admin);
    await fill(admin, litres(id, day(1), 1000, 30));
    const far = await fill(admin, litres(id, day(2), 12_000, 30));
    expect(codes(far)).toEqual(['FUEL_ODOMETER_JUMP']);
    const [question] = await asked(id);
    await admin.post(`${base}/anomalies/${question?.id}/review`).send({ state: 'explained', note: 'new dashboard' }).expect(200);
    expect((await admin.get(`${base}/fill_ups/${far.id}`)).body).toMatchObject({ odometer_counts: true, distance_since_last: 11_000 });
    expect((await admin.get(`/api/v1/transport_registry/${id}`)).body.odometer_km).toBe(12_000);
  });
});
