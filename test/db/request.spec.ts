import { Pool, type PoolClient } from 'pg';
import { request } from '@fleet/platform/database/request';
import { testConnection, type TestConnection } from '../support/database';

const rows = (...numbers: number[]): Buffer => Buffer.from(numbers.map((n) => `${n}\n`).join(''));

describe('several statements as one request', () => {
  let one: TestConnection;
  let client: PoolClient;
  beforeAll(async () => {
    one = await testConnection();
    client = one.client;
  });
  afterAll(() => one.close());
  beforeEach(() => client.query('drop table if exists public.a, public.b; create table public.a (n int primary key); create table public.b (n int)'));

  const stored = async (): Promise<unknown> => (await client.query('select (select array_agg(n order by n) from public.a) as a, (select array_agg(n order by n) from public.b) as b')).rows[0];

  it('take the rows of their copies in order, and hold together', async () => {
    await request(client, 'copy public.a from stdin; insert into public.b values (7); copy public.b from stdin; select 1', [rows(1, 2), rows(3)]);
    expect(await stored()).toEqual({ a: [1, 2], b: [3, 7] });
    await request(client, '', []);
  });

  it.each([
    ['before rows were asked for', 'select 1 / 0; copy public.a from stdin', '22012'],
    ['for want of a table', 'copy public.c from stdin; copy public.a from stdin', '42P01'],
    ['over the rows', 'insert into public.a values (2); copy public.a from stdin; copy public.b from stdin', '23505'],
    ['over what the rows say', 'copy public.b from stdin; copy public.a (n, m) from stdin', '42703'],
    ['when all rows were taken', 'copy public.a from stdin; copy public.b from stdin; select 1 / 0', '22012'],
  ])('that fail %s leave nothing behind, and the connection goes on', async (_, text, code) => {
    const many = rows(...Array.from({ length: 50_000 }, (__, n) => n));
    for (let i = 0; i < 3; i += 1) {
      await expect(request(client, text, [many, rows(3)])).rejects.toMatchObject({ code, stack: expect.stringContaining('request.ts') as string });
      expect(await stored()).toEqual({ a: null, b: null });
    }
    await request(client, 'copy public.a from stdin', [rows(5)]);
    expect(await stored()).toEqual({ a: [5], b: null });
  });

  it('take part in the transaction that is open', async () => {
    await client.query('begin');
    await request(client, 'copy public.a from stdin; insert into public.b values (1)', [rows(1)]);
    await client.query('rollback');
    expect(await stored()).toEqual({ a: null, b: null });
  });

  it('fail when the connection is lost, also if it is lost already', async () => {
    const other = new Pool({ connectionString: one.database.config.DATABASE_URL, max: 1 });
    const lost = await other.connect();
    lost.on('error', () => undefined);
    await expect(request(lost, 'copy public.b from stdin; select pg_terminate_backend(pg_backend_pid())', [rows(1)])).rejects.toThrow();
    await expect(request(lost, 'select 1', [])).rejects.toThrow();
    lost.release(true);
    await other.end();
    expect(await stored()).toEqual({ a: null, b: null });
  });
});
