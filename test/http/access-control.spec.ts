import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Db } from '@fleet/platform/database';
import { Rotation } from '@fleet/platform/crypto';
import { Lockouts } from '../../libs/access_control/src/lockouts/lockout.service';
import { expireLockoutsTask } from '../../libs/access_control/src/lockouts/expire.task';
import { Clock } from '@fleet/platform/clock';
import { seedDemo } from '../../apps/cli/src/demo/seed';
import { testApp, testAppOn, type Agent, type TestApp } from '../support/app';
import { testDatabase } from '../support/database';
import { activeDriver, activeVehicle, base as drivers, openShift } from '../support/drivers';
import { addPerson, as, settle, type People } from '../support/people';

const base = '/api/v1/access';

describe('who may drive, and what is locked out', () => {
  let app: TestApp;
  let people: People;
  let admin: Agent;
  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api' });
    people = await settle(app);
    admin = await as(app, people.north.admin, { steppedUp: true });
  }, 60_000);
  afterAll(() => app?.close());

  const statusOf = async (id: string) => (await admin.get(`${base}/${id}/status`).expect(200)).body as { status: string; allowed: boolean; reasons: { code: string; rule: string; facts?: Record<string, unknown> }[]; facts: Record<string, unknown> };
  const lock = (body: object) => admin.post(`${base}/lockouts`).send({ reason_code: 'incident', ...body });

  it('a driver in order is allowed, with the facts it rests on', async () => {
    const driver = await activeDriver(admin);
    expect(await statusOf(driver.id)).toMatchObject({ driver_id: driver.id, status: 'allowed', allowed: true, reasons: [], facts: { status: 'active', blacklisted: false, lockouts: [], limits: { shift_max_minutes: 720 } } });
  });

  it('every reason is told, not only the first', async () => {
    const driver = await activeDriver(admin);
    await admin.post(`${drivers}/drivers/${driver.id}/blacklist`).send({ reason: 'damage concealed' });
    await admin.post(`${drivers}/drivers/${driver.id}/status`).send({ status: 'suspended', reason: 'waits for a hearing' }).expect(200);
    await lock({ driver_id: driver.id, reason_code: 'debt' }).expect(201);
    const status = await statusOf(driver.id);
    expect(status.status).toBe('denied');
    expect(status.reasons.map((r) => r.code)).toEqual(expect.arrayContaining(['DRIVER_NOT_ACTIVE', 'LOCKED_OUT']));
    expect(status.reasons.find((r) => r.code === 'LOCKED_OUT')).toMatchObject({ rule: 'lockouts', facts: { reason_code: 'debt' } });
  });

  it('a driver asks about themselves, and about nobody else', async () => {
    const phone = await as(app, people.north.driver);
    await expect(phone.get(`${base}/my/status`)).resolves.toMatchObject({ status: 422, body: { code: 'LOGIN_WITHOUT_DRIVER' } });
    const own = await activeDriver(admin, { user_id: people.north.driver.id });
    await lock({ driver_id: own.id, reason_code: 'debt' }).expect(201);
    expect((await phone.get(`${base}/my/status`).expect(200)).body).toMatchObject({ driver_id: own.id, allowed: false, reasons: [{ code: 'LOCKED_OUT' }] });
    await phone.get(`${base}/${own.id}/status`).expect(403);
    await admin.get(`${base}/my/status`).expect(403);
  });

  it('a shift that lasts too long denies, and so does a locked vehicle in the driver’s hands', async () => {
    const { driver, vehicleId } = await openShift(admin);
    expect(await statusOf(driver.id)).toMatchObject({ status: 'allowed', facts: { holding: { vehicle_id: vehicleId, kind: 'shift' } } });
    const { body } = await lock({ vehicle_id: vehicleId, reason_code: 'technical_defect' }).expect(201);
    expect((await statusOf(driver.id)).reasons.map((r) => r.code)).toEqual(['VEHICLE_LOCKED_OUT']);
    expect((await admin.get(`${base}/${vehicleId}/rental_status`).expect(200)).body).toMatchObject({ rental_status: 'locked_out', driver_id: driver.id, lockouts: [{ id: body.id }], immobilization: 'never' });
    await admin.post(`${base}/lockouts/${body.id}/lift`).send({ reason: 'repaired' }).expect(200);
    expect((await admin.get(`${base}/${vehicleId}/rental_status`).expect(200)).body).toMatchObject({ rental_status: 'on_shift' });
    app.clock.advance({ hours: 12, minutes: 5 });
    const later = await as(app, people.north.admin);
    const { reasons } = (await later.get(`${base}/${driver.id}/status`).expect(200)).body as { reasons: { code: string }[] };
    app.clock.reset();
    expect(reasons.map((r) => r.code)).toEqual(['SHIFT_TOO_LONG']);
  });

  it('a debt follows the person: it is refused for a vehicle, and a merged driver’s is found', async () => {
    const [stays, goes] = [await activeDriver(admin), await activeDriver(admin)];
    const vehicleId = await activeVehicle(admin);
    await expect(lock({ vehicle_id: vehicleId, reason_code: 'debt' })).resolves.toMatchObject({ status: 422, body: { code: 'DEBT_IS_PERSONAL' } });
    await expect(app.db.sql(`insert into access_control.lockout (id, account_id, subject_type, subject_id, reason_code, opened_by, opened_at) values (gen_random_uuid(), $1, 'vehicle', $2, 'debt', 'x', now())`, [people.north.accountId, vehicleId], people.north.accountId)).rejects.toMatchObject({ constraint: 'lockout_debt_is_personal' });
    await lock({ driver_id: goes.id, reason_code: 'debt' }).expect(201);
    await admin.post(`${drivers}/drivers/${stays.id}/merge`).send({ duplicate_id: goes.id }).expect(200);
    expect((await statusOf(stays.id)).reasons.map((r) => r.code)).toContain('LOCKED_OUT');
  });

  it('a lockout ends by time, by itself; the log and the news follow', async () => {
    const driver = await activeDriver(admin);
    const until = new Date(app.clock.now().getTime() + 60_000).toISOString();
    const { body } = await lock({ driver_id: driver.id, until, note: 'spoke of a private matter' }).expect(201);
    await expect(lock({ driver_id: driver.id })).resolves.toMatchObject({ status: 409, body: { code: 'LOCKED_OUT_ALREADY' } });
    app.clock.advance({ seconds: 61 });
    try {
      expect((await statusOf(driver.id)).status).toBe('allowed');
      expect((await admin.get(`${base}/lockouts/${body.id}`).expect(200)).body).toMatchObject({ state: 'expired', note: 'spoke of a private matter' });
      await expect(admin.post(`${base}/lockouts/${body.id}/lift`).send({ reason: 'over anyway' })).resolves.toMatchObject({ status: 422, body: { code: 'LOCKOUT_OVER' } });
      const given = new Map<unknown, unknown>([[Db, app.app.get(Db)], [Clock, app.app.get(Clock)], [Lockouts, app.app.get(Lockouts)]]);
      await expect(expireLockoutsTask.run({ get: (token: unknown) => given.get(token) } as never)).resolves.toBe(1);
      await expect(expireLockoutsTask.run({ get: (token: unknown) => given.get(token) } as never)).resolves.toBe(0);
    } finally {
      app.clock.reset();
    }
    const { items } = (await admin.get(`${base}/lockouts/${body.id}/log`).expect(200)).body as { items: { what: string }[] };
    expect(items.map((i) => i.what)).toEqual(['opened', 'expired']);
    const events = await app.db.sql<{ payload: { by_time: boolean } }>(`select payload from outbox.event where name = 'access_control.lockout_lifted' and payload ->> 'lockout_id' = $1`, [body.id], people.north.accountId);
    expect(events.map((e) => e.payload.by_time)).toEqual([true]);
    const stored = await app.db.sql<{ row: string }>('select l::text as row from access_control.lockout l where id = $1', [body.id], people.north.accountId);
    expect(stored[0]?.row).not.toContain('private matter');
  });

  it('a lockout is extended, lifted and listed; nonsense is refused', async () => {
    const driver = await activeDriver(admin);
    const { body } = await lock({ driver_id: driver.id, until: '2098-01-01T00:00:00Z' }).expect(201);
    await admin.post(`${base}/lockouts/${body.id}/extend`).send({ until: null }).expect(200);
    await expect(admin.post(`${base}/lockouts/${body.id}/extend`).send({ until: '2020-01-01T00:00:00Z' })).resolves.toMatchObject({ status: 400, body: { code: 'UNTIL_IN_PAST' } });
    expect((await admin.get(`${base}/lockouts`).query({ driver_id: driver.id, open: 'true' }).expect(200)).body.items).toMatchObject([{ id: body.id, until: null, state: 'open' }]);
    await admin.post(`${base}/lockouts/${body.id}/lift`).send({ reason: 'settled' }).expect(200);
    expect((await admin.get(`${base}/lockouts`).query({ driver_id: driver.id, open: 'true' }).expect(200)).body.items).toEqual([]);
    await expect(lock({})).resolves.toMatchObject({ status: 400, body: { code: 'ONE_SUBJECT' } });
    await expect(lock({ driver_id: driver.id, vehicle_id: await activeVehicle(admin) })).resolves.toMatchObject({ status: 400 });
    await expect(lock({ driver_id: driver.id, reason_code: 'mood' })).resolves.toMatchObject({ status: 400 });
    const log = await app.db.sql<{ code: string }>(`update access_control.lockout_log set reason_code = 'x' where lockout_id = $1`, [body.id], people.north.accountId).catch((e: { code: string }) => e.code);
    expect(log).toBe('23000');
  });

  it('somebody limited to a park sees and does nothing outside it', async () => {
    const park = (await admin.post('/api/v1/auth/parks').send({ name: 'Access park' }).expect(201)).body as { id: string };
    const inside = await activeVehicle(admin, { park_id: park.id });
    const outside = await activeVehicle(admin);
    const limited = await as(app, await addPerson(app, people.north, 'immobilizing_operator', { parkIds: [park.id] }), { steppedUp: true });
    await lock({ vehicle_id: outside, reason_code: 'investigation' }).expect(201);
    const mine = (await lock({ vehicle_id: inside, reason_code: 'investigation' }).expect(201)).body as { id: string };
    expect((await limited.get(`${base}/lockouts`).expect(200)).body.items.map((l: { id: string }) => l.id)).toEqual([mine.id]);
    await limited.get(`${base}/${outside}/rental_status`).expect(404);
    await limited.post(`${base}/${outside}/immobilize`).send({ method: 'ips_text', reason: 'safety_lockdown' }).expect(404);
    await limited.post(`${base}/lockouts`).send({ vehicle_id: outside, reason_code: 'other' }).expect(404);
  });
});

