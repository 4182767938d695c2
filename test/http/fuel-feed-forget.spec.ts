import { Db, systemActor } from '@fleet/platform/database';
import { FuelAttribution } from '../../libs/fuel_log/src/fill_ups/attribution';
import { testApp, type Agent, type TestApp } from '../support/app';
import { everyRowAsText, openShift, type OpenShift } from '../support/drivers';
import { feedRecord, importRecords, vehicle, type FeedRecord } from '../support/feed';
import { as, foundCompany, type Company } from '../support/people';

let app: TestApp;
let company: Company;
let admin: Agent;
let shift: OpenShift;

beforeAll(async () => {
  app = await testApp({ FLEET_ROLES: 'api' });
  company = await foundCompany(app, 'forget');
  admin = await as(app, company.admin, { steppedUp: true });
  shift = await openShift(admin, { vehicleId: await vehicle(admin, 'KDF 001F'), at: ago(600) });
});
afterAll(() => app?.close());

const ago = (minutes: number): string => new Date(app.clock.now().getTime() - minutes * 60_000).toISOString();
const load = (records: FeedRecord[]) => importRecords(app, company.accountId, records);
const told = (more: FeedRecord) => feedRecord({ car: 'KDF 001F', odometer: null, driver: 'Demo Forgotten', message: 'Demo Forgotten took 40 l', updated_at: ago(60), ...more });
const raws = async (): Promise<Record<string, FeedRecord>> => Object.fromEntries((await app.db.sql<{ id: string; raw: FeedRecord }>('select id, raw from fuel.records', [], company.accountId)).map((r) => [r.id, r.raw]));

/** As the drivers' subsystem leaves a forgotten driver, and tells of it. */
async function forget(): Promise<void> {
  await app.db.sql(
    `update driver_module.driver set profile_sealed = null, blacklist_sealed = null, name_tokens = '{}', phone_index = null, email_index = null, tags = '{}', user_id = null, status = 'left', left_on = hired_on, erased_at = now() where id = $1`,
    [shift.driver.id],
    company.accountId,
  );
  await app.app.get(Db).write(systemActor(company.accountId, 'test'), async (tx) => {
    tx.withoutAudit('a test');
    await app.app.get(FuelAttribution).erased({ payload: { driver_id: shift.driver.id, subject_ids: [] } } as never, tx);
  });
}

it('a person who is forgotten is named by no message any more, not even by one that comes again or comes late', async () => {
  const [during, before, doubtful, late] = [told({ fuel_date: ago(120) }), told({ fuel_date: ago(900), driver: 'Demo Other', message: 'Demo Other took 40 l' }), told({ fuel_date: ago(240), department: 'Nobody Knows' }), told({ fuel_date: ago(300), litres: 20 })] as const;
  await load([during, before, doubtful]);
  const [item] = (await admin.get('/api/v1/fuel_log/inbox').expect(200)).body.items as { id: string }[];
  await admin.post(`/api/v1/fuel_log/inbox/${item?.id}/apply`).send({}).expect(200);
  expect(await everyRowAsText(app, ['fuel'], company.accountId)).toContain('Demo Forgotten');

  await forget();
  expect(await everyRowAsText(app, ['fuel'], company.accountId)).not.toContain('Demo Forgotten');
  const { driver, message, ...rest } = during;
  expect([driver, message]).toEqual(['Demo Forgotten', 'Demo Forgotten took 40 l']);
  expect((await raws())[String(during.id)]).toEqual(rest);
  expect((await raws())[String(before.id)]).toEqual(before);
  expect((await admin.get(`/api/v1/fuel_log/inbox/${item?.id}`).expect(200)).body).toMatchObject({ state: 'applied', driver: null, message: null });

  expect(await load([during, before, doubtful])).toMatchObject({ unchanged: 3, changed: 0 });
  expect(await load([{ ...during, litres: 41, updated_at: ago(1) }, late])).toMatchObject({ changed: 1, added: 1 });
  expect(await everyRowAsText(app, ['fuel'], company.accountId)).not.toContain('Demo Forgotten');
  const fills = (await admin.get('/api/v1/analytics/fuel-fills?limit=100').expect(200)).body.items as { litres: number; driver: string | null }[];
  expect(fills.map((f) => [f.litres, f.driver]).sort()).toEqual([[20, null], [40, 'Demo Other'], [40, null], [41, null]].sort());
});
