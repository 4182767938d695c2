import { Logger } from '@nestjs/common';
import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { VehicleOnboarded } from '@fleet/contracts';
import { Clock } from '@fleet/platform/clock';
import { CONFIG, type Config } from '@fleet/platform/config';
import { Rotation, SecretBox } from '@fleet/platform/crypto';
import { Db, systemActor } from '@fleet/platform/database';
import { NotifyPruner } from '@fleet/platform/notify/prune';
import { postWebhook } from '@fleet/platform/notify/webhooks/post';
import { WebhookSender } from '@fleet/platform/notify/webhooks/sender';
import { emit } from '@fleet/platform/outbox';
import { testApp, type Agent, type TestApp } from '../support/app';
import { as, settle, type People } from '../support/people';
import { ok, receiver, status, type Receiver } from '../support/receiver';
import { until } from '../support/until';

const base = '/api/v1/notify';
const type = VehicleOnboarded.name;

interface Hook {
  id: string;
  secret: string;
  state: string;
  version: number;
  waiting: number;
}

let app: TestApp;
let people: People;
let admin: Agent;
let there: Receiver;
const logged: string[] = [];

beforeAll(async () => {
  app = await testApp({ FLEET_ROLES: 'api,worker', WEBHOOK_ALLOW_PRIVATE: '1', WEBHOOK_TIMEOUT_MS: '400', WEBHOOK_DISABLE_AFTER_H: '48' });
  for (const level of ['log', 'warn', 'error', 'debug'] as const) jest.spyOn(Logger.prototype, level).mockImplementation((...args: unknown[]) => void logged.push(JSON.stringify(args)));
  people = await settle(app);
}, 60_000);
beforeEach(async () => {
  app.clock.reset();
  admin = await as(app, people.north.admin);
  there = await receiver();
});
afterEach(async () => {
  for (const { id } of (await admin.get(`${base}/webhooks`)).body.items ?? []) await admin.delete(`${base}/webhooks/${id}`).expect(204);
  await there.close();
});
afterAll(async () => {
  jest.restoreAllMocks();
  await app?.close();
});

const register = async (extra: object = {}): Promise<Hook> => (await admin.post(`${base}/webhooks`).send({ name: `Hook ${randomUUID()}`, url: `${there.url}/hook`, event_types: ['transport_registry.*'], ...extra }).expect(201)).body as Hook;
const tell = (accountId = people.north.accountId): Promise<string> =>
  app.app.get(Db).write(systemActor(accountId, 'test'), (tx) => {
    tx.withoutAudit('test');
    return emit(tx, VehicleOnboarded, { vehicle_id: randomUUID(), vehicle_no: 7, plate: 'K 7', fuel_type: 'petrol' });
  });
const log = async (id: string, query = ''): Promise<{ id: string; event_id: string; state: string; attempts: number; response_status: number | null; response_body: string | null; last_error: string | null; due_at: string }[]> =>
  (await admin.get(`${base}/webhooks/${id}/deliveries${query}`).expect(200)).body.items;
