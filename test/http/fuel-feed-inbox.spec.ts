import { testApp, type Agent, type TestApp } from '../support/app';
import { feedRecord, importFeed, vehicle, type FeedRecord } from '../support/feed';
import { addPerson, as, foundCompany, type Company } from '../support/people';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const base = '/api/v1/fuel_log';
const fillsAt = '/api/v1/analytics/fuel-fills';

interface Item {
  id: string;
  record_id: string;
  state: string;
  version: number;
  raw: FeedRecord;
  overlay: FeedRecord | null;
  issues: { code: string; suggestion: { canonical: string } | null }[];
  odometer_void_reason: string | null;
  duplicate_of: string | null;
  decisions: { action: string; undone: boolean }[];
}

let app: TestApp;
let folder: string;

beforeAll(async () => {
  app = await testApp({ FLEET_ROLES: 'api' });
  folder = mkdtempSync(join(tmpdir(), 'fleet-inbox-'));
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

let serial = 0;

async function house(records: FeedRecord[]): Promise<{ company: Company; admin: Agent; load(more: FeedRecord[]): Promise<void>; inbox(query?: string): Promise<Item[]>; fills(query?: string): Promise<Record<string, unknown>[]> }> {
  serial += 1;
  const company = await foundCompany(app, `inbox${serial}`);
  const admin = await as(app, company.admin);
  await vehicle(admin, 'KDA 001A', { cost_centre: 'CC1', assigned_city: 'Nairobi', department: 'Taxi' });
  await vehicle(admin, 'KDB 002B', { cost_centre: 'CC2', assigned_city: 'Nakuru' });
  let file = 0;
  const load = async (more: FeedRecord[]): Promise<void> => {
    file += 1;
    const path = join(folder, `${serial}-${file}.json`);
    writeFileSync(path, JSON.stringify(more));
    const outcome = await importFeed(app, company.accountId, { kind: 'file', path });
    if (outcome.state !== 'done') throw new Error(outcome.fault ?? '');
  };
  await load(records);
  return {
    company,
    admin,
    load,
    inbox: async (query = '') => (await admin.get(`${base}/inbox?limit=100${query}`).expect(200)).body.items as Item[],
    fills: async (query = '') => (await admin.get(`${fillsAt}?limit=100${query}`).expect(200)).body.items as Record<string, unknown>[],
  };
}

const codes = (item: Item | undefined): string[] => (item?.issues ?? []).map((i) => i.code);
const of = (items: Item[], record: FeedRecord): Item | undefined => items.find((i) => i.record_id === String(record.id));

describe('what waits for a person', () => {
  const doubts: [string, FeedRecord, string][] = [
    ['an unknown plate', { car: 'KDA 010A' }, 'plate_unknown'],
    ['no plate', { car: null }, 'plate_missing'],
    ['a fuel nobody taught', { fuel_type: 'dsiel' }, 'fuel_type_unknown'],
    ['a department nobody taught', { department: 'Logstiks' }, 'department_unknown'],
    ['more than the tank holds', { litres: '120 l' }, 'quantity_impossible'],
    ['nothing filled', { litres: 0 }, 'quantity_impossible'],
    ['kilometres for litres', { litres: '45,210 km' }, 'km_in_litres'],
    ['an odometer for litres', { litres: 45210 }, 'km_in_litres'],
    ['no litres', { litres: null }, 'quantity_missing'],
    ['litres in words', { litres: 'full tank' }, 'quantity_unreadable'],
    ['a date in words', { fuel_date: 'juzi' }, 'date_unreadable'],
    ['a date to come', { fuel_date: '2199-01-01T00:00:00Z' }, 'date_in_future'],
    ['another currency', { amount: 'USD 40' }, 'currency_foreign'],
    ['an amount in words', { amount: 'paid' }, 'amount_unreadable'],
  ];

  it('is exactly what a machine should not judge alone', async () => {
    const records = doubts.map(([, more]) => feedRecord({ car: 'KDB 002B', odometer: null, ...more }));
    const clean = feedRecord({ car: 'kda-001a', litres: '40,5 ltrs', amount: 'Ksh 7,290/=', fuel_type: 'PETROLI', department: 'taxi.', fuel_date: '03/01/2026 10:00' });
    const h = await house([...records, clean]);
    const items = await h.inbox();
    expect(doubts.map(([name], i) => [name, codes(of(items, records[i] as FeedRecord))])).toEqual(doubts.map(([name, , code]) => [name, [code]]));
    expect(of(items, clean)).toBeUndefined();
    expect(await h.fills()).toMatchObject([{ id: String(clean.id), plate: 'KDA 001A', litres: 40.5, amount_minor: 729_000, currency: 'KES', fuel_type: 'gasoline', department: 'Taxi', cost_centre: 'CC1', assigned_city: 'Nairobi' }]);
  });

  it('carries the most likely meaning of an unknown spelling', async () => {
    const [plate, fuel, department] = [feedRecord({ car: 'KAD 001A' }), feedRecord({ fuel_type: 'deizel' }), feedRecord({ department: 'Logstics' })];
    const items = await (await house([plate, fuel, department])).inbox();
    expect([plate, fuel, department].map((r) => of(items, r)?.issues[0]?.suggestion?.canonical)).toEqual(['KDA001A', 'diesel', 'Logistics']);
  });

  it('includes a message told twice: the second waits, the first counts', async () => {
    const first = feedRecord();
    const again = { ...first, id: `${String(first.id)}-again` };
    const h = await house([first]);
    await h.load([again]);
    const [item] = await h.inbox();
    expect(item).toMatchObject({ record_id: again.id, duplicate_of: String(first.id) });
    expect(await h.fills()).toHaveLength(1);
  });

  it('includes a reading between neighbours that fits neither, and no other', async () => {
    const at = (day: number): string => new Date(Date.UTC(2026, 2, day)).toISOString();
    const readings = [1200, 1400, 200_000, 1500, 1600].map((odometer, i) => feedRecord({ odometer, fuel_date: at(i + 1), litres: 30 + i }));
    const h = await house(readings);
    const items = await h.inbox();
    expect(items.map((i) => [i.record_id, codes(i)[0]])).toEqual([[String(readings[2]?.id), 'odometer_out_of_line']]);
    const applied = (await h.admin.post(`${base}/inbox/${items[0]?.id}/apply`).send({}).expect(200)).body as Item;
    expect(applied).toMatchObject({ state: 'applied', odometer_void_reason: 'above_later' });
    const fill = (await h.fills()).find((f) => f.id === String(readings[2]?.id));
    expect(fill).toMatchObject({ odometer_km: null, odometer_said_km: 200_000, odometer_void_reason: 'above_later' });
  });
});

describe('deciding', () => {
  it('applies, declines, edits and takes each back; the record itself never changes', async () => {
    const record = feedRecord({ litres: '45,210 km', message: 'KDA 001A 45,210 km' });
    const h = await house([record]);
    const [item] = await h.inbox();
    const at = `${base}/inbox/${item?.id}`;
    expect((await h.admin.post(`${at}/apply`).send({}).expect(422)).body.code).toBe('FUEL_RECORD_INCOMPLETE');

    const edited = (await h.admin.post(`${at}/edit`).set('if-match', `"${item?.version}"`).send({ litres: 45.2, odometer_km: 45_210, reason: 'mixed up' }).expect(200)).body as Item;
    expect(edited).toMatchObject({ state: 'settled', issues: [], overlay: { litres: 45.2, odometer: 45_210 } });
    expect(edited.raw).toEqual(record);
    expect(await h.fills()).toMatchObject([{ litres: 45.2, odometer_km: 45_210 }]);
    expect((await h.admin.post(`${at}/apply`).set('if-match', `"${item?.version}"`).send({}).expect(412)).body.code).toBe('VERSION_CONFLICT');

    await h.admin.post(`${at}/undo`).expect(200);
    expect(await h.fills()).toEqual([]);
    expect((await h.inbox())[0]).toMatchObject({ state: 'waiting', overlay: null });

    expect((await h.admin.post(`${at}/decline`).send({}).expect(400)).body.code).toBe('INVALID_INPUT');
    expect((await h.admin.post(`${at}/decline`).send({ reason: 'not a fill' }).expect(200)).body).toMatchObject({ state: 'declined' });
    expect(await h.inbox()).toEqual([]);
    expect(await h.inbox('&state=declined')).toHaveLength(1);
    const back = (await h.admin.post(`${at}/undo`).expect(200)).body as Item;
    expect(back.state).toBe('waiting');
    expect(back.decisions.map((d) => [d.action, d.undone])).toEqual([['undo', false], ['decline', true], ['undo', false], ['edit', true]]);
    expect((await h.admin.post(`${at}/undo`).expect(422)).body.code).toBe('FUEL_NOTHING_TO_UNDO');
  });

  it('outlives the next import of the same record, and lapses when the record changes', async () => {
    const record = feedRecord({ department: 'Blue Team', updated_at: '2026-05-01T00:00:00Z' });
    const h = await house([record]);
    const [item] = await h.inbox();
    await h.admin.post(`${base}/inbox/${item?.id}/apply`).send({}).expect(200);
    await h.load([record]);
    expect(await h.fills()).toHaveLength(1);
    await h.load([{ ...record, litres: 41, updated_at: '2026-05-02T00:00:00Z' }]);
    expect((await h.inbox())[0]).toMatchObject({ id: item?.id, state: 'waiting', litres: 41 });
  });

  it('is for people of the account and of the parks it lies in', async () => {
    const h = await house([feedRecord({ fuel_type: 'xx' })]);
    const [item] = await h.inbox();
    const stranger = await as(app, (await foundCompany(app, `strangers${serial}`)).admin);
    await stranger.get(`${base}/inbox/${item?.id}`).expect(404);
    await stranger.post(`${base}/inbox/${item?.id}/apply`).send({}).expect(404);
    const park = (await h.admin.post('/api/v1/auth/parks').send({ name: 'Elsewhere' }).expect(201)).body as { id: string };
    const limited = await as(app, await addPerson(app, h.company, 'operator', { parkIds: [park.id] }));
    expect((await limited.get(`${base}/inbox`).expect(200)).body.items).toEqual([]);
    await limited.post(`${base}/inbox/${item?.id}/apply`).send({}).expect(404);
    expect((await limited.get(fillsAt).expect(200)).body.items).toEqual([]);
  });
});

describe('teaching a spelling', () => {
  it('settles every record that used it, and unlearning takes that back', async () => {
    const records = [feedRecord({ fuel_type: 'V-Max' }), feedRecord({ fuel_type: 'v max' }), feedRecord({ department: 'Night Owls' }), feedRecord({ car: 'TAXI 7' })];
    const h = await house(records);
    expect(await h.inbox()).toHaveLength(4);
    const teach = (kind: string, spelling: string, canonical: string) => h.admin.post(`${base}/aliases`).send({ kind, spelling, canonical });
    expect((await teach('fuel_type', 'V MAX', 'gasoline').expect(201)).body).toMatchObject({ rederived_count: 2, spelling_key: 'vmax' });
    expect((await teach('department', 'Night Owls', 'Taxi').expect(201)).body).toMatchObject({ rederived_count: 1 });
    const { id } = (await teach('plate', 'taxi-7', 'kda 001a').expect(201)).body as { id: string };
    expect(await h.inbox()).toEqual([]);
    expect(await h.fills('&plate=KDA001A')).toHaveLength(4);
    expect((await h.fills('&department=Taxi')).map((f) => f.id)).toEqual([String(records[2]?.id)]);
    await h.admin.delete(`${base}/aliases/${id}`).expect(204);
    expect((await h.inbox()).map((i) => i.record_id)).toEqual([String(records[3]?.id)]);
    expect((await teach('fuel_type', 'x', 'water').expect(400)).body.code).toBe('FUEL_TYPE_UNKNOWN');
    expect((await teach('plate', 'x', 'NOBODY 1').expect(422)).body.code).toBe('FUEL_ALIAS_NO_VEHICLE');
    expect((await teach('plate', '--', 'KDA 001A').expect(400)).body.code).toBe('FUEL_ALIAS_EMPTY');
  });

  it('is not needed for a vehicle that comes into the registry later', async () => {
    const h = await house([feedRecord({ car: 'KDN 900N' })]);
    expect(await h.inbox()).toHaveLength(1);
    await vehicle(h.admin, 'KDN 900N');
    await h.load([]);
    expect(await h.inbox()).toEqual([]);
    expect(await h.fills('&plate=kdn900n')).toHaveLength(1);
  });
});

describe('the list of all fills', () => {
  it('is filtered, paged, summed and exported, under both addresses', async () => {
    const day = (n: number): string => new Date(Date.UTC(2026, 3, n)).toISOString();
    const records = Array.from({ length: 25 }, (_, i) => feedRecord({ car: i % 2 ? 'KDB 002B' : 'KDA 001A', fuel_date: day(i + 1), litres: 10 + i, amount: 1000, fuel_type: i % 5 ? 'petrol' : 'diesel' }));
    const h = await house(records);
    const pages: string[] = [];
    let cursor = '';
    do {
      const page = (await h.admin.get(`/analytics/fuel-fills?limit=7${cursor}`).expect(200)).body as { items: { id: string }[]; next_cursor: string | null };
      pages.push(...page.items.map((i) => i.id));
      cursor = page.next_cursor ? `&cursor=${page.next_cursor}` : '';
    } while (cursor);
    expect(pages).toEqual(records.map((r) => String(r.id)).reverse());
    expect(await h.fills('&city=Nakuru')).toHaveLength(12);
    expect(await h.fills('&cost_centre=CC1&fuel_type=diesel')).toHaveLength(3);
    expect(await h.fills(`&from=${day(3)}&to=${day(6)}`)).toHaveLength(3);
    expect(await h.fills('&source=fill_up')).toEqual([]);
    expect((await h.admin.get(`${fillsAt}/totals?plate=kdb002b`).expect(200)).body).toEqual({ fills: 12, litres: 264, energy_kwh: 0, money: [{ currency: 'KES', amount_minor: 1_200_000, fills: 12 }] });
    const csv = await h.admin.get(`${fillsAt}/export?plate=KDA001A`).expect(200);
    expect(csv.text.trim().split('\r\n')).toHaveLength(14);
    expect((await h.admin.get(`${fillsAt}?cursor=x`).expect(400)).body.code).toBe('BAD_CURSOR');
    expect((await h.admin.get(`${fillsAt}?sort=litres`).expect(400)).body.code).toBe('UNKNOWN_SORT');
  });

  it('counts a fill once when a person entered it too, whoever came first', async () => {
    const record = feedRecord({ litres: 40, fuel_date: '2026-03-01T10:00:00Z' });
    const h = await house([]);
    const enter = async (): Promise<string> => {
      const { items } = (await h.admin.get('/api/v1/transport_registry?q=KDA001A').expect(200)).body as { items: { id: string }[] };
      const body = { vehicle_id: items[0]?.id, fuel_date: '2026-03-01T11:00:00Z', odometer_reading: 10_500, fuel_type: 'gasoline', fuel_quantity: 40, unit_of_measure: 'l', is_full_tank: true, confirm: true };
      return ((await h.admin.post(`${base}/fill_ups`).send(body).expect(201)).body as { id: string }).id;
    };
    await h.load([record]);
    expect(await h.fills()).toMatchObject([{ source: 'feed' }]);
    const id = await enter();
    expect(await h.fills()).toMatchObject([{ source: 'fill_up', id }]);
    await h.load([feedRecord({ litres: 40.2, fuel_date: '2026-03-01T12:00:00Z' })]);
    expect((await h.fills()).map((f) => f.source).sort()).toEqual(['feed', 'fill_up']);
    expect((await h.admin.get(`${fillsAt}/totals`).expect(200)).body.fills).toBe(2);
  });
});

describe('the views', () => {
  it('show an account its own fills and its efficiency by vehicle and month', async () => {
    const day = (n: number): string => new Date(Date.UTC(2026, 4, n, 9)).toISOString();
    const h = await house([1000, 1500, 2000].map((odometer, i) => feedRecord({ odometer, fuel_date: day(i * 3 + 1), litres: 40, amount: 8000 })));
    const rows = await app.db.sql<{ plate: string; month_on: string; litres: string; distance_km: string; l_per_100km: string; amount_minor_per_km: string }>(`select * from reporting.v_fuel_efficiency`, [], h.company.accountId);
    expect(rows).toMatchObject([{ plate: 'KDA 001A', month_on: '2026-05-01', litres: '80.000', distance_km: '1000.0', l_per_100km: '8.00', amount_minor_per_km: '1600.00' }]);
    const other = (await foundCompany(app, `viewers${serial}`)).accountId;
    expect(await app.db.sql('select * from reporting.v_fuel_fills', [], other)).toEqual([]);
    expect(await app.db.sql('select * from reporting.v_fuel_fills', [], h.company.accountId)).toHaveLength(3);
  });
});
