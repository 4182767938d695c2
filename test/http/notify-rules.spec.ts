import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DocumentExpiring, DriverOnboarded, VehicleStatusChanged } from '@fleet/contracts';
import { MachineClients } from '@fleet/platform/auth';
import { Db, systemActor, type Tx } from '@fleet/platform/database';
import { NotifyPruner } from '@fleet/platform/notify/prune';
import { EndpointDisabled } from '@fleet/platform/notify/events';
import { emit } from '@fleet/platform/outbox';
import { testApp, type Agent, type TestApp } from '../support/app';
import { activeVehicle, applicant } from '../support/drivers';
import { mailbox, type Mailbox } from '../support/mailbox';
import type { Notice, Rule } from '../support/notices';
import { addPerson, as, foundCompany, settle, type Company, type TestPerson } from '../support/people';
import { until } from '../support/until';

const base = '/api/v1/notify';

let app: TestApp;
let north: Company;
let south: Company;
let admin: Agent;
let box: Mailbox;

beforeAll(async () => {
  box = await mailbox();
  app = await testApp({ FLEET_ROLES: 'api,worker', SMTP_URL: box.url, MAIL_FROM: 'Fleet <fleet@fleet.test>' });
  ({ south } = await settle(app));
}, 60_000);
beforeEach(async () => {
  app.clock.reset();
  // By the clock of Nairobi (UTC+3) it is noon, whenever this runs.
  app.clock.advance({ minutes: Math.ceil((9 * 60 - (new Date().getUTCHours() * 60 + new Date().getUTCMinutes()) + 1440) % 1440) });
  north = await foundCompany(app, `n${randomUUID().slice(0, 8)}`);
  admin = await as(app, north.admin);
  box.mails.length = 0;
  box.refuse = undefined;
});
afterAll(async () => {
  await app?.close();
  await box?.close();
});

const act = (work: (tx: Tx) => Promise<string>, company: Company = north): Promise<string> =>
  app.app.get(Db).write(systemActor(company.accountId, 'test'), (tx) => {
    tx.withoutAudit('test');
    return work(tx);
  });
const documentId = '7b0c2e3a-6f0c-4a49-9d6b-0a7c1b2d3e4f';
const expiring = (document_id: string = documentId, daysLeft = 5): Promise<string> =>
  act((tx) => emit(tx, DocumentExpiring, { driver_id: randomUUID(), document_id, kind: 'licence', state: 'expiring', expires_on: '2026-12-24', days_left: daysLeft }));
const hired = (park_id: string | null): Promise<string> => act((tx) => emit(tx, DriverOnboarded, { driver_id: randomUUID(), driver_no: 4, park_id, status: 'candidate' }));
const broken = (company: Company = north): Promise<string> => act((tx) => emit(tx, EndpointDisabled, { endpoint_id: randomUUID(), name: 'Books', reason: 'Gone.' }), company);
/** Waits until the outbox has told everybody. */
const told = (eventId: string): Promise<unknown> =>
  until(async () => (await app.db.sql<{ done_at: Date | null }>(`select done_at from outbox.delivery where event_id = $1`, [eventId], north.accountId)).every((d) => d.done_at));
const inboxOf = async (person: TestPerson, query = ''): Promise<Notice[]> => (await (await as(app, person)).get(`${base}/inbox${query}`).expect(200)).body.items;
const makeRule = async (extra: object): Promise<Rule> => (await admin.post(`${base}/rules`).send({ name: 'Rule', event_types: ['*'], channels: ['in_app'], ...extra }).expect(201)).body;
const rules = async (): Promise<Rule[]> => (await admin.get(`${base}/rules`).expect(200)).body.items;
const switchOffDefaults = async (): Promise<void> => {
  for (const { id } of (await rules()).filter((r) => r.is_default)) await admin.patch(`${base}/rules/${id}`).send({ enabled: false }).expect(200);
};
const body = (raw: string): string => raw.split(/\r?\n\r?\n/).slice(1).join('\n').replaceAll(/=\r?\n/g, '').replaceAll(/=([0-9A-F]{2})/g, (_, h: string) => String.fromCharCode(Number.parseInt(h, 16)));

