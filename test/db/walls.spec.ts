import { testDatabase, type TestDatabase } from '../support/database';

/** Tables that are the house's own and hold no account's rows, each with the reason. */
const houseTables: Record<string, string> = {
  'platform.migration': 'ledger of migrations',
};

describe('walls around accounts', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase();
  });
  afterAll(() => db.close());

  interface TableRow {
    name: string;
    has_account: boolean;
    enabled: boolean;
    forced: boolean;
    policies: string[];
  }
  const tables = (): Promise<TableRow[]> =>
    db.sql<TableRow>(`
      select n.nspname || '.' || c.relname as name,
             exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'account_id' and not a.attisdropped) as has_account,
             c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
             array(select p.polname::text from pg_policy p where p.polrelid = c.oid) as policies
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema', 'pgboss') and n.nspname !~ '^pg_'`);

  it('stand around every table, forced even for its owner', async () => {
    const open = (await tables()).filter((t) => !houseTables[t.name] && !(t.enabled && t.forced && t.policies.length > 0));
    expect(open.map((t) => t.name)).toEqual([]);
  });

  it('let account rows be seen by their account only', async () => {
    const withoutWall = (await tables()).filter((t) => t.has_account && !t.policies.includes('tenant_wall'));
    expect(withoutWall.map((t) => t.name)).toEqual([]);
  });
});
