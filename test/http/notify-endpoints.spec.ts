import { randomUUID } from 'node:crypto';
import { testApp, type Agent, type TestApp } from '../support/app';
import { as, settle, type People } from '../support/people';

const base = '/api/v1/notify';

let app: TestApp;
let people: People;
let admin: Agent;

beforeAll(async () => {
  app = await testApp({ FLEET_ROLES: 'api', WEBHOOK_ALLOW_PRIVATE: '1' });
  people = await settle(app);
  admin = await as(app, people.north.admin);
}, 60_000);
afterAll(() => app?.close());

const url = 'http://127.0.0.1:9/hook';
const register = async (extra: object = {}): Promise<{ id: string; version: number; secret: string }> =>
  (await admin.post(`${base}/webhooks`).send({ name: `Hook ${randomUUID()}`, url, event_types: ['transport_registry.*'], ...extra }).expect(201)).body;

describe('an endpoint', () => {
  it.each([
    [{ url: 'nonsense' }, 422, 'WEBHOOK_URL_UNUSABLE'],
    [{ url: 'http://8.8.8.8/' }, 422, 'WEBHOOK_URL_NOT_HTTPS'],
    [{ url: 'http://169.254.169.254/latest/meta-data' }, 422, 'WEBHOOK_ADDRESS_REFUSED'],
    [{ url: 'https://me:secret@8.8.8.8/' }, 422, 'WEBHOOK_URL_WITH_LOGIN'],
    [{ url: 'https://no.such.host.invalid/' }, 422, 'WEBHOOK_HOST_UNKNOWN'],
    [{ event_types: ['nobody.*'] }, 400, 'UNKNOWN_EVENT_TYPE'],
    [{ event_types: [] }, 400, 'UNKNOWN_EVENT_TYPE'],
  ])('is refused with %j', async (wrong, code, problem) => {
    const answer = await admin.post(`${base}/webhooks`).send({ name: 'Wrong', url: url, event_types: ['*'], ...wrong });
    expect([answer.status, answer.body.code]).toEqual([code, problem]);
    expect((await admin.get(`${base}/webhooks`)).body.items).toEqual([]);
  });

  it('is changed by one person at a time, has a name of its own, and belongs to its account', async () => {
    const { id, version } = await register({ name: 'One' });
    await register({ name: 'Two' });
    await admin.patch(`${base}/webhooks/${id}`).set('if-match', `"${version}"`).send({ event_types: ['*'] }).expect(200);
    await admin.patch(`${base}/webhooks/${id}`).set('if-match', `"${version}"`).send({ event_types: ['*'] }).expect(412);
    expect((await admin.patch(`${base}/webhooks/${id}`).send({ name: 'two' })).body.code).toBe('ENDPOINT_NAME_TAKEN');
    const stranger = await as(app, people.south.admin);
    for (const path of ['pause', 'resume', 'ping', 'rotate_secret']) await stranger.post(`${base}/webhooks/${id}/${path}`).send({}).expect(404);
    await stranger.post(`${base}/webhooks/${id}/replay`).send({ since: new Date().toISOString() }).expect(404);
    await (await as(app, people.north.operator)).get(`${base}/webhooks`).expect(403);
  });


  it('is registered once for one Idempotency-Key, and shows its secret to the repeat', async () => {
    const once = () => admin.post(`${base}/webhooks`).set('idempotency-key', 'register-once').send({ name: 'Once', url, event_types: ['*'] }).expect(201);
    const [first, second] = [(await once()).body, (await once()).body];
    expect(second).toEqual(first);
    expect(first.secret).toMatch(/^whsec_/);
  });

  it('is one of fifty at most, also for those who hurry', async () => {
    const stranger = await as(app, people.south.admin);
    const answers = await Promise.all(Array.from({ length: 54 }, (_, n) => stranger.post(`${base}/webhooks`).send({ name: `Hook ${n}`, url, event_types: ['*'] })));
    expect(answers.filter((a) => a.status === 201)).toHaveLength(50);
    expect(answers.filter((a) => a.status === 422).map((a) => a.body.code)).toEqual(Array(4).fill('TOO_MANY_ENDPOINTS'));
  });
});