describe('default rules', () => {
  it('tell warnings to staff and nobody else, in words, until somebody changes them', async () => {
    await told(await expiring());
    for (const person of [north.admin, north.operator, north.immobilizing_operator]) {
      expect(await inboxOf(person)).toEqual([expect.objectContaining({ title: 'A paper of a driver: licence expiring', text: 'It is good until 2026-12-24. Days left: 5.', severity: 'warning', times: 1, read_at: null })]);
    }
    for (const person of [north.driver, north.investor, south.admin]) expect(await inboxOf(person)).toEqual([]);
    const standard = (await rules()).find((r) => r.name.startsWith('Warnings'))!;
    expect(standard).toMatchObject({ is_default: true, enabled: true, version: 1 });
    const changed = await admin.patch(`${base}/rules/${standard.id}`).set('if-match', '"1"').send({ roles: ['admin'] }).expect(200);
    expect(changed.body).toMatchObject({ id: standard.id, is_default: true, roles: ['admin'], version: 2 });
    expect(await rules()).toHaveLength(2);
    expect((await admin.delete(`${base}/rules/${standard.id}`)).body.code).toBe('DEFAULT_RULE');
    await told(await expiring(randomUUID()));
    expect(await inboxOf(north.operator)).toHaveLength(1);
    expect(await inboxOf(north.admin)).toHaveLength(2);
    expect((await (await as(app, south.admin)).get(`${base}/rules/${standard.id}`)).status).toBe(404);
  });

  it('cost nothing for events that are not grave and that no rule wants', async () => {
    const eventId = await hired(null);
    expect(await app.db.sql(`select subscriber from outbox.delivery where event_id = $1`, [eventId], north.accountId)).toEqual([]);
  });

  it('send what is critical to admins by e-mail at once, even at night', async () => {
    app.clock.advance({ hours: 12 });
    await broken();
    const mail = await until(() => box.mails[0]);
    expect(mail.to).toEqual([north.admin.email]);
    expect(mail.from).toBe('fleet@fleet.test');
    expect(mail.raw).toMatch(/^Subject: .*Books.*switched.off/m);
    expect(body(mail.raw)).toContain('http://fleet.test/admin/webhooks/');
    await sleep(200);
    expect(box.mails).toHaveLength(1);
  });
});

