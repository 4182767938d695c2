import { testApp, type Agent, type TestApp } from '../support/app';
import { base, day, fill, litres, vehicle } from '../support/fuel';
import { as, settle, type People } from '../support/people';

interface ImportState {
  id: string;
  state: string;
  old_shape: boolean;
  rows_done: number;
  created_count: number;
  unchanged_count: number;
  error_count: number;
  errors: { line: number; field: string | null; code: string }[];
  comparison: { before: object; after: object; equal: boolean } | null;
}

let app: TestApp;
let people: People;
let admin: Agent;

beforeAll(async () => {
  app = await testApp();
  people = await settle(app);
  admin = await as(app, people.north.admin, { steppedUp: true });
}, 60_000);
afterAll(() => app?.close());

async function imported(content: string | Buffer, query = ''): Promise<ImportState> {
  const started = await admin.post(`${base}/imports${query}`).attach('file', Buffer.from(content), 'fills.csv').expect(202);
  for (let i = 0; i < 300; i += 1) {
    const { body } = await admin.get(started.headers.location as string).expect(200);
    if (body.state === 'done' || body.state === 'failed') return body as ImportState;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the import did not end');
}
const count = async (id: string): Promise<number> => (await admin.get(`${base}/fill_ups?vehicle_id=${id}`).expect(200)).body.items.length as number;

describe('a table of fill-ups', () => {
  const table = [
    'Plate;Date;Odometer;Litres;Price;Full;Station',
    'KIM 001A;2026-06-01;10.000;40,5;182,5;yes;Demo One',
    'kim-001a;2026-06-05 18:30;10.450;36;180;yes;',
    'KIM 001A;2026-06-03;9.000;20;180;no;',
    'KIM 999Z;2026-06-03;100;20;180;no;',
    'KIM 001A;2026-06-06;10.500;0;180;no;',
    'KIM 001A;06/07/2026;10.600;20;180;no;',
    'KIM 001A;2026-06-08;10.700;20;180;no;=cmd()',
    'KIM 001A;2099-06-08;10.700;20;180;no;',
    'KIM 001A;2026-06-09;10.800;20,5555;180;no;',
  ].join('\r\n');
  const faults = [[4, 'FUEL_ODOMETER_ROLLBACK'], [5, 'IMPORT_UNKNOWN_VEHICLE'], [6, 'FUEL_INVALID_QUANTITY'], [7, 'IMPORT_INVALID_DATE'], [8, 'IMPORT_FORMULA_REFUSED'], [9, 'FUEL_FUTURE_DATE'], [10, 'IMPORT_INVALID_VALUE']];
  let id: string;
  beforeAll(async () => {
    id = await vehicle(admin, { plate: 'KIM 001A' });
  });

  it('is checked dry, imported line by line, and brings nothing twice', async () => {
    expect(await imported(table, '?dry_run=true')).toMatchObject({ state: 'done', created_count: 2, error_count: 7, comparison: null });
    expect(await count(id)).toBe(0);
    const result = await imported(table);
    expect(result).toMatchObject({ state: 'done', created_count: 2, unchanged_count: 0, error_count: 7, old_shape: false });
    expect(result.errors.map((e) => [e.line, e.code]).sort((a, b) => Number(a[0]) - Number(b[0]))).toEqual(faults);
    expect(await imported(table)).toMatchObject({ created_count: 0, unchanged_count: 2, error_count: 7 });
    const rows = (await admin.get(`${base}/fill_ups?vehicle_id=${id}`)).body.items;
    expect(rows).toMatchObject([{ fuel_date: '2026-06-05T15:30:00.000Z', fuel_l: 36, efficiency: 8 }, { fuel_date: '2026-06-01T09:00:00.000Z', fuel_l: 40.5, total_cost_minor: 739_125, source: 'import' }]);
  });

  it('that was exported changes nothing when it is read again', async () => {
    const other = await vehicle(admin, { plate: 'KIM 002B', fuel_type: 'electric' });
    await fill(admin, { ...litres(other, day(1), 500, 30, { fuel_type: 'electric', unit_of_measure: 'kwh', notes: 'a;b, "c"' }) });
    for (const format of ['csv', 'xlsx']) {
      const file = (await admin.get(`${base}/fill_ups/export?format=${format}`).buffer(true).parse((res, done) => {
        const parts: Buffer[] = [];
        res.on('data', (part: Buffer) => parts.push(part));
        res.on('end', () => done(null, Buffer.concat(parts)));
      }).expect(200)).body as Buffer;
      expect(await imported(file)).toMatchObject({ created_count: 0, unchanged_count: 3, error_count: 0, comparison: { equal: true } });
    }
  });

  it('is refused as a whole when it cannot be read', async () => {
    const send = async (content: string): Promise<string> => (await admin.post(`${base}/imports`).attach('file', Buffer.from(content), 'x.csv')).body.code as string;
    expect(await send('plate,notes\nK 1,x\n')).toBe('IMPORT_COLUMN_MISSING');
    expect(await send('plate,fuel_date,litres\n')).toBe('IMPORT_EMPTY');
    await (await as(app, people.north.operator)).post(`${base}/imports`).attach('file', Buffer.from(table), 'x.csv').expect(403);
  });
});

describe('the old shape', () => {
  it('comes over without loss: every gallon, every price, at noon of its day', async () => {
    const id = await vehicle(admin, { plate: 'KIM 003C', odometer_unit: 'mi' });
    const lines = Array.from({ length: 130 }, (_, i) => `KIM 003C,${new Date(Date.UTC(2024, 0, 1 + i * 3)).toISOString().slice(0, 10)},${(8 + (i % 7) * 1.117).toFixed(3)},${(3.009 + (i % 5) * 0.111).toFixed(3)},${50_000 + i * 250}`);
    const result = await imported(`plate,date,gallons,price_per_gallon,odometer\n${lines.join('\n')}\n`, '?assume_full=true');
    expect(result).toMatchObject({ state: 'done', old_shape: true, created_count: 130, error_count: 0, rows_done: 130 });
    expect(result.comparison).toMatchObject({ equal: true, before: { rows: 130 } });
    expect(result.comparison?.after).toEqual(result.comparison?.before);
    const first = (await admin.get(`${base}/fill_ups?vehicle_id=${id}&sort=fuel_date&limit=2`)).body.items;
    expect(first).toMatchObject([{ fuel_date: '2024-01-01T09:00:00.000Z', fuel_type: 'gasoline', fuel_quantity: 8, unit_of_measure: 'gal_us', cost_per_unit: 3.009, odometer_reading: 50_000, source: 'legacy' }, { fuel_quantity: 9.117, distance_since_last: 402.3 }]);
    expect((await admin.get(`${base}/vehicles/${id}/efficiency`)).body.segments).toHaveLength(129);
  }, 60_000);

  it('shows what did not come over', async () => {
    await vehicle(admin, { plate: 'KIM 004D' });
    const result = await imported('plate,date,gallons,price_per_gallon,odometer\nKIM 004D,2024-01-01,10.5,3.2,100\nKIM 004D,2024-01-02,10.5,3.2,50\n');
    expect(result).toMatchObject({ created_count: 1, error_count: 1, errors: [{ line: 3, code: 'FUEL_ODOMETER_ROLLBACK' }], comparison: { before: { rows: 2, quantity: 21 }, after: { rows: 1, quantity: 10.5 }, equal: false } });
  });
});
