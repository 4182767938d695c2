import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { VehicleOnboarded } from '@fleet/contracts';
import { Db, systemActor } from '@fleet/platform/database';
import { postWebhook } from '@fleet/platform/notify/webhooks/post';
import { emit } from '@fleet/platform/outbox';
import { testApp, type TestApp } from '../support/app';
import { as, settle } from '../support/people';
import { receiver, type Receiver } from '../support/receiver';
import { until } from '../support/until';

const base = '/api/v1/notify';

describe('a house that lets webhooks reach the public only', () => {
  let app: TestApp;
  let there: Receiver;
  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api,worker' });
    there = await receiver();
  }, 60_000);
  afterAll(async () => {
    await app?.close();
    await there?.close();
  });

  it('refuses a name that leads home, and switches off one that comes to', async () => {
    const { north } = await settle(app);
    const admin = await as(app, north.admin);
    const codeFor = async (url: string): Promise<string> => (await admin.post(`${base}/webhooks`).send({ name: 'x', url, event_types: ['*'] })).body.code as string;
    expect(await codeFor('https://localhost/x')).toBe('WEBHOOK_ADDRESS_REFUSED');
    expect(await codeFor('https://2130706433/x')).toBe('WEBHOOK_ADDRESS_REFUSED');
    expect(await codeFor('https://[::ffff:10.0.0.1]/x')).toBe('WEBHOOK_ADDRESS_REFUSED');
    expect(await codeFor('http://127.1/x')).toBe('WEBHOOK_URL_NOT_HTTPS');
    const { id } = (await admin.post(`${base}/webhooks`).send({ name: 'x', url: 'https://8.8.8.8/x', event_types: ['transport_registry.*'] }).expect(201)).body as { id: string };
    // What a changed name does: the address that was fine when it was registered is not any more.
    await app.db.sql(`update notify.endpoint set url = $1`, [`${there.url.replace('http:', 'https:').replace('127.0.0.1', 'localhost')}/x`], north.accountId);
    await app.app.get(Db).write(systemActor(north.accountId, 'test'), (tx) => {
      tx.withoutAudit('test');
      return emit(tx, VehicleOnboarded, { vehicle_id: randomUUID(), vehicle_no: 7, plate: 'K 7', fuel_type: 'petrol' });
    });
    const endpoint = await until(async () => {
      const { body } = await admin.get(`${base}/webhooks/${id}`);
      return (body as { state: string }).state === 'disabled' && (body as { disabled_reason: string });
    });
    expect(endpoint.disabled_reason).toBe('Its address leads where webhooks must not go.');
    expect(there.received).toEqual([]);
  });

  it('tells nothing to a receiver whose certificate nobody vouches for', async () => {
    // Any server that speaks TLS will do; this one brings a certificate of its own and warns about it.
    jest.spyOn(console, 'error').mockImplementationOnce(() => undefined);
    const server = new SMTPServer({ secure: true });
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.server.address() as AddressInfo;
    await expect(postWebhook(`https://127.0.0.1:${port}/x`, {}, '{}', { timeoutMs: 2000, allowPrivate: true })).rejects.toThrow(/certificate/);
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
});