describe('who is told', () => {
  it('only those whose role may see it, and of a park only those who may see that park', async () => {
    await switchOffDefaults();
    const park = (await admin.post('/api/v1/auth/parks').send({ name: 'West' }).expect(201)).body.id as string;
    const elsewhere = (await admin.post('/api/v1/auth/parks').send({ name: 'East' }).expect(201)).body.id as string;
    const inWest = await addPerson(app, north, 'operator', { parkIds: [park] });
    const inEast = await addPerson(app, north, 'operator', { parkIds: [elsewhere] });
    await makeRule({ roles: ['operator', 'driver', 'investor'], user_ids: [north.admin.id, north.driver.id] });
    await told(await hired(park));
    const counts = async (): Promise<number[]> => Promise.all([north.admin, north.operator, inWest, inEast, north.driver, north.investor].map(async (p) => (await inboxOf(p)).length));
    expect(await counts()).toEqual([1, 1, 1, 0, 0, 0]);
    await told(await hired(null));
    expect(await counts()).toEqual([2, 2, 1, 0, 0, 0]);
    // Operators may not read webhooks, whoever put them into the rule.
    await told(await broken());
    expect(await counts()).toEqual([3, 2, 1, 0, 0, 0]);
    // An event that names a driver or a vehicle is of the park where they are.
    const driver_id = (await applicant(admin, { park_id: park })).id;
    const vehicle_id = await activeVehicle(admin, { park_id: elsewhere });
    await until(async () => (await app.db.sql(`select 1 from outbox.delivery where done_at is null`, [], north.accountId)).length === 0);
    const before = await counts();
    await told(await act((tx) => emit(tx, DocumentExpiring, { driver_id, document_id: documentId, kind: 'licence', state: 'expired', expires_on: '2026-12-24', days_left: 0 })));
    await told(await act((tx) => emit(tx, VehicleStatusChanged, { vehicle_id, vehicle_no: 1, from: 'active', to: 'maintenance', reason: null })));
    expect((await counts()).map((n, i) => n - (before[i] ?? 0))).toEqual([2, 2, 1, 1, 0, 0]);
  });

  it('nobody twice however many rules name them, and nobody who has left', async () => {
    await switchOffDefaults();
    await makeRule({ roles: ['admin', 'operator'] });
    await makeRule({ user_ids: [north.admin.id, north.operator.id] });
    await admin.patch(`/api/v1/auth/users/${north.operator.id}`).send({ disabled: true }).expect(200);
    await told(await expiring());
    expect(await inboxOf(north.admin)).toHaveLength(1);
    expect(await app.db.sql(`select 1 from notify.notice where user_id = $1`, [north.operator.id], north.accountId)).toEqual([]);
  });

  it('only of what passes the filters and is grave enough', async () => {
    await switchOffDefaults();
    await makeRule({ event_types: ['driver_module.document_expiring'], roles: ['admin'], filters: [{ field: 'days_left', is: 'under', values: ['3'] }, { field: 'kind', is: 'is', values: ['licence'] }] });
    await makeRule({ min_severity: 'critical', roles: ['admin'] });
    await told(await expiring(randomUUID(), 5));
    expect(await inboxOf(north.admin)).toEqual([]);
    await told(await expiring(randomUUID(), 2));
    expect(await inboxOf(north.admin)).toHaveLength(1);
  });

  it('not who muted it, by kind or by subsystem', async () => {
    const operator = await as(app, north.operator);
    await operator.put(`${base}/preferences/driver_module.*`).send({ muted: ['in_app'] }).expect(200);
    expect((await operator.get(`${base}/preferences`)).body.items).toEqual([{ kind: 'driver_module.*', muted: ['in_app'] }]);
    await told(await expiring());
    expect(await inboxOf(north.operator)).toEqual([]);
    expect(await inboxOf(north.admin)).toHaveLength(1);
    await operator.put(`${base}/preferences/driver_module.*`).send({ muted: [] }).expect(200);
    await told(await expiring(randomUUID()));
    expect(await inboxOf(north.operator)).toHaveLength(1);
    await operator.put(`${base}/preferences/no.such_thing`).send({ muted: [] }).expect(404);
    await operator.put(`${base}/preferences/*`).send({ muted: ['pigeon'] }).expect(400);
  });
});

describe('the inbox', () => {
  it('is read line by line or all at once, and counts what is left', async () => {
    for (let n = 0; n < 3; n += 1) await told(await expiring(randomUUID()));
    await told(await broken());
    const unread = async (): Promise<unknown> => (await admin.get(`${base}/inbox/unread_count`).expect(200)).body;
    expect(await unread()).toEqual({ unread: 4, critical: 1 });
    const [first] = await inboxOf(north.admin, '?severity=critical');
    expect((await admin.post(`${base}/inbox/${first!.id}/read`).send({}).expect(200)).body.read_at).not.toBeNull();
    expect(await unread()).toEqual({ unread: 3, critical: 0 });
    expect(await inboxOf(north.admin, '?unread=true')).toHaveLength(3);
    expect(await inboxOf(north.admin, '?unread=false')).toHaveLength(1);
    const page = (await admin.get(`${base}/inbox?limit=3`)).body as { items: Notice[]; next_cursor: string };
    expect((await admin.get(`${base}/inbox?limit=3&cursor=${page.next_cursor}`)).body.items).toHaveLength(1);
    for (const other of [north.operator, south.admin]) await (await as(app, other)).post(`${base}/inbox/${first!.id}/read`).send({}).expect(404);
    const before = new Date(app.clock.now().getTime() - 3_600_000).toISOString();
    expect((await admin.post(`${base}/inbox/read_all`).send({ until: before }).expect(200)).body).toEqual({ read: 0 });
    expect((await admin.post(`${base}/inbox/read_all`).send({}).expect(200)).body).toEqual({ read: 3 });
    expect(await unread()).toEqual({ unread: 0, critical: 0 });
  });

  it('puts repeats about one subject together while they are unread and within the window', async () => {
    await Promise.all(Array.from({ length: 6 }, (_, n) => expiring(documentId, n)).map(async (e) => told(await e)));
    expect(await inboxOf(north.admin)).toEqual([expect.objectContaining({ times: 6 })]);
    await told(await expiring(randomUUID()));
    expect(await inboxOf(north.admin)).toHaveLength(2);
    app.clock.advance({ minutes: 61 });
    admin = await as(app, north.admin);
    await told(await expiring());
    expect(await inboxOf(north.admin)).toHaveLength(3);
    await admin.post(`${base}/inbox/read_all`).send({}).expect(200);
    await told(await expiring());
    expect((await inboxOf(north.admin, '?unread=true')).map((n) => n.times)).toEqual([1]);
  });

  it('is for people, not for programs', async () => {
    const clients = app.app.get(MachineClients);
    const program = await clients.register({ ...systemActor(north.accountId, 'test'), id: north.admin.id }, { name: 'reader', scopes: ['notify.*'] });
    const token = (await clients.exchange(program.id, program.client_secret ?? ''))?.access_token ?? '';
    expect((await app.as(token).get(`${base}/inbox`)).body.code).toBe('INBOX_IS_PERSONAL');
    expect((await app.as(token).get(`${base}/quiet_hours`)).body.code).toBe('INBOX_IS_PERSONAL');
    await app.as(token).get(`${base}/rules`).expect(200);
  });
});

