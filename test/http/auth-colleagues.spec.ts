import { randomUUID } from 'node:crypto';
import { testApp, type TestApp } from '../support/app';
import { as, settle, type Company } from '../support/people';

const names = (ids: readonly string[]): string => `/api/v1/auth/colleagues?ids=${ids.join(',')}`;

let app: TestApp;
let north: Company;
let south: Company;

beforeAll(async () => {
  app = await testApp();
  ({ north, south } = await settle(app));
}, 60_000);
afterAll(() => app?.close());

describe('names behind ids', () => {
  it('are told to staff for members of their own account, and nothing but the name', async () => {
    const operator = await as(app, north.operator);
    const ids = [north.admin.id, north.driver.id, south.admin.id, randomUUID()];
    const { items } = (await operator.get(names(ids)).expect(200)).body as { items: { id: string; name: string }[] };
    expect(items.map(({ id }) => id).sort()).toEqual([north.admin.id, north.driver.id].sort());
    for (const item of items) expect([Object.keys(item), item.name.length > 0]).toEqual([['id', 'name'], true]);
  });

  it('stay with an act of somebody who may no longer enter', async () => {
    const admin = await as(app, north.admin);
    await admin.patch(`/api/v1/auth/users/${north.investor.id}`).send({ disabled: true }).expect(200);
    expect((await admin.get(names([north.investor.id])).expect(200)).body.items).toHaveLength(1);
  });

  it('are no business of drivers', async () => {
    await (await as(app, north.driver)).get(names([north.admin.id])).expect(403);
  });

  it.each(['', 'me', `${randomUUID()},`, Array.from({ length: 51 }, () => randomUUID()).join(',')])('are refused for %s', async (ids) => {
    const answer = await (await as(app, north.operator)).get(names([ids]));
    expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_INPUT']);
  });
});
