import { EndpointDisabled } from '@fleet/platform/notify/events';
import { Db, systemActor } from '@fleet/platform/database';
import { emit } from '@fleet/platform/outbox';
import { randomUUID } from 'node:crypto';
import { testApp, type TestApp } from '../support/app';
import { as, foundCompany } from '../support/people';
import { until } from '../support/until';

describe('a house without a mail server', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api,worker' });
  }, 60_000);
  afterAll(() => app?.close());

  it('says so in its rules, fills inboxes, and queues no e-mail', async () => {
    const company = await foundCompany(app, 'north');
    const admin = await as(app, company.admin);
    const rule = (await admin.post('/api/v1/notify/rules').send({ name: 'All', event_types: ['*'], roles: ['admin'], channels: ['email', 'in_app'] }).expect(201)).body as { email_state: string };
    expect(rule.email_state).toBe('not_configured');
    await app.app.get(Db).write(systemActor(company.accountId, 'test'), (tx) => {
      tx.withoutAudit('test');
      return emit(tx, EndpointDisabled, { endpoint_id: randomUUID(), name: 'Books', reason: 'Gone.' });
    });
    await until(async () => (await admin.get('/api/v1/notify/inbox/unread_count')).body.unread === 1);
    expect(await app.db.sql(`select 1 from notify.mail`, [], company.accountId)).toEqual([]);
  });
});