describe('e-mail', () => {
  const quiet = { from: '22:00', to: '06:00', urgent: 'waits' };

  it('is held at night and comes in the morning as one digest', async () => {
    await switchOffDefaults();
    await makeRule({ roles: ['admin'], channels: ['email', 'in_app'], quiet });
    app.clock.advance({ hours: 11 });
    await told(await expiring(randomUUID()));
    await told(await broken());
    admin = await as(app, north.admin);
    expect((await admin.get(`${base}/inbox`)).body.items).toHaveLength(2);
    const [waiting] = await app.db.sql<{ due_at: Date }>(`select due_at from notify.mail`, [], north.accountId);
    expect(waiting!.due_at.toISOString()).toMatch(/T03:00:00\.000Z$/);
    await sleep(300);
    expect(box.mails).toEqual([]);
    app.clock.advance({ hours: 8 });
    const mail = await until(() => box.mails[0]);
    expect(mail.raw).toContain('Subject: 2 notices: ');
    expect(body(mail.raw)).toContain('licence expiring');
    expect(body(mail.raw)).toContain('Webhook "Books" was switched off');
    await sleep(200);
    expect(box.mails).toHaveLength(1);
  });

  it('about one subject comes once a window, saying how often it happened', async () => {
    await switchOffDefaults();
    await makeRule({ roles: ['admin'], channels: ['email'], coalesce_min: 30 });
    await told(await expiring());
    await until(() => box.mails.length === 1);
    await until(async () => (await app.db.sql<{ state: string }>(`select state from notify.mail`, [], north.accountId))[0]?.state === 'sent');
    for (let n = 0; n < 3; n += 1) await told(await expiring());
    await sleep(300);
    expect(box.mails).toHaveLength(1);
    app.clock.advance({ minutes: 31 });
    await until(() => box.mails.length === 2);
    expect(body(box.mails[1]!.raw)).toContain('(3 times)');
  });

  it('goes to addresses outside, which nothing keeps readable', async () => {
    await switchOffDefaults();
    const address = 'workshop.boss@garage.example';
    const rule = await makeRule({ addresses: [address], channels: ['email'] });
    expect(rule).toMatchObject({ addresses: [address], email_state: 'ready' });
    await told(await hired(null));
    const mail = await until(() => box.mails[0]);
    expect(mail.to).toEqual([address]);
    const kept = [...(await app.db.sql(`select r::text from notify.rule r union all select m::text from notify.mail m union all select data::text from audit.entry`, [], north.accountId))].map((r) => JSON.stringify(r)).join();
    expect(kept).not.toContain('garage');
    expect(kept).not.toContain(Buffer.from('workshop').toString('hex'));
  });

  it('that the server refuses for now is tried again; what it refuses for good, or nobody could send for days, is given up', async () => {
    await switchOffDefaults();
    await makeRule({ roles: ['admin'], channels: ['email'] });
    const rows = (): Promise<{ state: string; attempts: number; last_error: string }[]> => app.db.sql(`select state, attempts, last_error from notify.mail order by created_at`, [], north.accountId);
    box.refuse = 451;
    await expiring(randomUUID());
    await until(async () => (await rows())[0]?.attempts === 1);
    expect((await rows())[0]).toMatchObject({ state: 'pending', last_error: expect.not.stringContaining('@') });
    box.refuse = undefined;
    app.clock.advance({ minutes: 2 });
    await until(async () => (await rows())[0]?.state === 'sent');
    expect(box.mails).toHaveLength(1);
    box.refuse = 550;
    await expiring(randomUUID());
    await until(async () => (await rows())[1]?.state === 'dead');
    box.refuse = 451;
    await expiring(randomUUID());
    await until(async () => (await rows())[2]?.attempts === 1);
    await app.db.sql(`update notify.mail set due_at = due_at - interval '4 days', lease_until = now() + interval '1 day' where state = 'pending'`, [], north.accountId);
    await app.app.get(NotifyPruner).prune();
    expect((await rows())[2]).toMatchObject({ state: 'dead', last_error: 'It could not be sent for three days.' });
  });
});