const hook = async (id: string): Promise<Hook & { disabled_reason: string | null; failing_since: string | null }> => (await admin.get(`${base}/webhooks/${id}`).expect(200)).body;
const attempted = (id: string, attempts: number) => until(async () => (await log(id)).find((d) => d.attempts === attempts));
const signature = (secret: string, headers: Record<string, unknown>, body: string): string =>
  `v1,${createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64')).update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`).digest('base64')}`;

describe('an event', () => {
  it('reaches each endpoint that wants it once, signed, and nobody else', async () => {
    const [one, two] = [await register(), await register({ event_types: ['*'], url: `${there.url}/all` })];
    const other = await register({ event_types: ['driver_module.*'], url: `${there.url}/drivers` });
    await tell(people.south.accountId);
    const eventId = await tell();
    await until(() => there.received.length === 2);
    await sleep(300);
    expect(there.received.map((r) => r.path).sort()).toEqual(['/all', '/hook']);
    const got = there.received.find((r) => r.path === '/hook')!;
    expect(JSON.parse(got.body)).toEqual({ id: eventId, type, version: 1, account_id: people.north.accountId, at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/), data: { vehicle_id: expect.any(String), vehicle_no: 7, plate: 'K 7', fuel_type: 'petrol' } });
    expect(got.headers).toMatchObject({ 'webhook-id': eventId, 'content-type': 'application/json', 'webhook-signature': signature(one.secret, got.headers, got.body) });
    expect(Math.abs(Number(got.headers['webhook-timestamp']) * 1000 - Date.now())).toBeLessThan(10_000);
    expect(await until(async () => (await log(one.id)).find((d) => d.state === 'delivered'))).toMatchObject({ event_id: eventId, attempts: 1, response_status: 200, response_body: 'taken', last_error: null });
    expect(await log(two.id)).toHaveLength(1);
    expect(await log(other.id)).toEqual([]);
  });

  it('costs no delivery in an account that has no endpoint for it', async () => {
    await register({ event_types: ['driver_module.*'] });
    const eventId = await tell();
    expect(await app.db.sql(`select subscriber from outbox.delivery where event_id = $1 and subscriber like 'notify.%'`, [eventId], people.north.accountId)).toEqual([]);
  });

  it('is not told when its writer rolls back', async () => {
    const { id } = await register();
    await app.app.get(Db).write(systemActor(people.north.accountId, 'test'), async (tx) => {
      await emit(tx, VehicleOnboarded, { vehicle_id: randomUUID(), vehicle_no: 7, plate: 'K 7', fuel_type: 'petrol' });
      throw new Error('no');
    }).catch(() => undefined);
    await sleep(300);
    expect(await log(id)).toEqual([]);
  });
});

describe('a receiver', () => {
  it.each([
    ['fails', 500, 'answered 500'],
    ['redirects, which nobody follows', 302, 'answered 302: redirects are not followed'],
  ])('that %s is tried again later', async (_, code, error) => {
    const { id } = await register();
    there.answer = (res, { path }) => (path === '/hook' ? status(code, { location: `${there.url}/elsewhere` })(res) : ok(res));
    const eventId = await tell();
    expect(await attempted(id, 1)).toMatchObject({ state: 'pending', response_status: code, last_error: error });
    expect((await hook(id)).failing_since).not.toBeNull();
    there.answer = ok;
    app.clock.advance({ seconds: 6 });
    expect(await attempted(id, 2)).toMatchObject({ state: 'delivered', response_status: 200, last_error: null });
    expect(there.received.map((r) => [r.path, r.headers['webhook-id']])).toEqual([['/hook', eventId], ['/hook', eventId]]);
    expect((await hook(id)).failing_since).toBeNull();
    const detail = (await admin.get(`${base}/deliveries/${(await log(id))[0]!.id}`).expect(200)).body;
    expect(detail.attempt_log.map((a: { status: number }) => a.status)).toEqual([code, 200]);
    expect(detail.payload.type).toBe(type);
  });

  it('that is slow is cut off, one that talks for ever is heard for a while, one that is away is told later', async () => {
    const { id } = await register();
    there.answer = () => undefined;
    await tell();
    expect(await attempted(id, 1)).toMatchObject({ state: 'pending', response_status: null, last_error: 'no whole answer within 400 ms' });
    const talker = await receiver();
    talker.answer = (res) => {
      const more = setInterval(() => res.write('blah '.repeat(500)), 5);
      res.on('close', () => clearInterval(more));
    };
    const long = await postWebhook(`${talker.url}/x`, {}, '{}', { timeoutMs: 2000, allowPrivate: true });
    expect(long.text).toHaveLength(1024);
    await talker.close();
    await expect(postWebhook(`${talker.url}/x`, {}, '{}', { timeoutMs: 2000, allowPrivate: true })).rejects.toThrow('ECONNREFUSED');
  });

  it('that asks for patience gets it', async () => {
    const { id } = await register();
    there.answer = status(429, { 'retry-after': '3600' });
    await tell();
    const { due_at } = await attempted(id, 1);
    expect(Date.parse(due_at) - app.clock.now().getTime()).toBeGreaterThan(3_500_000);
  });

  it('that is slow does not hold up others, also not when most are', async () => {
    const slow = await receiver();
    slow.answer = () => undefined;
    for (let n = 0; n < 25; n += 1) await register({ url: `${slow.url}/slow` });
    await register();
    for (let n = 0; n < 12; n += 1) await tell();
    await until(() => there.received.length === 12, 8000);
    await slow.close();
  });

  it('that says it is gone is switched off at once, and a person is told; resuming sends what waited', async () => {
    const { id } = await register({ name: 'Old bookkeeping' });
    there.answer = status(410);
    await tell();
    await until(async () => (await hook(id)).state === 'disabled');
    expect((await hook(id)).disabled_reason).toContain('410');
    const inbox = await until(async () => (await admin.get(`${base}/inbox?unread=true`).expect(200)).body.items.find((n: { kind: string }) => n.kind === 'notify.endpoint_disabled'));
    expect(inbox).toMatchObject({ title: 'Webhook "Old bookkeeping" was switched off', severity: 'critical', link: `/admin/webhooks/${id}` });
    await admin.post(`${base}/webhooks/${id}/ping`).send({}).expect(409);
    const missed = await tell();
    await sleep(300);
    expect(await log(id)).toHaveLength(1);
    there.answer = ok;
    await admin.post(`${base}/webhooks/${id}/resume`).send({}).expect(200);
    await until(async () => (await log(id))[0]!.state === 'delivered');
    expect((await admin.post(`${base}/webhooks/${id}/replay`).send({ since: new Date(Date.now() - 60_000).toISOString() }).expect(202)).body.deliveries).toBeGreaterThanOrEqual(1);
    await until(() => there.received.some((r) => r.headers['webhook-id'] === missed));
  });

  it('that fails for days is given up by delivery, and switched off', async () => {
    const { id } = await register();
    there.answer = status(503);
    await tell();
    const state = async () => (await app.db.sql<{ attempts: number; state: string }>(`select d.attempts, e.state from notify.delivery d join notify.endpoint e on e.id = d.endpoint_id where e.id = $1`, [id], people.north.accountId))[0];
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await until(async () => (await state())?.attempts === attempt);
      expect((await state())?.state).toBe('active');
      app.clock.advance({ hours: 11 });
    }
    await until(async () => (await state())?.state === 'disabled');
    admin = await as(app, people.north.admin);
    expect((await hook(id)).disabled_reason).toBe('It has not taken anything for 48 hours.');
    await app.db.sql(`update notify.delivery set attempts = 10 where endpoint_id = $1`, [id], people.north.accountId);
    await admin.post(`${base}/webhooks/${id}/resume`).send({}).expect(200);
    expect(await until(async () => (await log(id, '?state=dead'))[0])).toMatchObject({ attempts: 11, last_error: 'answered 503' });
  });
});

describe('exactly one row, at least one letter', () => {
  const worker = (db: Db): WebhookSender => new WebhookSender(db, app.app.get(Clock), app.app.get(SecretBox), app.app.get<Config>(CONFIG));
  afterEach(() => app.app.get(WebhookSender).start());

  it('a crash between sending and noting it sends it again under the same id', async () => {
    await app.app.get(WebhookSender).stop();
    const { id } = await register();
    const db = app.app.get(Db);
    const dying = worker(Object.assign(Object.create(db) as Db, { write: () => Promise.reject(new Error('the machine died')) }));
    dying.start({ pollMs: 50 });
    const eventId = await tell();
    await until(() => there.received.length === 1);
    await dying.stop();
    expect((await log(id))[0]).toMatchObject({ state: 'pending', attempts: 0 });
    const next = worker(db);
    next.start({ pollMs: 50 });
    await sleep(300);
    expect(there.received).toHaveLength(1);
    app.clock.advance({ minutes: 1 });
    await until(async () => (await log(id))[0]!.state === 'delivered');
    await next.stop();
    expect(there.received.map((r) => r.headers['webhook-id'])).toEqual([eventId, eventId]);
    expect(new Set(there.received.map((r) => r.body)).size).toBe(1);
  });

  it('several workers send each once', async () => {
    await app.app.get(WebhookSender).stop();
    const { id } = await register();
    const workers = [1, 2, 3].map(() => worker(app.app.get(Db)));
    for (const one of workers) one.start({ pollMs: 20 });
    const sent = await Promise.all(Array.from({ length: 40 }, () => tell()));
    await until(async () => (await hook(id)).waiting === 0 && there.received.length >= 40, 20_000);
    for (const one of workers) await one.stop();
    expect(there.received.map((r) => r.headers['webhook-id']).sort()).toEqual([...sent].sort());
  });
});

describe('an endpoint', () => {
  it('is tested by a ping, which is tried once', async () => {
    const { id, secret } = await register();
    const { body } = await admin.post(`${base}/webhooks/${id}/ping`).send({}).expect(202);
    expect(body).toMatchObject({ type: 'notify.ping', endpoint_id: id });
    await until(async () => (await admin.get(`${base}/deliveries/${body.id}`)).body.state === 'delivered');
    const [got] = there.received;
    expect(got!.headers['webhook-signature']).toBe(signature(secret, got!.headers, got!.body));
    there.answer = status(500);
    const second = (await admin.post(`${base}/webhooks/${id}/ping`).send({}).expect(202)).body.id as string;
    await until(async () => (await admin.get(`${base}/deliveries/${second}`)).body.state === 'dead');
    expect((await hook(id)).failing_since).toBeNull();
  });

  it('collects while it is paused', async () => {
    const { id } = await register();
    expect((await admin.post(`${base}/webhooks/${id}/pause`).send({}).expect(200)).body.state).toBe('paused');
    await admin.post(`${base}/webhooks/${id}/pause`).send({}).expect(409);
    await tell();
    await until(async () => (await hook(id)).waiting === 1);
    await sleep(300);
    expect(there.received).toEqual([]);
    await admin.post(`${base}/webhooks/${id}/resume`).send({}).expect(200);
    await until(() => there.received.length === 1);
  });

  it('rotates its secret with an overlap, shows each once, and keeps none readable', async () => {
    const made = await register();
    const { body } = await admin.post(`${base}/webhooks/${made.id}/rotate_secret`).send({ overlap_h: 2 }).expect(200);
    expect(body.secret).toMatch(/^whsec_/);
    expect(body.secret).not.toBe(made.secret);
    await tell();
    const first = await until(() => there.received[0]);
    expect(first.headers['webhook-signature']).toBe([body.secret, made.secret].map((s: string) => signature(s, first.headers, first.body)).join(' '));
    await app.app.get(Rotation).rotate();
    app.clock.advance({ hours: 3 });
    admin = await as(app, people.north.admin);
    await tell();
    const second = await until(() => there.received[1]);
    expect(second.headers['webhook-signature']).toBe(signature(body.secret, second.headers, second.body));

    const raw = body.secret.replace('whsec_', '') as string;
    const answers = await Promise.all([`webhooks`, `webhooks/${made.id}`, `webhooks/${made.id}/deliveries`].map(async (path) => (await admin.get(`${base}/${path}`).expect(200)).text));
    const kept = await app.db.sql(`select e::text, encode(secret_sealed, 'escape') as sealed from notify.endpoint e`, [], people.north.accountId);
    const audited = await app.db.sql(`select data::text from audit.entry`, [], people.north.accountId);
    for (const text of [...answers, JSON.stringify(kept), JSON.stringify(audited), ...logged]) {
      expect(text).not.toContain(raw);
      expect(text).not.toContain('whsec_');
    }
  });

  it('replays one, or what was missed, or all', async () => {
    const { id } = await register();
    const first = await tell();
    await until(async () => (await log(id))[0]?.state === 'delivered');
    const late = await register({ url: `${there.url}/late` });
    const since = new Date(Date.now() - 30_000).toISOString();
    const deliveryId = (await log(id))[0]!.id;
    await admin.post(`${base}/deliveries/${deliveryId}/replay`).send({}).expect(202);
    await until(() => there.received.length === 2);
    expect((await admin.post(`${base}/webhooks/${id}/replay`).send({ since }).expect(202)).body.deliveries).toBeGreaterThanOrEqual(0);
    await until(async () => (await hook(id)).waiting === 0);
    await admin.post(`${base}/webhooks/${late.id}/replay`).send({ since }).expect(202);
    await until(() => there.received.some((r) => r.path === '/late' && r.headers['webhook-id'] === first));
    await until(async () => (await hook(id)).waiting === 0);
    const sofar = there.received.filter((r) => r.path === '/hook' && r.headers['webhook-id'] === first).length;
    const again = (await admin.post(`${base}/webhooks/${id}/replay`).send({ since, what: 'all' }).expect(202)).body.deliveries as number;
    expect(again).toBeGreaterThanOrEqual(1);
    await until(() => there.received.filter((r) => r.path === '/hook' && r.headers['webhook-id'] === first).length === sofar + 1);
    for (const bad of [{ since: '2020-01-01T00:00:00Z' }, { since: '2999-01-01T00:00:00Z' }, { since: 'yesterday' }, {}]) await admin.post(`${base}/webhooks/${id}/replay`).send(bad).expect(400);
  });

  it('has its log forgotten after a month', async () => {
    const { id } = await register();
    await tell();
    await until(async () => (await log(id))[0]?.state === 'delivered');
    expect(await app.app.get(NotifyPruner).prune()).toBe(0);
    app.clock.advance({ hours: 31 * 24 });
    expect(await app.app.get(NotifyPruner).prune()).toBeGreaterThan(0);
    admin = await as(app, people.north.admin);
    expect(await log(id)).toEqual([]);
  });
});
