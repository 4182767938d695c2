import { randomUUID } from 'node:crypto';
import { DocumentExpiring } from '@fleet/contracts';
import { Db, systemActor, type Tx } from '@fleet/platform/database';
import { EndpointDisabled } from '@fleet/platform/notify/events';
import { emit } from '@fleet/platform/outbox';
import { testApp, type TestApp } from '../support/app';
import { mailbox, type Mailbox } from '../support/mailbox';
import { as, settle, type Company, type TestPerson } from '../support/people';
import { until } from '../support/until';

const base = '/api/v1/notify';

let app: TestApp;
let north: Company;
let south: Company;
let box: Mailbox;

beforeAll(async () => {
  box = await mailbox();
  app = await testApp({ FLEET_ROLES: 'api,worker', SMTP_URL: box.url, MAIL_FROM: 'Fleet <fleet@fleet.test>' });
  // By the clock of Nairobi (UTC+3) it is noon, whenever this runs.
  app.clock.advance({ minutes: Math.ceil((9 * 60 - (new Date().getUTCHours() * 60 + new Date().getUTCMinutes()) + 1440) % 1440) });
  ({ north, south } = await settle(app));
}, 60_000);
afterAll(async () => {
  await app?.close();
  await box?.close();
});

/** Tells of something and waits until the outbox has told everybody. */
async function tell(emitted: (tx: Tx) => Promise<string>): Promise<void> {
  const id = await app.app.get(Db).write(systemActor(north.accountId, 'test'), (tx) => {
    tx.withoutAudit('test');
    return emitted(tx);
  });
  await until(async () => (await app.db.sql<{ done_at: Date | null }>(`select done_at from outbox.delivery where event_id = $1`, [id], north.accountId)).every((d) => d.done_at));
}
const warning = (tx: Tx): Promise<string> => emit(tx, DocumentExpiring, { driver_id: randomUUID(), document_id: randomUUID(), kind: 'licence', state: 'expiring', expires_on: '2026-12-24', days_left: 5 });
const critical = (tx: Tx): Promise<string> => emit(tx, EndpointDisabled, { endpoint_id: randomUUID(), name: 'Books', reason: 'Gone.' });

/** E-mails of a person that no one has sent yet, by when they are due. */
async function waiting({ id }: TestPerson): Promise<string[]> {
  const rows = await app.db.sql<{ due_at: Date }>(`select due_at from notify.mail where user_id = $1 and state = 'pending' order by created_at`, [id], north.accountId);
  return rows.map((mail) => mail.due_at.toISOString());
}

describe('a person’s own quiet hours', () => {
  it('hold e-mail to that person, over midnight, until they end or are taken back; what is critical passes', async () => {
    const admin = await as(app, north.admin);
    for (const { id } of (await admin.get(`${base}/rules`)).body.items) await admin.patch(`${base}/rules/${id}`).send({ enabled: false }).expect(200);
    await admin.post(`${base}/rules`).send({ name: 'Papers', event_types: ['*'], channels: ['email', 'in_app'], roles: ['admin', 'operator'] }).expect(201);
    const kept = (await admin.put(`${base}/quiet_hours`).send({ quiet: { from: '11:00', to: '05:00' } }).expect(200)).body;
    expect(kept).toEqual({ quiet: { from: '11:00', to: '05:00' }, time_zone: 'Africa/Nairobi', email_state: 'ready' });

    await tell(warning);
    await until(() => box.mails.length === 1);
    expect(box.mails[0]?.to).toEqual([north.operator.email]);
    expect(await waiting(north.admin)).toEqual([expect.stringMatching(/T02:00:00\.000Z$/)]);
    expect((await admin.get(`${base}/inbox`)).body.items).toHaveLength(1);

    await tell(critical);
    await until(() => box.mails.some((mail) => mail.to.includes(north.admin.email)));
    await until(async () => (await waiting(north.admin)).length === 1);

    box.mails.length = 0;
    expect((await admin.put(`${base}/quiet_hours`).send({ quiet: null }).expect(200)).body.quiet).toBeNull();
    await tell(warning);
    await until(() => box.mails.some((mail) => mail.to.includes(north.admin.email)));
  });

  it('are refused when they are no hours, replaced when set again, and nobody else’s', async () => {
    const admin = await as(app, north.admin);
    const refused = await admin.put(`${base}/quiet_hours`).send({ quiet: { from: '06:00', to: '06:00' } });
    expect([refused.status, refused.body.code]).toEqual([400, 'QUIET_HOURS_EMPTY']);
    for (const quiet of [{ from: '24:00', to: '06:00' }, { from: '22:00' }, 'night', [], undefined]) {
      const answer = await admin.put(`${base}/quiet_hours`).send({ quiet });
      expect([quiet, answer.status, answer.body.code]).toEqual([quiet, 400, 'INVALID_INPUT']);
    }
    for (const from of ['22:00', '23:00']) await admin.put(`${base}/quiet_hours`).send({ quiet: { from, to: '06:00' } }).expect(200);
    expect((await admin.get(`${base}/quiet_hours`)).body.quiet).toEqual({ from: '23:00', to: '06:00' });
    for (const other of [north.driver, south.admin]) expect((await (await as(app, other)).get(`${base}/quiet_hours`).expect(200)).body.quiet).toBeNull();
  });
});
