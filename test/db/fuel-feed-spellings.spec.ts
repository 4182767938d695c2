import fc from 'fast-check';
import { testDatabase, type TestDatabase } from '../support/database';

describe('what chat messages say, as the database reads it', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase();
  });
  afterAll(() => db.close());

  async function read(expression: string, texts: string[]): Promise<unknown[]> {
    const rows = await db.sql<{ value: unknown }>(`select to_jsonb(${expression}) as value from unnest($1::text[]) with ordinality u (t, n) order by n`, [texts]);
    return rows.map((r) => r.value);
  }

  const table = (name: string, expression: string, examples: [string, unknown][]): void => {
    it(name, async () => {
      const values = await read(expression, examples.map(([text]) => text));
      expect(examples.map(([text], i) => [text, values[i]])).toEqual(examples);
    });
  };

  table('plates', 'fuel.norm_plate(t)', [
    ['KCA 542Q', 'KCA542Q'],
    ['kca542q', 'KCA542Q'],
    [' KCA-542 Q.', 'KCA542Q'],
    ['Ж 123 京', 'Ж123京'],
    ['--', null],
    ['', null],
  ]);

  table('litres', 'fuel.parse_litres(t)', [
    ['45', 45],
    ['45.5', 45.5],
    ['45,5', 45.5],
    ['45l', 45],
    ['45 Ltrs', 45],
    ['lita 45.25', 45.25],
    ['L45', 45],
    ['45.500', 45.5],
    ['45,500', 45500],
    ['1.234,5', 1234.5],
    ['1,234.5', 1234.5],
    ['45 ltrs @ 180', 45],
    ['-5', -5],
    ['.', null],
    ['forty', null],
    ['', null],
    ['3.5.2', null],
    ['1,2,3.4,5', null],
    ['999999999999999999', null],
    ['9'.repeat(300), null],
  ]);

  table('amounts', 'fuel.parse_amount(t)', [
    ['KES 7,200', 7200],
    ['Ksh7200/=', 7200],
    ['7.200,50', 7200.5],
    ['7,200.50', 7200.5],
    ['7 200', 7200],
    ["7'200", 7200],
    ['5k', 5000],
    ['5.5K', 5500],
    ['1,000,000/-', 1000000],
    ['free', null],
  ]);

  table('odometers', 'fuel.parse_odometer(t)', [
    ['123456', 123456],
    ['123,456 km', 123456],
    ['123.456KM', 123456],
    ['123456.7', 123456.7],
    ['123 456', 123456],
    ['ODO:99887', 99887],
    ['12k km', 12000],
  ]);

  table('currencies', 'fuel.parse_currency(t)', [
    ['KES 7,200', 'KES'],
    ['ksh 10', 'KES'],
    ['USD50', 'USD'],
    ['$50', 'USD'],
    ['7200', null],
  ]);

  table('dates and times, in Nairobi', `fuel.parse_moment(t, 'Africa/Nairobi') at time zone 'UTC'`, [
    ['2026-11-03T08:15:00Z', '2026-11-03T08:15:00'],
    ['2026-11-03T08:15:00.123Z', '2026-11-03T08:15:00'],
    ['2026-11-03T08:15:00+03:00', '2026-11-03T05:15:00'],
    ['2026-11-03T08:15:00-0130', '2026-11-03T09:45:00'],
    ['2026-11-03 08:15', '2026-11-03T05:15:00'],
    ['2026-11-03', '2026-11-03T09:00:00'],
    ['03/11/2026 08:15', '2026-11-03T05:15:00'],
    ['3.11.26', '2026-11-03T09:00:00'],
    ['03/11/2026 8:15 PM', '2026-11-03T17:15:00'],
    ['11/23/2026', '2026-11-23T09:00:00'],
    ['3 Mei 2026', '2026-05-03T09:00:00'],
    ['3rd Nov 2026, 12:05 am', '2026-11-02T21:05:00'],
    ['31-Des-2026 23.59', '2026-12-31T20:59:00'],
    ['29/02/2028', '2028-02-29T09:00:00'],
    ['29/02/2026', null],
    ['2026-13-01', null],
    ['2026-11-03T25:00:00Z', null],
    ['1793683200', '2026-11-03T05:20:00'],
    ['1793683200000', '2026-11-03T05:20:00'],
    ['yesterday', null],
    ['juzi asubuhi', null],
    ['', null],
  ]);

  table('fuels', 'fuel.canon_fuel_type(t)', [
    ['DISIEL', null],
    ['', null],
  ]);

  it('knows fuels and departments as the account that asks does', async () => {
    const account = '00000000-0000-4000-8000-00000000000a';
    await db.sql(`insert into auth.account (id, kind, name, time_zone, currency, distance_unit, fuel_unit, created_at) values ($1, 'company', 'x', 'UTC', 'KES', 'km', 'l', now())`, [account]);
    await db.sql(`insert into fuel.alias (id, account_id, kind, spelling_key, spelling, canonical, taught_by, created_at) values (gen_random_uuid(), $1, 'fuel_type', 'vmax', 'V-Max', 'gasoline', 'test', now()), (gen_random_uuid(), $1, 'department', 'logistics', 'Logistics', 'Haulage', 'test', now())`, [account], account);
    const fuels = ['DISIEL', 'Deisel', 'd i e s e l', 'PETROLI', 'super', 'Dizeli', 'umeme', 'V-MAX', 'water'];
    const rows = await db.sql<{ fuel: string | null; department: string | null }>(`select fuel.canon_fuel_type(t) as fuel from unnest($1::text[]) with ordinality u (t, n) order by n`, [fuels], account);
    expect(rows.map((r) => r.fuel)).toEqual(['diesel', 'diesel', 'diesel', 'gasoline', 'gasoline', 'diesel', 'electric', 'gasoline', null]);
    const departments = ['LOGISTICS', 'logistcs', 'Usafirishaji', 'sales dept.', 'Unheard of'];
    const found = await db.sql<{ department: string | null }>(`select fuel.canon_department(t) as department from unnest($1::text[]) with ordinality u (t, n) order by n`, [departments], account);
    expect(found.map((r) => r.department)).toEqual(['Haulage', 'Logistics', 'Logistics', 'Sales', null]);
  });

  describe('whatever is said', () => {
    const junk = fc.oneof(fc.string({ maxLength: 80 }), fc.string({ unit: fc.constantFrom(...'0123456789.,-/: \'kmKESlZT+'.split('')), maxLength: 40 })).map((s) => s.replaceAll('\0', '').replace(/\p{Surrogate}/gu, ''));

    it('is a value or nothing, never an error', async () => {
      const texts = fc.sample(junk, { numRuns: 3000, seed: 11 });
      for (const expression of ['fuel.parse_litres(t)', 'fuel.parse_amount(t)', 'fuel.parse_odometer(t)', `fuel.parse_moment(t, 'Africa/Nairobi')`, 'fuel.parse_currency(t)', 'fuel.norm_plate(t)', 'fuel.spelling_key(t)']) {
        await expect(read(expression, texts)).resolves.toHaveLength(3000);
      }
    });

    it('numbers come back through every way of writing them', async () => {
      const numbers = fc.sample(fc.record({ whole: fc.integer({ min: 0, max: 9_999_999 }), cents: fc.integer({ min: 0, max: 99 }), way: fc.nat(5) }), { numRuns: 1000, seed: 12 });
      const written = numbers.map(({ whole, cents, way }) => {
        const decimals = String(cents).padStart(2, '0');
        const grouped = whole.toLocaleString('en');
        return [`${whole}.${decimals}`, `${whole},${decimals}`, `${grouped}.${decimals}`, `${whole.toLocaleString('de')},${decimals}`, `KES ${grouped}.${decimals}/=`, `${grouped.replaceAll(',', ' ')}.${decimals} only`][way] as string;
      });
      const values = await read('fuel.parse_amount(t)', written);
      expect(written.map((text, i) => [text, values[i]])).toEqual(numbers.map(({ whole, cents }, i) => [written[i], (whole * 100 + cents) / 100]));
    });

    it('moments come back through every way of writing them', async () => {
      const moments = fc.sample(fc.record({ at: fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }), way: fc.nat(4) }), { numRuns: 1000, seed: 13 });
      const two = (n: number): string => String(n).padStart(2, '0');
      const written = moments.map(({ at, way }) => {
        const iso = new Date(at * 1000).toISOString();
        const d = new Date((at - (at % 60)) * 1000);
        const day = `${two(d.getUTCDate())}/${two(d.getUTCMonth() + 1)}/${d.getUTCFullYear()}`;
        const month = ['Jan', 'Feb', 'Machi', 'April', 'Mei', 'Juni', 'July', 'Agosti', 'Sept', 'Oktoba', 'Nov', 'Desemba'][d.getUTCMonth()] ?? '';
        const hour12 = d.getUTCHours() % 12 || 12;
        return [iso, iso.replace('Z', '+00:00'), String(at), `${day} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`, `${d.getUTCDate()} ${month} ${d.getUTCFullYear()} ${hour12}:${two(d.getUTCMinutes())} ${d.getUTCHours() < 12 ? 'am' : 'pm'}`][way] as string;
      });
      const values = (await read(`extract(epoch from fuel.parse_moment(t, 'UTC'))`, written)) as number[];
      expect(written.map((text, i) => [text, values[i]])).toEqual(moments.map(({ at, way }, i) => [written[i], way >= 3 ? at - (at % 60) : at]));
    });
  });
});
