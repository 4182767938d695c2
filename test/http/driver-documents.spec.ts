import { randomUUID } from 'node:crypto';
import { Db, systemActor } from '@fleet/platform/database';
import { DocumentExpiry } from '../../libs/driver_module/src/tasks/document-expiry';
import { testApp, type Agent, type TestApp } from '../support/app';
import { activeDriver, activeVehicle, addLicence, applicant, base, tickAll } from '../support/drivers';
import { addPerson, as, settle, type People } from '../support/people';
import { jpeg } from '../support/pictures';

/** By the calendar of the companies here, who are in Nairobi: three hours of the day it is tomorrow there. */
const day = (offset: number): string => new Date(Date.now() + 3 * 3_600_000 + offset * 86_400_000).toISOString().slice(0, 10);

describe('papers of drivers', () => {
  let app: TestApp;
  let people: People;
  let operator: Agent;
  let foreign: Agent;

  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api' });
    people = await settle(app);
    operator = await as(app, people.north.operator);
    foreign = await as(app, people.south.admin);
  });
  afterAll(() => app?.close());
  afterEach(() => app.clock.reset());

  const add = (driverId: string, body: object, agent = operator) => agent.post(`${base}/drivers/${driverId}/documents`).send(body);

  it.each<[string, object, string]>([
    ['an unknown kind', { kind: 'passport' }, 'INVALID_INPUT'],
    ['a licence without number', { kind: 'licence' }, 'DOCUMENT_NUMBER_REQUIRED'],
    ['a number of dashes', { kind: 'id', number: '---' }, 'DOCUMENT_NUMBER_REQUIRED'],
    ['categories of an insurance', { kind: 'insurance', categories: ['B'] }, 'DOCUMENT_CATEGORIES_ONLY_LICENCE'],
    ['a category that is none', { kind: 'licence', number: '1', categories: ['b class'] }, 'INVALID_INPUT'],
    ['an issue in the future', { kind: 'other', issued_on: day(2) }, 'DOCUMENT_ISSUED_IN_FUTURE'],
    ['an expiry before the issue', { kind: 'other', issued_on: day(-10), expires_on: day(-11) }, 'DOCUMENT_DAYS_REVERSED'],
    ['an expiry on the day of issue', { kind: 'other', issued_on: day(-10), expires_on: day(-10) }, 'DOCUMENT_DAYS_REVERSED'],
    ['a file nobody uploaded', { kind: 'other', file_ids: ['7d0c6a4e-8a55-4c39-9d3a-1f0a1f6f0001'] }, 'DRIVER_FILE_UNKNOWN'],
  ])('refuse %s', async (_, body, code) => {
    const { id } = await applicant(operator);
    expect((await add(id, body).expect(400)).body.code).toBe(code);
  });

  it('keep a past expiry as expired, with a warning', async () => {
    const { id } = await applicant(operator);
    const { body } = await add(id, { kind: 'licence', number: 'DL 1', categories: ['B', 'C1'], issuer: 'Demo Office', issued_on: day(-400), expires_on: day(-2) }).expect(201);
    expect(body).toMatchObject({ state: 'expired', number: 'DL 1', issuer: 'Demo Office', categories: ['B', 'C1'], verified_by: people.north.operator.id, warnings: [{ code: 'DOCUMENT_ALREADY_EXPIRED' }] });
    expect((await add(id, { kind: 'medical', expires_on: day(10) }).expect(201)).body).toMatchObject({ state: 'expiring', warnings: [] });
    expect((await add(id, { kind: 'other', expires_on: day(100) }).expect(201)).body.state).toBe('valid');
  });

  it('have a number once: of the same driver, of another, and free again when withdrawn', async () => {
    const [one, two] = [await applicant(operator), await applicant(operator)];
    const first = (await add(one.id, { kind: 'licence', number: 'ab-12 34' }).expect(201)).body;
    expect((await add(one.id, { kind: 'licence', number: 'AB1234' }).expect(409)).body.code).toBe('DOCUMENT_ALREADY_THERE');
    expect((await add(two.id, { kind: 'licence', number: 'AB 12-34' }).expect(409)).body.code).toBe('DOCUMENT_NUMBER_TAKEN');
    await add(two.id, { kind: 'permit', number: 'AB1234' }).expect(201);
    await add((await applicant(foreign)).id, { kind: 'licence', number: 'AB1234' }, foreign).expect(201);
    expect((await operator.get(`${base}/documents?number=ab1234&kind=licence`)).body.items.map((d: { id: string }) => d.id)).toEqual([first.id]);
    await operator.post(`${base}/documents/${first.id}/withdraw`).send({ reason: 'belongs to somebody else' }).expect(200);
    await add(two.id, { kind: 'licence', number: 'AB1234' }).expect(201);
    expect((await operator.post(`${base}/documents/${first.id}/withdraw`).send({ reason: 'x' }).expect(422)).body.code).toBe('DOCUMENT_WITHDRAWN');
    await foreign.get(`${base}/documents/${first.id}`).expect(404);
  });

  it('are given once by ten twins', async () => {
    const drivers = await Promise.all(Array.from({ length: 10 }, () => applicant(operator)));
    const answers = await Promise.all(drivers.map((d) => add(d.id, { kind: 'licence', number: 'TWIN-1' })));
    expect(answers.map((a) => a.status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
  });

  it('are amended with everything else kept', async () => {
    const { id } = await applicant(operator);
    const doc = (await add(id, { kind: 'licence', number: 'AM 1', issuer: 'Demo Office', notes: 'blue', expires_on: day(-1) }).expect(201)).body;
    const renewed = (await operator.patch(`${base}/documents/${doc.id}`).set('if-match', '"1"').send({ expires_on: day(700) }).expect(200)).body;
    expect(renewed).toMatchObject({ number: 'AM 1', issuer: 'Demo Office', notes: 'blue', state: 'valid', version: 2 });
    expect((await operator.get(`${base}/documents?number=am1`)).body.items).toHaveLength(1);
    expect((await operator.patch(`${base}/documents/${doc.id}`).send({ number: null }).expect(400)).body.code).toBe('DOCUMENT_NUMBER_REQUIRED');
    const { items } = (await operator.get(`${base}/drivers/${id}/history`)).body;
    expect(items[0]).toMatchObject({ action: 'document_amended', changes: { expires_on: [day(-1), day(700)] } });
  });

  it('decide who gets a vehicle', async () => {
    const { id } = await applicant(operator);
    await tickAll(operator, id);
    await operator.post(`${base}/drivers/${id}/status`).send({ status: 'active' }).expect(200);
    const vehicle_id = await activeVehicle(operator);
    const start = () => operator.post(`${base}/shifts/check_in`).send({ driver_id: id, vehicle_id });
    expect((await start().expect(422)).body).toMatchObject({ code: 'DRIVER_DOCUMENT_MISSING', facts: { kind: 'licence' } });
    await addLicence(operator, id, { expires_on: day(-3), number: 'OLD-1' });
    expect((await start().expect(422)).body).toMatchObject({ code: 'DRIVER_DOCUMENT_EXPIRED', facts: { kind: 'licence', expires_on: day(-3) } });
    const preview = (await operator.get(`${base}/assignments/preview`).query({ driver_id: id, vehicle_id }).expect(200)).body;
    expect(preview).toEqual({ allowed: false, faults: [{ code: 'DRIVER_DOCUMENT_EXPIRED', detail: expect.any(String), overridable: true }] });
    await addLicence(operator, id, { expires_on: day(3), number: 'NEW-1' });
    await start().expect(201);
  });

  it('may be passed over by an admin with a reason, which is kept', async () => {
    const { id } = await applicant(operator);
    await tickAll(operator, id);
    await operator.post(`${base}/drivers/${id}/status`).send({ status: 'active' }).expect(200);
    const said = { driver_id: id, vehicle_id: await activeVehicle(operator), override_reason: 'the office is closed, copy seen' };
    expect((await operator.post(`${base}/shifts/check_in`).send(said).expect(403)).body.code).toBe('SHIFT_OVERRIDE_NOT_YOURS');
    const { body } = await (await as(app, people.north.admin)).post(`${base}/shifts/check_in`).send(said).expect(201);
    expect(body.overridden).toEqual(['DRIVER_DOCUMENT_MISSING']);
    const [entry] = await app.db.sql<{ data: object }>(`select data from audit.entry where subject_id = $1 and action = 'driver_module.shift.started'`, [body.id], people.north.accountId);
    expect(entry?.data).toMatchObject({ overridden: ['DRIVER_DOCUMENT_MISSING'] });
    expect((await operator.get(`${base}/drivers/${id}/history`)).body.items[0]).toMatchObject({ action: 'shift_started', reason: said.override_reason });
  });

  it('from a phone count once somebody has looked at them', async () => {
    const login = await addPerson(app, people.north, 'driver');
    const { id } = await applicant(operator, { user_id: login.id });
    await tickAll(operator, id);
    await operator.post(`${base}/drivers/${id}/status`).send({ status: 'active' }).expect(200);
    const phone = await as(app, login);
    const file = (await phone.post(`${base}/me/files`).set('idempotency-key', 'upload-0001').attach('file', jpeg({ salt: 77 }), 'licence.jpg').expect(201)).body;
    const twice = (await phone.post(`${base}/me/files`).set('idempotency-key', 'upload-0001').attach('file', jpeg({ salt: 77 }), 'licence.jpg').expect(201)).body;
    expect(twice.id).toBe(file.id);
    const said = { id: randomUUID(), kind: 'licence', number: 'PH-1', expires_on: day(400), file_ids: [file.id] };
    const sent = (await phone.post(`${base}/me/documents`).send(said).expect(201)).body;
    expect(sent).toMatchObject({ id: said.id, verified_at: null, warnings: [{ code: 'DOCUMENT_WAITS' }] });
    await phone.post(`${base}/me/documents`).send(said).expect(201);
    expect((await phone.get(`${base}/me/documents`)).body.items).toHaveLength(1);
    expect((await phone.get(`${base}/me`)).body).toMatchObject({ may_drive: false, blocked_by: [{ code: 'DRIVER_DOCUMENT_MISSING', detail: 'The licence waits to be verified.' }] });
    await phone.get(`${base}/me/files/${file.id}`).expect(200);
    await operator.get(`${base}/files/${file.id}`).expect(200);
    await foreign.get(`${base}/files/${file.id}`).expect(404);
    expect((await operator.get(`${base}/documents?verified=false`)).body.items.map((d: { id: string }) => d.id)).toEqual([said.id]);
    await operator.post(`${base}/documents/${said.id}/verify`).expect(200);
    expect((await operator.post(`${base}/documents/${said.id}/verify`).expect(422)).body.code).toBe('DOCUMENT_VERIFIED_ALREADY');
    expect((await phone.get(`${base}/me`)).body.may_drive).toBe(true);
    const other = await as(app, people.north.driver);
    await applicant(operator, { user_id: people.north.driver.id });
    await other.get(`${base}/me/files/${file.id}`).expect(404);
    expect((await other.post(`${base}/me/documents`).send({ ...said, id: randomUUID(), number: 'PH-2' }).expect(400)).body.code).toBe('DRIVER_FILE_UNKNOWN');
    expect((await other.post(`${base}/me/documents`).send({ ...said, number: 'PH-3', file_ids: [] }).expect(409)).body.code).toBe('DOCUMENT_ID_TAKEN');
  });

  it('are told of once when they are about to expire, and once when they have', async () => {
    await app.db.sql(`delete from outbox.event where name = 'driver_module.document_expiring'`, [], people.north.accountId);
    const { id } = await activeDriver(operator);
    const doc = (await add(id, { kind: 'medical', expires_on: day(12) }).expect(201)).body.id as string;
    const left = await applicant(operator);
    await add(left.id, { kind: 'medical', expires_on: day(12) }).expect(201);
    await operator.post(`${base}/drivers/${left.id}/status`).send({ status: 'left', reason: 'x' }).expect(200);
    const expiry = app.app.get(DocumentExpiry);
    const told = async (): Promise<object[]> =>
      (await app.db.sql<{ payload: object }>(`select payload from outbox.event where name = 'driver_module.document_expiring' and payload->>'driver_id' = any($1) order by seq`, [[id, left.id]], people.north.accountId)).map((e) => e.payload);
    await expiry.tellAll();
    await Promise.all([expiry.tellAll(), expiry.tellAll()]);
    expect(await told()).toEqual([{ driver_id: id, document_id: doc, kind: 'medical', state: 'expiring', expires_on: day(12), days_left: 12 }]);
    app.clock.advance({ hours: 24 * 13 });
    await expiry.tellAll();
    await expiry.tellAll();
    expect(await told()).toHaveLength(2);
    expect((await told())[1]).toMatchObject({ state: 'expired', days_left: -1 });
    await app.app.get(Db).read(systemActor(people.north.accountId, 'test'), async (tx) => expect(await tx.one('select expiry_told from driver_module.document where id = $1', [doc])).toEqual({ expiry_told: 'expired' }));
  });
});
