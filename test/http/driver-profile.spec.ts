import { addPerson, as, settle, type People } from '../support/people';
import { testApp, type Agent, type TestApp } from '../support/app';
import { activeDriver, activeVehicle, addLicence, applicant, base, everyRowAsText, openShift, tickAll } from '../support/drivers';

describe('drivers', () => {
  let app: TestApp;
  let people: People;
  let admin: Agent;
  let operator: Agent;
  let foreign: Agent;

  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api' });
    people = await settle(app);
    admin = await as(app, people.north.admin);
    operator = await as(app, people.north.operator);
    foreign = await as(app, people.south.admin);
  });
  afterAll(() => app?.close());

  const one = (id: string): string => `${base}/drivers/${id}`;

  describe('onboarding', () => {
    it('answers 201 with the driver, and keeps nothing personal in clear', async () => {
      const said = {
        name: 'Demo Driver Zoë Unmistakable',
        phone: '+254 799 123456',
        email: 'Zoe.Unmistakable@demo.example',
        birth_date: '1987-04-21',
        address: '7 Demoroad, Unmistakaville',
        emergency_contacts: [{ name: 'Demo Contact Rememberme', phone: '+254 799 654321', relation: 'sibling' }],
        notes: 'prefers quietstreets',
        tags: ['night'],
      };
      const answer = await operator.post(`${base}/drivers`).send(said).expect(201);
      expect(answer.headers.location).toBe(one(answer.body.id));
      expect(answer.body).toMatchObject({ ...said, status: 'applicant', version: 1, hired_on: null, warnings: [] });
      expect(answer.body.driver_no).toBeGreaterThan(0);
      expect((await operator.get(one(answer.body.id)).expect(200)).body).toMatchObject(said);
      const rows = await everyRowAsText(app, ['driver_module', 'audit', 'outbox', 'http'], people.north.accountId);
      expect(rows).toContain(`driver_module.driver (${answer.body.id}`);
      for (const secret of ['Unmistakable', 'unmistakable', '799123456', '799 123456', '1987-04-21', 'Unmistakaville', 'Rememberme', 'quietstreets']) {
        expect(rows).not.toContain(secret);
        expect(rows).not.toContain(Buffer.from(secret).toString('hex'));
      }
    });

    it.each<[string, object, string, string]>([
      ['no name', {}, 'INVALID_INPUT', 'name'],
      ['a name of dots', { name: '...' }, 'DRIVER_NAME_EMPTY', 'name'],
      ['a name that never ends', { name: 'x'.repeat(121) }, 'INVALID_INPUT', 'name'],
      ['a name that is no text', { name: { $ne: null } }, 'INVALID_INPUT', 'name'],
      ['a phone of letters', { name: 'Demo', phone: 'call me maybe' }, 'DRIVER_PHONE_INVALID', 'phone'],
      ['an e-mail that is none', { name: 'Demo', email: 'demo at example' }, 'INVALID_INPUT', 'email'],
      ['a birth in the future', { name: 'Demo', birth_date: '2099-01-01' }, 'DRIVER_BORN_IN_FUTURE', 'birth_date'],
      ['a birth in another age', { name: 'Demo', birth_date: '1899-12-31' }, 'DRIVER_BIRTH_DATE_IMPLAUSIBLE', 'birth_date'],
      ['a day that is none', { name: 'Demo', birth_date: '1990-02-30' }, 'INVALID_INPUT', 'birth_date'],
      ['too many contacts', { name: 'Demo', emergency_contacts: Array.from({ length: 6 }, () => ({ name: 'a', phone: '1234567' })) }, 'INVALID_INPUT', 'emergency_contacts'],
      ['a contact without phone', { name: 'Demo', emergency_contacts: [{ name: 'a' }] }, 'INVALID_INPUT', 'emergency_contacts.0.phone'],
      ['a contact with a bad phone', { name: 'Demo', emergency_contacts: [{ name: 'a', phone: 'x' }] }, 'DRIVER_PHONE_INVALID', 'emergency_contacts.0.phone'],
      ['a status', { name: 'Demo', status: 'active' }, 'INVALID_INPUT', 'status'],
      ['an account', { name: 'Demo', account_id: '7d0c6a4e-8a55-4c39-9d3a-1f0a1f6f0001' }, 'INVALID_INPUT', 'account_id'],
      ['a login nobody has', { name: 'Demo', user_id: '7d0c6a4e-8a55-4c39-9d3a-1f0a1f6f0001' }, 'DRIVER_LOGIN_UNKNOWN', 'user_id'],
    ])('refuses %s', async (_, body, code, field) => {
      const { body: problem } = await operator.post(`${base}/drivers`).send(body).expect(400);
      expect(problem).toMatchObject({ code, errors: [expect.objectContaining({ field })] });
    });

    it('refuses a park that is not there and one of somebody else', async () => {
      const park = (await foreign.post('/api/v1/auth/parks').send({ name: 'Theirs' }).expect(201)).body;
      for (const park_id of [park.id, '7d0c6a4e-8a55-4c39-9d3a-1f0a1f6f0001']) {
        expect((await operator.post(`${base}/drivers`).send({ name: 'Demo', park_id }).expect(400)).body.code).toBe('UNKNOWN_PARK');
      }
    });

    it('knows a phone number and an e-mail in any spelling, within the account', async () => {
      await applicant(operator, { phone: '+254 711-000 111', email: 'same@demo.example' });
      expect((await operator.post(`${base}/drivers`).send({ name: 'Demo', phone: '00254711000111' }).expect(409)).body.code).toBe('DRIVER_PHONE_TAKEN');
      expect((await operator.post(`${base}/drivers`).send({ name: 'Demo', email: ' SAME@demo.example' }).expect(409)).body.code).toBe('DRIVER_EMAIL_TAKEN');
      await applicant(foreign, { phone: '+254711000111', email: 'same@demo.example' });
    });

    it('gives ten twins one driver', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => operator.post(`${base}/drivers`).send({ name: 'Demo Twin', phone: '+254722000999' })));
      expect(answers.map((a) => a.status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
    });

    it('links a login once, of a driver of this account only', async () => {
      const login = await addPerson(app, people.north, 'driver');
      await applicant(operator, { user_id: login.id });
      expect((await operator.post(`${base}/drivers`).send({ name: 'Demo', user_id: login.id }).expect(409)).body.code).toBe('DRIVER_LOGIN_TAKEN');
      for (const user of [people.north.operator.id, people.south.driver.id]) {
        expect((await operator.post(`${base}/drivers`).send({ name: 'Demo', user_id: user }).expect(400)).body.code).toBe('DRIVER_LOGIN_UNKNOWN');
      }
    });
  });

  describe('life cycle', () => {
    it('makes nobody active before the required items are done', async () => {
      const { id } = await applicant(operator);
      const refused = await operator.post(`${one(id)}/status`).send({ status: 'active' }).expect(422);
      expect(refused.body).toMatchObject({ code: 'DRIVER_ONBOARDING_OPEN', facts: { open: ['identity_checked', 'licence_checked', 'contract_signed', 'contact_confirmed'] } });
      await operator.put(`${one(id)}/checklist/no_such_item`).send({ done: true }).expect(404);
      await tickAll(operator, id);
      const { body } = await operator.get(`${one(id)}/checklist`).expect(200);
      expect(body).toMatchObject({ complete: true });
      expect(body.items[0]).toMatchObject({ done: true, done_by: people.north.operator.id });
      const active = (await operator.post(`${one(id)}/status`).send({ status: 'active' }).expect(200)).body;
      expect(active).toMatchObject({ status: 'active', hired_on: expect.stringMatching(/^\d{4}-/) });
    });

    it('goes the legal ways and says why not the others', async () => {
      const { id } = await activeDriver(operator);
      const to = (status: string, reason?: string) => operator.post(`${one(id)}/status`).send({ status, ...(reason ? { reason } : {}) });
      expect((await to('applicant').expect(422)).body).toMatchObject({ code: 'DRIVER_STATUS_MOVE_REFUSED', facts: { from: 'active', possible: ['suspended', 'left'] } });
      await to('suspended', 'missed a briefing').expect(200);
      await to('active').expect(200);
      expect((await to('left').expect(400)).body.code).toBe('LEAVE_REASON_REQUIRED');
      expect((await to('left', 'moved away').expect(200)).body.left_on).toMatch(/^\d{4}-/);
      expect((await to('active').expect(422)).body.facts.possible).toEqual(['applicant']);
      await to('applicant').expect(200);
      expect((await operator.get(`${one(id)}/checklist`)).body.complete).toBe(false);
    });

    it('lets nobody leave with a vehicle', async () => {
      const { driver } = await openShift(operator);
      expect((await operator.post(`${one(driver.id)}/status`).send({ status: 'left', reason: 'x' }).expect(422)).body.code).toBe('DRIVER_HAS_OPEN_SHIFT');
    });

    it('uses the checklist of the account', async () => {
      const mine = await as(app, people.south.admin);
      await mine.patch(`${base}/settings`).send({ checklist: [{ key: 'coffee', title: 'Coffee', required: true }], required_documents: ['licence', 'medical'] }).expect(200);
      const { id } = await applicant(mine);
      expect((await mine.get(`${one(id)}/checklist`)).body.items).toEqual([{ key: 'coffee', title: 'Coffee', required: true, done: false, done_by: null, done_at: null }]);
      expect((await mine.patch(`${base}/settings`).send({ checklist: [{ key: 'aa', title: 'A', required: true }, { key: 'aa', title: 'B', required: false }] }).expect(400)).body.code).toBe('CHECKLIST_KEY_TWICE');
      await (await as(app, people.south.operator)).patch(`${base}/settings`).send({ expiring_days: 3 }).expect(403);
      expect((await operator.get(`${base}/settings`)).body).toMatchObject({ required_documents: ['licence'], version: 1 });
    });
  });

  describe('changes', () => {
    it('are kept with before and after, and give up nothing in between', async () => {
      const { id } = await applicant(operator, { phone: '+254733000001' });
      await operator.patch(one(id)).set('if-match', '"1"').send({ address: '1 New Road', phone: '+254733000002' }).expect(200);
      expect((await operator.patch(one(id)).set('if-match', '"1"').send({ address: 'x' }).expect(412)).body.code).toBe('VERSION_CONFLICT');
      expect((await operator.patch(one(id)).send({ address: '1 New Road' }).expect(200)).body.version).toBe(2);
      const { items } = (await operator.get(`${one(id)}/history`).expect(200)).body;
      expect(items.map((c: { action: string }) => c.action)).toEqual(['amended', 'onboarded']);
      expect(items[0].changes).toEqual({ address: [null, '1 New Road'], phone: ['+254733000001', '+254733000002'] });
      await applicant(operator, { phone: '+254733000001' });
    });

    it('of the blacklist say why and by whom, and bar from work', async () => {
      const { id } = await activeDriver(operator);
      await operator.post(`${one(id)}/blacklist`).send({}).expect(400);
      const listed = (await operator.post(`${one(id)}/blacklist`).send({ reason: 'sold the spare wheel' }).expect(200)).body;
      expect(listed).toMatchObject({ blacklist_reason: 'sold the spare wheel', blacklisted_by: people.north.operator.id });
      expect((await operator.post(`${one(id)}/blacklist`).send({ reason: 'again' }).expect(422)).body.code).toBe('DRIVER_BLACKLISTED_ALREADY');
      const vehicle_id = await activeVehicle(operator);
      expect((await operator.post(`${base}/shifts/check_in`).send({ driver_id: id, vehicle_id }).expect(422)).body.code).toBe('DRIVER_BLACKLISTED');
      expect((await operator.get(`${base}/drivers?blacklisted=true`)).body.items.map((d: { id: string }) => d.id)).toEqual([id]);
      await operator.post(`${one(id)}/status`).send({ status: 'suspended' }).expect(200);
      expect((await operator.post(`${one(id)}/status`).send({ status: 'active' }).expect(422)).body.code).toBe('DRIVER_BLACKLISTED');
      await operator.post(`${one(id)}/blacklist/lift`).send({ reason: 'wheel was found' }).expect(200);
      await operator.post(`${one(id)}/status`).send({ status: 'active' }).expect(200);
      const { items } = (await operator.get(`${one(id)}/history`)).body;
      expect(items.find((c: { action: string }) => c.action === 'blacklisted')).toMatchObject({ reason: 'sold the spare wheel' });
    });

    it('recognize somebody who left, and was on the blacklist', async () => {
      const gone = await applicant(operator, { phone: '+254744000001' });
      await operator.post(`${one(gone.id)}/blacklist`).send({ reason: 'x' }).expect(200);
      await operator.post(`${one(gone.id)}/status`).send({ status: 'left', reason: 'x' }).expect(200);
      const again = await applicant(operator, { phone: '0044744000001'.replace('0044', '+254') });
      expect(again.warnings).toEqual([{ code: 'DRIVER_BLACKLISTED_BEFORE', detail: expect.any(String), driver_id: gone.id }]);
    });
  });

  describe('lists', () => {
    it('find by name, phone, e-mail and number without keeping any in clear', async () => {
      const found = await applicant(operator, { name: 'Demo Quentin Searchable-Ødegård', phone: '+254755000001', email: 'quentin@demo.example', tags: ['airport'] });
      await applicant(operator, { name: 'Demo Quincy Otherwise' });
      const ids = async (q: string): Promise<string[]> => (await operator.get(`${base}/drivers`).query({ q }).expect(200)).body.items.map((d: { id: string }) => d.id);
      for (const q of ['quentin', 'QUE', 'searchable', 'quentin sea', 'ødegard', '+254 755 000001', 'Quentin@demo.example', String(found.driver_no), `#${found.driver_no}`]) {
        expect({ q, found: await ids(q) }).toEqual({ q, found: [found.id] });
      }
      expect(await ids('qui')).toHaveLength(1);
      for (const q of ['uentin', 'qu', 'quentin otherwise', '+254755000002', 'nobody@demo.example']) expect({ q, found: await ids(q) }).toEqual({ q, found: [] });
      expect((await operator.get(`${base}/drivers`).query({ q: '???' }).expect(400)).body.code).toBe('SEARCH_EMPTY');
      expect((await operator.get(`${base}/drivers?tag=airport`)).body.items).toHaveLength(1);
      expect((await foreign.get(`${base}/drivers`).query({ q: 'quentin' })).body.items).toEqual([]);
      const [listed] = (await operator.get(`${base}/drivers?tag=airport`)).body.items;
      expect(listed).not.toHaveProperty('address');
      expect((await operator.get(`${base}/drivers?sort=name`).expect(400)).body.code).toBe('UNKNOWN_SORT');
    });

    it('page through everybody once', async () => {
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const { body } = await operator.get(`${base}/drivers`).query({ limit: 7, ...(cursor ? { cursor } : {}) }).expect(200);
        seen.push(...body.items.map((d: { driver_no: number }) => d.driver_no));
        cursor = body.next_cursor ?? undefined;
      } while (cursor);
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
      const [{ count }] = (await app.db.sql<{ count: number }>('select count(*)::int as count from driver_module.driver', [], people.north.accountId)) as [{ count: number }];
      expect(seen).toHaveLength(count);
    });

    it('export to admins, who are written down', async () => {
      await applicant(operator, { name: '=cmd|Demo', notes: 'a "quoted", thing' });
      await operator.get(`${base}/drivers/export`).expect(403);
      const csv = (await admin.get(`${base}/drivers/export`).expect(200)).text;
      expect(csv.split('\r\n')[0]).toBe('\ufeffdriver_no,name,phone,email,birth_date,address,status,hired_on,left_on,notes,park,tags,blacklisted_at,id');
      expect(csv).toContain(`'=cmd|Demo`);
      const [entry] = await app.db.sql<{ actor_id: string }>(`select actor_id from audit.entry where action = 'driver_module.driver.exported'`, [], people.north.accountId);
      expect(entry?.actor_id).toBe(people.north.admin.id);
    });

    it('show somebody limited to a park only that park', async () => {
      const park = (await admin.post('/api/v1/auth/parks').send({ name: 'West' }).expect(201)).body;
      const inside = await activeDriver(operator, { park_id: park.id });
      const outside = await activeDriver(operator);
      const document = await addLicence(operator, outside.id, { kind: 'medical', number: 'M-1' });
      const shift = await openShift(operator, { driverId: outside.id });
      const limited = await as(app, await addPerson(app, people.north, 'operator', { parkIds: [park.id] }));
      expect((await limited.get(`${base}/drivers`)).body.items.map((d: { id: string }) => d.id)).toEqual([inside.id]);
      for (const path of [`drivers/${outside.id}`, `drivers/${outside.id}/documents`, `drivers/${outside.id}/history`, `drivers/${outside.id}/checklist`, `drivers/${outside.id}/rating`, `documents/${document}`, `shifts/${shift.id}`, `shifts/${shift.id}/corrections`]) {
        await limited.get(`${base}/${path}`).expect(404);
      }
      expect((await limited.get(`${base}/shifts`)).body.items).toEqual([]);
      expect((await limited.get(`${base}/documents`)).body.items).toHaveLength(1);
      await limited.post(`${base}/shifts/${shift.id}/check_out`).send({}).expect(404);
      await limited.post(`${base}/shifts/check_in`).send({ driver_id: inside.id, vehicle_id: shift.vehicleId }).expect(404);
      await limited.patch(one(inside.id)).send({ park_id: null }).expect(400);
      expect((await applicant(limited)).park_id).toBe(park.id);
    });

    it('are closed to other accounts, drivers and investors', async () => {
      const { id } = await activeDriver(operator);
      for (const path of ['', '/history', '/documents', '/checklist', '/erasure', '/personal_data', '/score_inputs', '/hours?from=2026-01-01&to=2026-01-02']) await foreign.get(`${one(id)}${path}`).expect(404);
      await foreign.patch(one(id)).send({ name: 'mine' }).expect(404);
      await foreign.post(`${one(id)}/status`).send({ status: 'suspended' }).expect(404);
      await foreign.post(`${one(id)}/merge`).send({ duplicate_id: id }).expect(404);
      for (const person of [people.north.driver, people.north.investor]) {
        const agent = await as(app, person);
        await agent.get(`${base}/drivers`).expect(403);
        await agent.get(one(id)).expect(403);
      }
    });
  });
});
