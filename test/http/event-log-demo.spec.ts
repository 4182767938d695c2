import { seedDemo } from '../../apps/cli/src/demo/seed';
import { fineStates } from '../../libs/event_log/src/rules/fine-flow';
import { derived } from '../support/events';
import { testDatabase, type TestDatabase } from '../support/database';

// The machine may be busy with other suites.
jest.setTimeout(120_000);

describe('events of the demo company', () => {
  let db: TestDatabase;
  let account: string;

  beforeAll(async () => {
    db = await testDatabase({ FLEET_ROLES: 'api' });
    await seedDemo(db.config);
    account = (await db.sql<{ id: string }>(`select id from auth.account where name like 'Demo Cabs%'`))[0]?.id ?? '';
  });
  afterAll(() => db?.close());

  const count = async (where: string): Promise<number> => (await db.sql<{ n: number }>(`select count(*)::int as n from event_log.standing where ${where}`, [], account))[0]?.n ?? -1;

  it('are a month of every type people and machines tell, by those who drove', async () => {
    for (const type of ['incident', 'violation', 'repair', 'fine']) expect({ type, many: (await count(`type = '${type}'`)) > 20 }).toEqual({ type, many: true });
    expect(await count(`type = 'violation' and driver_id is null`)).toBe(0);
    expect(await count(`at < now() - interval '20 days'`)).toBeGreaterThan(50);
    expect(await count(`at > now()`)).toBe(0);
  });

  it('have fines in every state, and some that wait for a person', async () => {
    for (const state of fineStates) expect({ state, some: (await count(`fine_state = '${state}'`)) > 0 }).toEqual({ state, some: true });
    expect(await count(`'vehicle_unknown' = any(review)`)).toBe(2);
    expect(await count(`type = 'fine' and review = '{unattributed}'`)).toBe(1);
  });

  it('stand where their rows say', async () => {
    expect(await db.sql(derived, [], account)).toEqual([]);
    await db.sql(`update event_log.standing set driver_id = null where id = (select id from event_log.standing where driver_id is not null limit 1)`, [], account);
    expect(await db.sql(derived, [], account)).toHaveLength(1);
  });
});