describe('what is wired, and how others are reached', () => {
  let app: TestApp;
  let admin: Agent;
  let people: People;
  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api' });
    people = await settle(app);
    admin = await as(app, people.north.admin, { steppedUp: true });
  }, 60_000);
  afterAll(() => app?.close());

  const circuit = { kind: 'starter', enabled: true, output_no: 1, routes: [{ method: 'ips_text', dialect: 'vega' }], installed_by: 'Workshop', installed_on: '2026-02-01' };

  it('two people who change one circuit learn of each other', async () => {
    const id = await activeVehicle(admin);
    await admin.get(`${base}/${id}/circuit`).expect(404);
    const first = await admin.put(`${base}/${id}/circuit`).send(circuit).expect(200);
    expect(first.headers.etag).toBe('"1"');
    await admin.put(`${base}/${id}/circuit`).set('if-match', '"1"').send({ ...circuit, enabled: false }).expect(200);
    await expect(admin.put(`${base}/${id}/circuit`).set('if-match', '"1"').send(circuit)).resolves.toMatchObject({ status: 412 });
    expect((await admin.get(`${base}/circuits`).query({ enabled: 'false' }).expect(200)).body.items).toMatchObject([{ vehicle_id: id, version: 2 }]);
  });

  it.each<[string, object]>([
    ['without a way', { routes: [] }],
    ['with two lines as a command', { routes: [{ method: 'ips_text', dialect: 'custom', cut_text: 'A\r\nB', release_text: 'C' }] }],
    ['with one text for both', { routes: [{ method: 'ips_text', dialect: 'custom', cut_text: 'AB', release_text: 'AB' }] }],
    ['with one way twice', { routes: [{ method: 'teltonika_gprs' }, { method: 'teltonika_gprs' }] }],
    ['with Wialon and no unit', { routes: [{ method: 'vialon_relay' }] }],
    ['at output 9', { output_no: 9 }],
    ['of no known kind', { kind: 'brakes' }],
  ])('a circuit %s is refused', async (_, more) => {
    const id = await activeVehicle(admin);
    await admin.put(`${base}/${id}/circuit`).send({ ...circuit, ...more }).expect(400);
    await admin.get(`${base}/${id}/circuit`).expect(404);
  });

  it('settings have a version, and the kill switch is for all of the staff to pull and an admin to lift', async () => {
    const { body } = await admin.get(`${base}/settings`).expect(200);
    await admin.patch(`${base}/settings`).set('if-match', `"${body.version}"`).send({ vehicle_per_hour: 3 }).expect(200);
    await expect(admin.patch(`${base}/settings`).set('if-match', `"${body.version}"`).send({ vehicle_per_hour: 4 })).resolves.toMatchObject({ status: 412 });
    const operator = await as(app, people.north.operator, { steppedUp: true });
    expect((await operator.post(`${base}/kill_switch`).send({ reason: 'strange commands' }).expect(200)).body).toMatchObject({ stop_reason: 'strange commands', stopped_by: people.north.operator.id });
    await operator.post(`${base}/kill_switch/off`).send({ reason: 'fine again' }).expect(403);
    expect((await admin.post(`${base}/kill_switch/off`).send({ reason: 'fine again' }).expect(200)).body).toMatchObject({ stopped_at: null });
    await expect(admin.post(`${base}/kill_switch/off`).send({ reason: 'fine again' })).resolves.toMatchObject({ status: 422, body: { code: 'NOT_STOPPED' } });
  });

  it('secrets of gateways are sealed, move with the master keys and are never shown', async () => {
    const token = 'c'.repeat(72);
    const kept = await admin.put(`${base}/gateways/vialon_relay`).send({ base_url: 'https://hst-api.wialon.com/', token }).expect(200);
    expect(kept.body).toMatchObject({ method: 'vialon_relay', base_url: 'https://hst-api.wialon.com', version: 1 });
    const rows = await app.db.sql<{ row: string }>('select encode(secret_sealed, $1) as row from access_control.gateway', ['escape'], people.north.accountId);
    expect(rows[0]?.row).not.toContain(token);
    expect((await app.app.get(Rotation).rotate()).rewrapped).toHaveProperty(['access_control.gateway.secret_sealed']);
    expect(JSON.stringify((await admin.get(`${base}/gateways`).expect(200)).body)).not.toContain(token);
    await expect(admin.put(`${base}/gateways/vialon_relay`).send({ base_url: 'https://user:pw@host.example', token })).resolves.toMatchObject({ status: 400 });
    for (const base_url of ['https://127.0.0.1:8443', 'http://10.0.0.5', 'https://[::1]', 'https://169.254.169.254']) {
      await expect(admin.put(`${base}/gateways/vialon_relay`).send({ base_url, token })).resolves.toMatchObject({ status: 422, body: { code: 'GATEWAY_ADDRESS_REFUSED' } });
    }
  });
});

