import { testApp, type TestApp } from '../support/app';
import { as, login, settle, type People } from '../support/people';

describe('people of two companies', () => {
  let app: TestApp;
  let people: People;
  beforeAll(async () => {
    app = await testApp();
    people = await settle(app);
  });
  afterAll(() => app?.close());

  it('sign in and see who they are', async () => {
    const { access_token } = await login(app, people.north.driver);
    const me = await app.as(access_token).get('/api/v1/auth/me').expect(200);
    expect(me.body).toMatchObject({ email: people.north.driver.email, role: 'driver', account_id: people.north.accountId, permissions: expect.arrayContaining(['auth.self.use']) });
  });

  it('see only their own company', async () => {
    const admin = await as(app, people.south.admin);
    const { body } = await admin.get('/api/v1/auth/users').expect(200);
    expect(body.items.map((p: { role: string }) => p.role).sort()).toEqual(['admin', 'driver', 'immobilizing_operator', 'investor', 'operator']);
    await admin.get(`/api/v1/auth/users/${people.north.driver.id}`).expect(404);
  });
});
