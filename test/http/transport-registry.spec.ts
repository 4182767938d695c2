import { settle, login, type People } from '../support/people';
import { testApp, type Agent, type TestApp } from '../support/app';
import { jpeg } from '../support/pictures';

const base = '/api/v1/transport_registry';
const goodVin = '1M8GDM9AXKP042788';

describe('transport_registry', () => {
  let app: TestApp;
  let people: People;
  let admin: Agent;
  let operator: Agent;
  let foreign: Agent;

  beforeAll(async () => {
    app = await testApp();
    people = await settle(app);
    admin = app.as((await login(app, people.north.admin)).access_token);
    operator = app.as((await login(app, people.north.operator)).access_token);
    foreign = app.as((await login(app, people.south.admin)).access_token);
  });
  afterAll(() => app.close());

  let serial = 0;
  const onboard = async (body: object = {}): Promise<{ id: string; version: number; plate: string }> => {
    serial += 1;
    const answer = await operator.post(base).send({ plate: `KTA ${100 + serial}A`, ...body }).expect(201);
    return answer.body;
  };

  describe('onboarding', () => {
    it('answers 201 with the vehicle, its address and its short number', async () => {
      const answer = await operator.post(base).send({ plate: ' kca 542q ', vin: goodVin.toLowerCase(), make: 'Toyota', tank_capacity_l: 50, odometer_km: 1200.5 }).expect(201);
      expect(answer.headers.location).toBe(`${base}/${answer.body.id}`);
      expect(answer.body).toMatchObject({ plate: 'kca 542q', vin: goodVin, status: 'onboarding', odometer_km: 1200.5, tank_capacity_l: 50, odometer_unit: 'km', version: 1, warnings: [] });
      expect(answer.body.vehicle_no).toBeGreaterThan(0);
      const read = await operator.get(answer.headers.location ?? '').expect(200);
      expect(read.body).toEqual({ ...answer.body, warnings: undefined });
    });

    it.each(['KCA542Q', 'kca-542 q'])('knows %s for the same plate', async (plate) => {
      expect((await operator.post(base).send({ plate }).expect(409)).body.code).toBe('VEHICLE_PLATE_TAKEN');
    });

    it('lets another account have the same plate', async () => {
      await foreign.post(base).send({ plate: 'KCA 542Q' }).expect(201);
    });

    it.each([
      ['1M8GDM9IXKP042788', 'vin never contains I, O or Q'],
      ['1M8GDM9', 'vin must have 17 letters and digits, this has 7'],
    ])('refuses the VIN %s', async (vin, detail) => {
      const { body } = await operator.post(base).send({ plate: 'KXX 1', vin }).expect(400);
      expect(body).toMatchObject({ code: 'VEHICLE_VIN_INVALID', errors: [{ field: 'vin', detail }] });
    });

    it('only warns when the check digit does not fit', async () => {
      const { body } = await operator.post(base).send({ plate: 'KXX 2', vin: 'WV1ZZZ2EZ86015388' }).expect(201);
      expect(body.warnings).toMatchObject([{ code: 'VIN_CHECK_DIGIT' }]);
    });

    it.each([
      [{}, 'plate'],
      [{ plate: 7 }, 'plate'],
      [{ plate: 'K 1', year: '2020' }, 'year'],
      [{ plate: 'K 1', fuel_type: 'wood' }, 'fuel_type'],
      [{ plate: 'K 1', tank_capacity_l: -5 }, 'tank_capacity_l'],
      [{ plate: 'K 1', wheels: 4 }, 'wheels'],
      [{ plate: 'K 1', tags: 'night' }, 'tags'],
      [{ plate: 'K 1', account_id: 'x' }, 'account_id'],
    ])('names the field of %j', async (body, field) => {
      const answer = await operator.post(base).send(body).expect(400);
      expect(answer.body).toMatchObject({ code: 'INVALID_INPUT', errors: [{ field }] });
    });

    it('refuses a park of another account as unknown', async () => {
      const park = (await foreign.post('/api/v1/auth/parks').send({ name: 'South yard' }).expect(201)).body;
      expect((await operator.post(base).send({ plate: 'KXX 3', park_id: park.id }).expect(400)).body.code).toBe('UNKNOWN_PARK');
    });

    it('makes one vehicle of ten twins sent together', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => operator.post(base).send({ plate: 'TWIN 1' })));
      expect(answers.map((a) => a.status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
    });
  });

  describe('amending', () => {
    it('changes what is said and keeps the history', async () => {
      const { id } = await onboard({ make: 'Mazda' });
      const { body } = await operator.patch(`${base}/${id}`).send({ make: 'Toyota', notes: 'spare key at the desk' }).expect(200);
      expect(body).toMatchObject({ make: 'Toyota', notes: 'spare key at the desk', version: 2 });
      const history = (await operator.get(`${base}/${id}/history`).expect(200)).body.items;
      expect(history[0]).toMatchObject({ action: 'amended', actor_id: people.north.operator.id, changes: { make: ['Mazda', 'Toyota'] } });
      expect(history[1]).toMatchObject({ action: 'onboarded' });
    });

    it('does nothing when nothing changes', async () => {
      const { id } = await onboard({ tank_capacity_l: 50 });
      expect((await operator.patch(`${base}/${id}`).send({ tank_capacity_l: 50 }).expect(200)).body.version).toBe(1);
    });

    it('refuses the second of two people who read the same version', async () => {
      const { id } = await onboard();
      await operator.patch(`${base}/${id}`).set('if-match', '"1"').send({ name: 'A' }).expect(200);
      expect((await operator.patch(`${base}/${id}`).set('if-match', '"1"').send({ name: 'B' }).expect(412)).body).toMatchObject({ code: 'VERSION_CONFLICT', facts: { current_version: 2 } });
    });

    it('is not seen by another account', async () => {
      const { id } = await onboard();
      await foreign.get(`${base}/${id}`).expect(404);
      await foreign.patch(`${base}/${id}`).send({ name: 'mine' }).expect(404);
    });
  });

  describe('life cycle', () => {
    it('goes the legal ways and says why not the others', async () => {
      const { id } = await onboard();
      await operator.post(`${base}/${id}/status`).send({ status: 'active' }).expect(200);
      await operator.post(`${base}/${id}/status`).send({ status: 'in_repair', reason: 'clutch' }).expect(200);
      const refused = await operator.post(`${base}/${id}/status`).send({ status: 'onboarding' }).expect(422);
      expect(refused.body).toMatchObject({ code: 'VEHICLE_STATUS_MOVE_REFUSED', facts: { from: 'in_repair', to: 'onboarding', possible: ['active', 'idle', 'retired'] } });
      const periods = await app.db.sql<{ status: string }>('select status from transport_registry.status_period where vehicle_id = $1 order by period', [id], people.north.accountId);
      expect(periods.map((p) => p.status)).toEqual(['onboarding', 'active', 'in_repair']);
    });

    it('retires with a reason, by an admin, and gives plate and devices back', async () => {
      const { id } = await onboard({ plate: 'RET 1' });
      await admin.post(`${base}/${id}/devices`).send({ device_id: '353000000000777' }).expect(201);
      await operator.post(`${base}/${id}/retire`).send({ reason: 'sold' }).expect(403);
      await admin.post(`${base}/${id}/retire`).send({}).expect(400);
      expect((await admin.post(`${base}/${id}/retire`).send({ reason: 'sold' }).expect(200)).body.status).toBe('retired');
      const again = await onboard({ plate: 'ret-1' });
      await admin.post(`${base}/${again.id}/devices`).send({ device_id: '353000000000777' }).expect(201);
      expect((await admin.post(`${base}/${id}/status`).send({ status: 'onboarding' }).expect(409)).body.code).toBe('VEHICLE_PLATE_TAKEN');
    });
  });

  describe('odometer', () => {
    const at = (day: number): string => new Date(Date.UTC(2026, 0, day)).toISOString();

    it('keeps one series, refuses what cannot be, and voids with a reason', async () => {
      const { id } = await onboard();
      const send = (odometer_km: number, day: number) => operator.post(`${base}/${id}/odometer`).send({ odometer_km, at: at(day) });
      await send(1000, 1).expect(201);
      await send(1400, 5).expect(201);
      const late = await send(1200, 3).expect(201);
      expect((await send(900, 6).expect(422)).body.code).toBe('ODOMETER_ROLLBACK');
      expect((await send(199_105, 4).expect(422)).body.code).toBe('ODOMETER_OUT_OF_LINE');
      const wrong = await send(3000, 7).expect(201);
      expect((await operator.get(`${base}/${id}`)).body.odometer_km).toBe(3000);
      await operator.post(`${base}/${id}/odometer/${wrong.body.id}/void`).send({ reason: 'typed the trip counter' }).expect(200);
      expect((await operator.get(`${base}/${id}`)).body.odometer_km).toBe(1400);
      await operator.post(`${base}/${id}/odometer/${wrong.body.id}/restore`).expect(200);
      const items = (await operator.get(`${base}/${id}/odometer?sort=at`).expect(200)).body.items as { odometer_km: number }[];
      expect(items.map((r) => r.odometer_km)).toEqual([1000, 1200, 1400, 3000]);
      expect(late.body.source).toBe('manual');
    });

    it('refuses the future', async () => {
      const { id } = await onboard();
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
      expect((await operator.post(`${base}/${id}/odometer`).send({ odometer_km: 1, at: tomorrow }).expect(400)).body.code).toBe('ODOMETER_IN_FUTURE');
    });

    it('lets parallel writers not slip past each other', async () => {
      const { id } = await onboard();
      const answers = await Promise.all([500, 400, 300, 200, 100].map((km, i) => operator.post(`${base}/${id}/odometer`).send({ odometer_km: km, at: at(10 + i) })));
      const rows = await app.db.sql<{ km: number }>('select odometer_km::float8 as km from transport_registry.odometer_reading where vehicle_id = $1 and voided_at is null order by at', [id], people.north.accountId);
      expect(rows.map((r) => r.km)).toEqual([...rows.map((r) => r.km)].sort((a, b) => a - b));
      expect(answers.some((a) => a.status === 201)).toBe(true);
    });
  });

  describe('devices', () => {
    it('are in one vehicle at a time', async () => {
      const one = await onboard();
      const two = await onboard();
      const bound = await admin.post(`${base}/${one.id}/devices`).send({ device_id: '353000000000001', from: '2026-01-01T00:00:00Z' }).expect(201);
      expect((await admin.post(`${base}/${two.id}/devices`).send({ device_id: '353000000000001' }).expect(409)).body.code).toBe('DEVICE_BOUND_ELSEWHERE');
      expect((await admin.post(`${base}/${one.id}/devices`).send({ device_id: '353000000000002' }).expect(409)).body.code).toBe('VEHICLE_HAS_DEVICE');
      await admin.post(`${base}/${one.id}/devices/${bound.body.id}/end`).send({ to: '2026-02-01T00:00:00Z' }).expect(200);
      await admin.post(`${base}/${two.id}/devices`).send({ device_id: '353000000000001', from: '2026-02-01T00:00:00Z' }).expect(201);
      const where = (await operator.get(`${base}/devices?device_id=353000000000001&sort=from`).expect(200)).body.items as { vehicle_id: string; to: string | null }[];
      expect(where).toMatchObject([{ vehicle_id: one.id, to: '2026-02-01T00:00:00.000Z' }, { vehicle_id: two.id, to: null }]);
    });

    it('are bound once by ten twins', async () => {
      const vehicles = await Promise.all(Array.from({ length: 10 }, () => onboard()));
      const answers = await Promise.all(vehicles.map((v) => admin.post(`${base}/${v.id}/devices`).send({ device_id: 'TWIN-DEVICE' })));
      expect(answers.filter((a) => a.status === 201)).toHaveLength(1);
    });
  });

  describe('papers', () => {
    it('expire in the time zone of the account and are listed soonest first', async () => {
      const { id } = await onboard();
      const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
      for (const [kind, offset] of [['insurance', -2], ['inspection', 10], ['permit', 200]] as const) {
        await operator.post(`${base}/${id}/documents`).send({ kind, number: `N-${kind}`, expires_on: day(offset) }).expect(201);
      }
      const { items } = (await operator.get(`${base}/documents?expires_within_days=30`).expect(200)).body as { items: { kind: string; state: string }[] };
      expect(items.map((d) => [d.kind, d.state])).toEqual([['insurance', 'expired'], ['inspection', 'expiring']]);
      expect((await operator.get(`${base}/summary`).expect(200)).body).toMatchObject({ documents_expired: 1, documents_expiring: 1 });
    });

    it('do not expire before they were issued', async () => {
      const { id } = await onboard();
      const body = { kind: 'insurance', issued_on: '2026-02-01', expires_on: '2026-01-01' };
      expect((await operator.post(`${base}/${id}/documents`).send(body).expect(400)).body.code).toBe('DOCUMENT_DAYS_REVERSED');
    });

    it('carry their scan, which only the account can open', async () => {
      const { id } = await onboard();
      const paper = (await operator.post(`${base}/${id}/documents`).send({ kind: 'lease', number: 'L-1' }).expect(201)).body;
      const path = `${base}/documents/${paper.id}/file`;
      await operator.get(path).expect(404);
      expect((await operator.put(path).attach('file', Buffer.from('<html>no picture</html>'), 'scan.jpg').expect(415)).body.code).toBe('FILE_TYPE_NOT_ALLOWED');
      const attached = await operator.put(path).attach('file', jpeg(), '../../etc/passwd.png').expect(200);
      expect(attached.body.file_id).toEqual(expect.any(String));
      const file = await operator.get(path).expect(200);
      expect(file.headers).toMatchObject({ 'content-type': 'image/jpeg', 'x-content-type-options': 'nosniff', 'cache-control': 'private, no-cache' });
      await foreign.get(path).expect(404);
    });

    it('are withdrawn, never deleted', async () => {
      const { id } = await onboard();
      const paper = (await operator.post(`${base}/${id}/documents`).send({ kind: 'permit', number: 'P-1' }).expect(201)).body;
      expect((await operator.post(`${base}/${id}/documents`).send({ kind: 'permit', number: 'p-1' }).expect(409)).body.code).toBe('DOCUMENT_NUMBER_TAKEN');
      await operator.post(`${base}/documents/${paper.id}/withdraw`).send({ reason: 'replaced' }).expect(200);
      await operator.post(`${base}/${id}/documents`).send({ kind: 'permit', number: 'p-1' }).expect(201);
    });
  });

  describe('lists', () => {
    it('search, filter, sort and page', async () => {
      const found = await onboard({ plate: 'SRCH 77X', make: 'Subaru', tags: ['airport'] });
      for (const q of ['srch', '77x', 'SRCH-77X', 'subaru srch']) {
        expect((await operator.get(base).query({ q }).expect(200)).body.items.map((v: { id: string }) => v.id)).toContain(found.id);
      }
      expect((await operator.get(base).query({ tag: 'airport' }).expect(200)).body.items).toHaveLength(1);
      const pages: string[] = [];
      let cursor: string | undefined;
      do {
        const { body } = await operator.get(base).query({ limit: 7, sort: '-created_at', ...(cursor ? { cursor } : {}) }).expect(200);
        pages.push(...body.items.map((v: { id: string }) => v.id));
        cursor = body.next_cursor;
      } while (cursor);
      const { count } = (await app.db.sql<{ count: number }>('select count(*)::int as count from transport_registry.vehicle where account_id = $1', [people.north.accountId], people.north.accountId))[0] ?? { count: 0 };
      expect(new Set(pages).size).toBe(count);
      expect(pages).toHaveLength(count);
    });

    it('show somebody limited to a park only that park', async () => {
      const park = (await admin.post('/api/v1/auth/parks').send({ name: 'West' }).expect(201)).body;
      const inside = await onboard({ park_id: park.id });
      const outside = await onboard();
      await admin.patch(`/api/v1/auth/users/${people.north.immobilizing_operator.id}`).send({ park_ids: [park.id] }).expect(200);
      const limited = app.as((await login(app, people.north.immobilizing_operator)).access_token);
      expect((await limited.get(base).expect(200)).body.items.map((v: { id: string }) => v.id)).toEqual([inside.id]);
      await limited.get(`${base}/${inside.id}`).expect(200);
      await limited.get(`${base}/${outside.id}`).expect(404);
      await limited.patch(`${base}/${outside.id}`).send({ name: 'x' }).expect(404);
      expect((await limited.get(`${base}/summary`).expect(200)).body.total).toBe(1);
      expect((await limited.post(base).send({ plate: 'LIM 1' }).expect(201)).body.park_id).toBe(park.id);
    });
  });
});
