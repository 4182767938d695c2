import { Pool, type PoolClient } from 'pg';
import { askPrepared } from '@fleet/platform/database/prepared-query';
import { statement } from '@fleet/platform/database';
import { testConnection, type TestConnection } from '../support/database';

describe('a prepared statement', () => {
  let one: TestConnection;
  let client: PoolClient;
  beforeAll(async () => {
    one = await testConnection();
    client = one.client;
  });
  afterAll(() => one.close());

  const all = statement<object>(`
    select n as id, null::text as nothing, 'Ä "quoted"' as text, n * 1.50::numeric as money, n > 1 as truth, array[n, null] as list, jsonb_build_object('n', n) as json, decode('00ff', 'hex') as bytes,
           timestamptz '2026-10-25 00:59:59.123+00' + n * interval '1 hour' as at, date '2026-02-28' as day, 9007199254740993::bigint as big, $2::text as said, $3::jsonb as told, $4::timestamptz as moment
      from generate_series(1, $1::int) n`);
  const values = [3, 'said', { a: [1] }, new Date('2026-11-21T10:00:00Z')];

  it('answers as pg does, the first time and every time after', async () => {
    const { rows } = await client.query(all.text, values);
    expect(rows).toHaveLength(3);
    for (let i = 0; i < 3; i++) expect(await askPrepared(client, all, values)).toEqual(rows);
    expect(Object.keys((await askPrepared(client, all, values))[0] ?? {})).toEqual(Object.keys(rows[0] as object));
  });

  it('that only writes answers with nothing', async () => {
    await client.query('create temp table noted (n int)');
    const write = statement<object>('insert into noted values ($1)');
    for (const n of [1, 2]) expect(await askPrepared(client, write, [n])).toEqual([]);
    expect((await client.query('select n from noted')).rows).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('that fails says so, and the connection goes on', async () => {
    const divide = statement<{ q: number }>('select 10 / $1::int as q');
    await expect(askPrepared(client, divide, [0])).rejects.toMatchObject({ code: '22012' });
    expect(await askPrepared(client, divide, [5])).toEqual([{ q: 2 }]);
    await expect(askPrepared(client, divide, [0])).rejects.toMatchObject({ code: '22012' });
    await expect(askPrepared(client, divide, ['ten'])).rejects.toMatchObject({ code: '22P02' });
    expect(await askPrepared(client, divide, [2])).toEqual([{ q: 5 }]);
    await expect(askPrepared(client, statement('select wrong from nowhere'), [])).rejects.toMatchObject({ code: '42P01', stack: expect.stringContaining('prepared-query') as string });
  });

  it('is not sent with a value that cannot be written, and the connection goes on', async () => {
    const echo = statement<object>('select $1::jsonb as told');
    const round: Record<string, unknown> = {};
    round['self'] = round;
    for (let i = 0; i < 2; i++) {
      await expect(askPrepared(client, echo, [round])).rejects.toThrow(/circular/);
      expect(await askPrepared(client, echo, [{ a: 1 }])).toEqual([{ told: { a: 1 } }]);
    }
  });

  it('whose columns change is refused by PostgreSQL, and read anew on another connection', async () => {
    await client.query('create table public.shape (a int); insert into public.shape values (1)');
    const every = statement<object>('select * from public.shape where $1');
    for (let i = 0; i < 2; i++) expect(await askPrepared(client, every, [true])).toEqual([{ a: 1 }]);
    await client.query(`alter table public.shape alter a type text using 'now ' || a, add b date default '2026-01-02'`);
    await expect(askPrepared(client, every, [true])).rejects.toMatchObject({ code: '0A000' });
    const other = new Pool({ connectionString: one.database.config.DATABASE_URL, max: 1 });
    const anew = await other.connect();
    expect(await askPrepared(anew, every, [true])).toEqual([{ a: 'now 1', b: '2026-01-02' }]);
    anew.release();
    await other.end();
  });
});