describe('access in the demo company', () => {
  it('is switched on, with circuits, a past and lockouts', async () => {
    const db = await testDatabase({ FLEET_ROLES: 'api' });
    await seedDemo(db.config);
    const app = await testAppOn(db);
    try {
      const logins = JSON.parse(readFileSync(join(db.config.FLEET_DATA_DIR, 'demo-logins.json'), 'utf8')) as { role: string; email: string; password: string }[];
      const { email, password } = logins.find((l) => l.role === 'operator') as { email: string; password: string };
      const { access_token } = (await app.request.post('/api/v1/auth/login').send({ email, password }).expect(200)).body as { access_token: string };
      const operator = app.as(access_token);
      expect((await operator.get(`${base}/settings`).expect(200)).body).toMatchObject({ immobilizing: true, stopped_at: null });
      expect((await operator.get(`${base}/circuits`).expect(200)).body.items.length).toBeGreaterThan(5);
      const commands = (await operator.get(`${base}/commands`).expect(200)).body.items as { job_id: string; vehicle_id: string; plate: string; requested_by: string; requested_at: string; status: string }[];
      expect(new Set(commands.map((c) => c.status))).toEqual(new Set(['completed', 'failed']));
      const [first] = commands as [(typeof commands)[0]];
      expect((await operator.get(`${base}/${first.vehicle_id}/immobilize/${first.job_id}`).expect(200)).body.timeline.length).toBeGreaterThan(2);
      const found = async (query: object) => ((await operator.get(`${base}/commands`).query(query).expect(200)).body.items as { job_id: string; plate: string }[]).map((c) => `${c.plate} ${c.job_id}`);
      const same = (like: (c: (typeof commands)[0]) => boolean): string[] => commands.filter(like).map((c) => `${c.plate} ${c.job_id}`);
      expect(await found({ vehicle_id: first.vehicle_id })).toEqual(same((c) => c.vehicle_id === first.vehicle_id));
      expect(await found({ requested_by: first.requested_by })).toEqual(same(() => true));
      expect(await found({ requested_by: first.job_id })).toEqual([]);
      expect(await found({ method: 'tracksolid' })).toEqual([]);
      expect(await found({ from: first.requested_at })).toEqual(same((c) => c.job_id === first.job_id));
      expect(await found({ to: first.requested_at })).toEqual(same((c) => c.job_id !== first.job_id));
      expect((await operator.get(`${base}/lockouts`).query({ open: 'true' }).expect(200)).body.items.length).toBeGreaterThanOrEqual(2);
    } finally {
      await app.close();
    }
  }, 90_000);
});