describe('a rule', () => {
  it.each([
    [{ roles: [] }, 422, 'RULE_TELLS_NOBODY'],
    [{ roles: ['admin'], channels: [] }, 422, 'RULE_WITHOUT_CHANNEL'],
    [{ addresses: ['a@b.example'] }, 422, 'ADDRESSES_WITHOUT_EMAIL'],
    [{ addresses: ['a@b.example, c@d.example'], channels: ['email'] }, 400, 'INVALID_INPUT'],
    [{ addresses: ['a@b.example\r\nBcc: c@d.example'], channels: ['email'] }, 400, 'INVALID_INPUT'],
    [{ user_ids: [randomUUID()] }, 400, 'UNKNOWN_USER'],
    [{ roles: ['boss'] }, 400, 'INVALID_INPUT'],
    [{ roles: ['admin'], event_types: ['boats.*'] }, 400, 'UNKNOWN_EVENT_TYPE'],
    [{ roles: ['admin'], filters: [{ field: 'x', is: 'over', values: ['many'] }] }, 400, 'UNUSABLE_FILTER'],
    [{ roles: ['admin'], filters: [{ field: '__proto__', is: 'like', values: [] }] }, 400, 'INVALID_INPUT'],
    [{ roles: ['admin'], quiet: { from: '24:00', to: '06:00', urgent: 'waits' } }, 400, 'INVALID_INPUT'],
    [{ roles: ['admin'], coalesce_min: -1 }, 400, 'INVALID_INPUT'],
  ])('with %j is refused', async (wrong, code, problem) => {
    const answer = await admin.post(`${base}/rules`).send({ name: 'Wrong', event_types: ['*'], channels: ['in_app'], ...wrong });
    expect([answer.status, answer.body.code]).toEqual([code, problem]);
    expect(await rules()).toHaveLength(2);
  });

  it('of another account’s people is refused, and is hidden from other accounts', async () => {
    expect((await admin.post(`${base}/rules`).send({ name: 'x', event_types: ['*'], channels: ['in_app'], user_ids: [south.admin.id] })).body.code).toBe('UNKNOWN_USER');
    const { id, version } = await makeRule({ roles: ['admin'] });
    const stranger = await as(app, south.admin);
    await stranger.get(`${base}/rules/${id}`).expect(404);
    await stranger.patch(`${base}/rules/${id}`).send({ name: 'mine' }).expect(404);
    await stranger.delete(`${base}/rules/${id}`).expect(404);
    await admin.patch(`${base}/rules/${id}`).set('if-match', `"${version}"`).send({ quiet: null, enabled: false }).expect(200);
    await admin.patch(`${base}/rules/${id}`).set('if-match', `"${version}"`).send({ name: 'late' }).expect(412);
    await admin.delete(`${base}/rules/${id}`).expect(204);
    await admin.get(`${base}/rules/${id}`).expect(404);
  });

  it('chooses among events that exist, with what they say', async () => {
    const { items } = (await admin.get(`${base}/event_types`).expect(200)).body as { items: { name: string }[] };
    expect(items.find((e) => e.name === DocumentExpiring.name)).toEqual({ name: DocumentExpiring.name, described: true, title: 'A paper of a driver: {kind} {state}', permission: 'driver_module.document.read', gravest: 'warning' });
  });
});
