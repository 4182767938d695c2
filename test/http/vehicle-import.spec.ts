import { as, settle, type People } from '../support/people';
import { testApp, type Agent, type TestApp } from '../support/app';

const base = '/api/v1/transport_registry';

interface ImportState {
  id: string;
  state: string;
  rows_total: number;
  rows_done: number;
  created_count: number;
  updated_count: number;
  unchanged_count: number;
  error_count: number;
  errors: { line: number; field: string | null; code: string }[];
}

describe('import and export of vehicles', () => {
  let app: TestApp;
  let people: People;
  let admin: Agent;

  beforeAll(async () => {
    app = await testApp();
    people = await settle(app);
    admin = await as(app, people.north.admin);
    await admin.post('/api/v1/auth/parks').send({ name: 'Westlands' }).expect(201);
  });
  afterAll(() => app.close());

  const send = (content: string | Buffer, query = '', name = 'fleet.csv') => admin.post(`${base}/imports${query}`).attach('file', Buffer.from(content), name);

  async function finished(content: string | Buffer, query = ''): Promise<ImportState> {
    const started = await send(content, query).expect(202);
    expect(started.headers.location).toBe(`${base}/imports/${started.body.id}`);
    for (let i = 0; i < 300; i += 1) {
      const { body } = await admin.get(`${base}/imports/${started.body.id}`).expect(200);
      if (body.state === 'done' || body.state === 'failed') return body as ImportState;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('the import did not end');
  }

  const table = [
    'Number Plate;VIN;Make;Fuel;Tank;Depot;Mileage;Tags',
    'KDA 001A;1M8GDM9AXKP042788;Toyota;Petrol;50;Westlands;123.456;night, airport',
    'KDA 002B;;Mazda;disel;41,5;westlands;88000;',
    'KDA 003C;TOOSHORT;;;;;;',
    'kda-002b;;Mazda;;;;;',
    'KDA 004D;;=cmd();;;;;',
    'KDA 005E;;;;;Nowhere;;',
  ].join('\r\n');

  it('checks everything in a dry run and writes nothing', async () => {
    const result = await finished(table, '?dry_run=true');
    expect(result).toMatchObject({ state: 'done', rows_total: 6, rows_done: 6, created_count: 2, error_count: 4 });
    expect(result.errors.map((e) => [e.line, e.code])).toEqual([
      [4, 'VEHICLE_VIN_INVALID'],
      [5, 'IMPORT_DUPLICATE_LINE'],
      [6, 'IMPORT_FORMULA_REFUSED'],
      [7, 'UNKNOWN_PARK'],
    ]);
    expect((await admin.get(base).expect(200)).body.items).toEqual([]);
  });

  it('creates the good lines and names the bad ones', async () => {
    expect(await finished(table)).toMatchObject({ created_count: 2, updated_count: 0, error_count: 4 });
    const { items } = (await admin.get(base).expect(200)).body;
    expect(items).toMatchObject([
      { plate: 'KDA 001A', make: 'Toyota', fuel_type: 'gasoline', tank_capacity_l: 50, odometer_km: 123456, tags: ['night', 'airport'], status: 'onboarding' },
      { plate: 'KDA 002B', fuel_type: 'diesel', tank_capacity_l: 41.5, odometer_km: 88000 },
    ]);
  });

  it('changes nothing when imported again, and only what differs when corrected', async () => {
    expect(await finished(table)).toMatchObject({ created_count: 0, updated_count: 0, unchanged_count: 2 });
    expect(await finished('plate,make\nKDA002B,Nissan\n')).toMatchObject({ updated_count: 1 });
    expect((await admin.get(`${base}?q=kda002b`).expect(200)).body.items[0]).toMatchObject({ make: 'Nissan', fuel_type: 'diesel' });
  });

  it.each(['csv', 'xlsx'] as const)('exports %s that imports as unchanged', async (format) => {
    const file = await admin.get(`${base}/export?format=${format}`).buffer(true).parse((res, done) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () => done(null, Buffer.concat(chunks)));
    });
    expect(file.headers['content-disposition']).toContain(`vehicles.${format}`);
    expect(await finished(file.body as Buffer)).toMatchObject({ rows_total: 2, unchanged_count: 2, error_count: 0 });
  });

  it.each([
    ['an empty file', '', 'FILE_EMPTY'],
    ['a header alone', 'plate,vin\n', 'IMPORT_EMPTY'],
    ['no plate column', 'a,b\n1,2\n', 'IMPORT_NO_PLATE_COLUMN'],
    ['the same column twice', 'plate,plate\n1,2\n', 'IMPORT_DUPLICATE_COLUMN'],
    ['UTF-16', Buffer.from('\ufeffplate\nKDA 1\n', 'utf16le'), 'IMPORT_WRONG_ENCODING'],
    ['Latin-1', Buffer.from('plate,make\nKDA 1,Citroën\n', 'latin1'), 'IMPORT_WRONG_ENCODING'],
    ['a zip that is no workbook', Buffer.from([0x50, 0x4b, 0x03, 0x04, 1, 2, 3]), 'IMPORT_MALFORMED_XLSX'],
    ['an unclosed quote', 'plate\n"KDA 1\n', 'IMPORT_MALFORMED_CSV'],
  ])('refuses %s as a whole', async (_, content, code) => {
    expect((await send(content).expect(400)).body.code).toBe(code);
  });

  it('needs the file field', async () => {
    expect((await admin.post(`${base}/imports`).field('other', 'x').expect(400)).body.code).toBe('FILE_MISSING');
  });

  it('is not seen by another account', async () => {
    const started = await send('plate\nKDB 1\n').expect(202);
    await (await as(app, people.south.admin)).get(`${base}/imports/${started.body.id}`).expect(404);
  });
});
