import { randomUUID } from 'node:crypto';
import { Db, systemActor } from '@fleet/platform/database';
import { DriverLookup } from '@fleet/driver_module';
import { testApp, type Agent, type TestApp } from '../support/app';
import { activeDriver, activeVehicle, addLicence, applicant, base, everyRowAsText, openShift } from '../support/drivers';
import { addPerson, as, settle, type People } from '../support/people';
import { jpeg } from '../support/pictures';

const hourMs = 3_600_000;
const schemas = ['driver_module', 'audit', 'outbox', 'http', 'files', 'jobs', 'crypto'];

describe('the privacy of drivers', () => {
  let app: TestApp;
  let people: People;
  let admin: Agent;
  let operator: Agent;

  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api' });
    people = await settle(app);
    admin = await as(app, people.north.admin);
    operator = await as(app, people.north.operator);
  });
  afterAll(() => app?.close());

  const one = (id: string): string => `${base}/drivers/${id}`;
  const ago = (hours: number): string => new Date(Date.now() - hours * hourMs).toISOString();

  /** Words that occur nowhere else, one for each place somebody may write about a driver. */
  const words = {
    name: 'Zebulon Quillfeather',
    phone: '+254788112233',
    email: 'zebulon@quillfeather.example',
    address: 'Quagmire Lane 7',
    contact: 'Philomena Quillfeather',
    notes: 'plays the bassoon',
    amended: 'Quicksand Alley 9',
    number: 'QX-778-ZZ',
    issuer: 'Quibble Office',
    paperNotes: 'torn at the corner',
    start: 'mudguard rattles',
    end: 'coffee on the seat',
    reason: 'overslept twice',
    listed: 'sold the radio',
    report: 'stuck near the quarry',
    feedback: 'whistles all day',
    early: 'key in the letterbox',
    cancel: 'toothache',
    file: 'zebulon-licence.jpg',
  };

  interface Told {
    id: string;
    driverNo: number;
    agent: Agent;
    fileId: string;
    shiftId: string;
    duplicateId: string;
  }

  /** A driver about whom something was written everywhere. */
  async function tell(): Promise<Told> {
    const login = await addPerson(app, people.north, 'driver');
    const driver = await activeDriver(operator, { user_id: login.id, phone: words.phone });
    const { id } = driver;
    const agent = await as(app, login);
    const contacts = [{ name: words.contact, phone: '+254788445566' }];
    await operator.patch(one(id)).send({ name: words.name, email: words.email, address: words.address, notes: words.notes, emergency_contacts: contacts, birth_date: '1971-11-13', tags: ['bassoonist'] }).expect(200);
    await operator.patch(one(id)).send({ address: words.amended }).expect(200);
    const fileId = (await operator.post(`${one(id)}/files`).attach('file', jpeg({ salt: 91 }), words.file).expect(201)).body.id as string;
    const paper = { kind: 'medical', number: words.number, issuer: words.issuer, notes: words.paperNotes, file_ids: [fileId], expires_on: '2098-07-06' };
    await operator.post(`${one(id)}/documents`).set('idempotency-key', 'paper-of-zebulon').send(paper).expect(201);
    await operator.post(`${one(id)}/status`).send({ status: 'suspended', reason: words.reason }).expect(200);
    await operator.post(`${one(id)}/status`).send({ status: 'active' }).expect(200);
    const vehicle_id = await activeVehicle(operator);
    const shiftId = randomUUID();
    await agent.post(`${base}/me/shift/check_in`).set('idempotency-key', 'check-in-of-zebulon').send({ id: shiftId, vehicle_id, at: ago(6), damage_notes: words.start, photo_file_ids: [fileId] }).expect(200);
    await agent.post(`${base}/me/reports`).send({ id: randomUUID(), kind: 'break', at: ago(5), text: words.report, lat: -1.2921, lon: 36.8219 }).expect(201);
    await operator.post(`${one(id)}/feedback`).send({ source: 'passenger', topic: 'conduct', rating: 4, text: words.feedback }).expect(201);
    await agent.post(`${base}/me/shift/check_out`).send({ id: randomUUID(), shift_id: randomUUID(), damage_notes: words.early }).expect(200);
    const plan = { driver_id: id, vehicle_id, from: new Date(Date.now() + 30 * hourMs).toISOString(), to: new Date(Date.now() + 35 * hourMs).toISOString() };
    const planned = (await operator.post(`${base}/shifts`).send(plan).expect(201)).body;
    await operator.post(`${base}/shifts/${planned.id}/cancel`).send({ reason: words.cancel }).expect(200);
    await operator.post(`${base}/shifts`).send(plan).expect(201);
    const duplicate = await applicant(operator, { name: words.name, notes: 'the second card of Zebulon' });
    await admin.post(`${one(id)}/merge`).send({ duplicate_id: duplicate.id }).expect(200);
    await operator.post(`${one(id)}/blacklist`).send({ reason: words.listed }).expect(200);
    return { id, driverNo: driver.driver_no, agent, fileId, shiftId, duplicateId: duplicate.id };
  }

  it('lets a person take along everything, and then forgets them everywhere', async () => {
    const { id, driverNo, agent, fileId, shiftId, duplicateId } = await tell();

    const taken = (await admin.get(`${one(id)}/personal_data`).expect(200)).text;
    for (const word of Object.values(words).filter((w) => ![words.file, words.early, words.feedback, words.end].includes(w))) expect(taken).toContain(word);
    expect(taken).toContain(fileId);
    expect(taken).not.toMatch(/_sealed|_index|name_tokens/);
    expect((await agent.get(`${base}/me/personal_data`).expect(200)).text).toContain(words.name);
    await operator.get(`${one(id)}/personal_data`).expect(403);

    expect((await admin.post(`${one(id)}/erasure/execute`).send({ confirm_driver_no: driverNo }).expect(422)).body.code).toBe('ERASURE_NOT_REQUESTED');
    const asked = (await agent.post(`${base}/me/erasure`).expect(201)).body;
    expect(asked).toMatchObject({ state: 'requested', report: { driver_no: driverNo, blockers: [{ code: 'DRIVER_HAS_OPEN_SHIFT' }] } });
    expect((await agent.post(`${base}/me/erasure`).expect(201)).body.id).toBe(asked.id);
    const parts = (list: { what: string }[]): string[] => list.map((part) => part.what);
    expect(parts(asked.report.erased)).toEqual(['profile', 'blacklist_reason', 'documents', 'files', 'shift_notes', 'status_reports', 'feedback_texts', 'history_details', 'login_link']);
    expect(parts(asked.report.stays)).toEqual(['number', 'shifts', 'audit', 'bookings', 'login']);
    await operator.post(`${one(id)}/erasure/execute`).send({ confirm_driver_no: driverNo }).expect(403);
    expect((await admin.post(`${one(id)}/erasure/execute`).send({ confirm_driver_no: driverNo }).expect(422)).body.code).toBe('DRIVER_HAS_OPEN_SHIFT');
    await agent.post(`${base}/me/shift/check_out`).send({ id: randomUUID(), shift_id: shiftId, at: ago(1), damage_notes: words.end }).expect(200);
    expect((await admin.post(`${one(id)}/erasure/execute`).send({ confirm_driver_no: driverNo + 1 }).expect(400)).body.code).toBe('ERASURE_NOT_CONFIRMED');
    const done = (await admin.post(`${one(id)}/erasure/execute`).set('idempotency-key', 'forget-zebulon').send({ confirm_driver_no: driverNo }).expect(200)).body;
    expect(done).toMatchObject({ state: 'executed', decided_by: people.north.admin.id });

    const gone = (await operator.get(one(id)).expect(200)).body;
    expect(gone).toMatchObject({ id, driver_no: driverNo, name: null, phone: null, email: null, birth_date: null, address: null, emergency_contacts: [], notes: null, tags: [], user_id: null, status: 'left', blacklist_reason: null });
    expect(gone.erased_at).not.toBeNull();
    const answers = await Promise.all(
      [`drivers/${id}`, `drivers/${duplicateId}`, `drivers/${id}/history?limit=500`, `drivers/${id}/documents`, `shifts?driver_id=${id}`, `drivers/${id}/reports`, `drivers/${id}/feedback`, `drivers/${id}/erasure`, 'drivers?limit=500', 'drivers?erased=true', `shifts/${shiftId}`, 'documents?limit=500', 'reports', 'feedback'].map(
        async (path) => JSON.stringify((await operator.get(`${base}/${path}`).expect(200)).body),
      ),
    );
    const exports = [(await admin.get(`${base}/drivers/export`)).text, (await admin.get(`${base}/drivers/export?erased=true`)).text, (await admin.get(`${one(id)}/personal_data`)).text];
    const remembered = await app.db.sql(`select 1 from http.idempotent_answer where key in ('paper-of-zebulon', 'check-in-of-zebulon')`, [], people.north.accountId);
    expect(remembered).toEqual([]);
    const rows = await everyRowAsText(app, schemas, people.north.accountId);
    expect(rows).toContain(`driver_module.driver (${id}`);
    for (const text of [rows, ...answers, ...exports]) {
      for (const word of [...Object.values(words), 'Zebulon', 'Quillfeather', '788112233', '1971-11-13', 'bassoonist', '2098-07-06', '36.8219']) expect(text).not.toContain(word);
    }
    for (const q of ['zebulon', 'quillfeather', words.phone, words.email]) {
      for (const erased of ['true', 'false']) expect((await operator.get(`${base}/drivers`).query({ q, erased })).body.items).toEqual([]);
    }
    expect((await operator.get(`${base}/documents?number=${words.number}`)).body.items).toEqual([]);
    await operator.get(`${base}/files/${fileId}`).expect(404);
    await agent.get(`${base}/me`).expect(401);
  });

  it('takes nothing more about who was forgotten, and keeps the account of it', async () => {
    const driver = await activeDriver(operator, { phone: '+254788000777' });
    const { id: shiftId, vehicleId } = await openShift(operator, { driverId: driver.id, at: ago(3) });
    await operator.post(`${base}/shifts/${shiftId}/check_out`).send({ at: ago(1) }).expect(200);
    await operator.post(`${one(driver.id)}/erasure`).expect(201);
    await operator.post(`${one(driver.id)}/erasure/withdraw`).expect(200);
    expect((await operator.post(`${one(driver.id)}/erasure/withdraw`).expect(422)).body.code).toBe('ERASURE_NOT_REQUESTED');
    await operator.post(`${one(driver.id)}/erasure`).expect(201);
    await admin.post(`${one(driver.id)}/erasure/execute`).send({ confirm_driver_no: driver.driver_no }).expect(200);
    for (const [path, body] of [['status', { status: 'applicant' }], ['documents', { kind: 'other' }], ['blacklist', { reason: 'x' }], ['feedback', { source: 'staff', topic: 'other', rating: 1 }], ['erasure', {}]] as const) {
      expect((await operator.post(`${one(driver.id)}/${path}`).send(body).expect(422)).body.code).toBe('DRIVER_ERASED');
    }
    expect((await operator.patch(one(driver.id)).send({ name: 'Demo' }).expect(422)).body.code).toBe('DRIVER_ERASED');
    expect((await operator.post(`${base}/shifts/check_in`).send({ driver_id: driver.id, vehicle_id: vehicleId }).expect(422)).body.code).toBe('DRIVER_ERASED');
    expect((await operator.get(`${base}/shifts/${shiftId}`)).body).toMatchObject({ driver_id: driver.id, vehicle_id: vehicleId, state: 'closed' });
    await applicant(operator, { phone: '+254788000777' });

    const { names, known } = await app.app.get(Db).read(systemActor(people.north.accountId, 'test'), async (tx) => ({
      names: await app.app.get(DriverLookup).names(tx, [driver.id]),
      known: await app.app.get(DriverLookup).require(tx, driver.id),
    }));
    expect(names.get(driver.id)).toBe(`Driver ${driver.driver_no}`);
    expect(known).toMatchObject({ erased: true, status: 'left' });
    const [event] = await app.db.sql<{ payload: object }>(`select payload from outbox.event where name = 'driver_module.driver_erased' and payload->>'driver_id' = $1`, [driver.id], people.north.accountId);
    expect(event?.payload).toEqual({ driver_id: driver.id, subject_ids: [driver.id] });
    expect((await admin.post('/api/v1/audit/verify').expect(200)).body).toMatchObject({ ok: true, faults: 0 });
  });

  describe('merging', () => {
    it('moves everything to the one who stays, and leads there from the other id', async () => {
      const kept = await activeDriver(operator, { phone: '+254788000801', tags: ['a'] });
      const gone = await activeDriver(operator, { phone: '+254788000802', email: 'gone@demo.example', address: '3 Demo Street', tags: ['b'] });
      const shift = await openShift(operator, { driverId: gone.id, at: ago(5) });
      await operator.post(`${base}/shifts/${shift.id}/check_out`).send({ at: ago(2), damage_notes: 'a dent' }).expect(200);
      const paper = await addLicence(operator, gone.id, { kind: 'permit', number: 'MERGE-1' });
      await operator.post(`${one(kept.id)}/merge`).send({ duplicate_id: gone.id }).expect(403);
      const merged = (await admin.post(`${one(kept.id)}/merge`).send({ duplicate_id: gone.id }).expect(200)).body;
      expect(merged).toMatchObject({ id: kept.id, phone: '+254788000801', email: 'gone@demo.example', address: '3 Demo Street', tags: ['a', 'b'] });
      expect((await operator.get(one(gone.id)).expect(200)).body.id).toBe(kept.id);
      expect((await operator.get(`${base}/shifts?driver_id=${gone.id}`)).body.items).toEqual([expect.objectContaining({ id: shift.id, driver_id: kept.id, end_damage_notes: 'a dent' })]);
      expect((await operator.get(`${base}/documents/${paper}`)).body).toMatchObject({ driver_id: kept.id, number: 'MERGE-1' });
      const history = (await operator.get(`${one(kept.id)}/history?limit=100`)).body.items as { action: string; driver_id: string; changes: object | null }[];
      expect(history.filter((c) => c.action === 'onboarded').map((c) => c.driver_id).sort()).toEqual([gone.id, kept.id].sort());
      expect(history.slice(0, 2).map((c) => c.action)).toEqual(['merged_away', 'merged']);
      expect((await operator.get(`${base}/drivers?q=gone@demo.example`)).body.items.map((d: { id: string }) => d.id)).toEqual([kept.id]);
      expect((await operator.get(`${base}/drivers`).query({ q: '+254788000802' })).body.items).toEqual([]);
      const lookup = app.app.get(DriverLookup);
      const known = await app.app.get(Db).read(systemActor(people.north.accountId, 'test'), (tx) => lookup.many(tx, [gone.id, kept.id]));
      expect([known.get(gone.id)?.id, known.get(kept.id)?.id]).toEqual([kept.id, kept.id]);
      expect((await admin.post(`${one(kept.id)}/merge`).send({ duplicate_id: gone.id }).expect(400)).body.code).toBe('DRIVER_MERGE_SAME');
      const [entry] = await app.db.sql<{ data: object }>(`select data from audit.entry where action = 'driver_module.driver.merged' and subject_id = $1`, [kept.id], people.north.accountId);
      expect(entry?.data).toEqual({ merged_id: gone.id });
    });

    it('is refused when both drove at once, have a login, or belong to others', async () => {
      const [one_, two] = [await openShift(operator), await openShift(operator)];
      expect((await admin.post(`${one(one_.driver.id)}/merge`).send({ duplicate_id: two.driver.id }).expect(409)).body.code).toBe('DRIVER_MERGE_SHIFTS_OVERLAP');
      const logins = [await addPerson(app, people.north, 'driver'), await addPerson(app, people.north, 'driver')];
      const [a, b] = [await applicant(operator, { user_id: logins[0]?.id }), await applicant(operator, { user_id: logins[1]?.id })];
      expect((await admin.post(`${one(a.id)}/merge`).send({ duplicate_id: b.id }).expect(422)).body.code).toBe('DRIVER_MERGE_TWO_LOGINS');
      const theirs = await applicant(await as(app, people.south.admin));
      await admin.post(`${one(a.id)}/merge`).send({ duplicate_id: theirs.id }).expect(404);
    });

    it('keeps somebody on the blacklist there', async () => {
      const [kept, gone] = [await applicant(operator), await applicant(operator)];
      await operator.post(`${one(gone.id)}/blacklist`).send({ reason: 'took the fuel card' }).expect(200);
      expect((await admin.post(`${one(kept.id)}/merge`).send({ duplicate_id: gone.id }).expect(200)).body).toMatchObject({ id: kept.id, blacklist_reason: 'took the fuel card' });
    });

    it('of the same pair at once, both ways, leaves one', async () => {
      const [a, b] = [await applicant(operator), await applicant(operator)];
      const answers = await Promise.all([admin.post(`${one(a.id)}/merge`).send({ duplicate_id: b.id }), admin.post(`${one(b.id)}/merge`).send({ duplicate_id: a.id })]);
      expect(answers.map((r) => r.status).sort()).toEqual([200, 400]);
    });
  });
});
