import pg from 'pg';
import { testApp, type TestApp } from '../support/app';
import { testDatabase, type TestDatabase } from '../support/database';
import { as, settle } from '../support/people';

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

  describe('tried by a foreign account, as the role the server runs as', () => {
    let app: TestApp;
    let client: pg.Client;
    let mine: string;

    beforeAll(async () => {
      app = await testApp({ FLEET_ROLES: 'api' });
      const people = await settle(app);
      mine = people.north.accountId;
      const admin = await as(app, people.north.admin);
      const vehicle = (await admin.post('/api/v1/transport_registry').set('idempotency-key', 'walls-test').send({ plate: 'WALL 1', odometer_km: 5 }).expect(201)).body;
      await admin.post(`/api/v1/transport_registry/${vehicle.id}/devices`).send({ device_id: 'WALL-1' }).expect(201);
      await admin.post(`/api/v1/transport_registry/${vehicle.id}/documents`).send({ kind: 'permit' }).expect(201);
      await admin.post('/api/v1/transport_registry/imports').attach('file', Buffer.from('plate\nWALL 2\n'), 'x.csv').expect(202);
      await admin.post('/api/v1/auth/parks').send({ name: 'Wall park' }).expect(201);
      await admin.post('/api/v1/auth/invitations').send({ email: 'wall@north.example', role: 'driver' }).expect(201);
      await admin.post('/api/v1/auth/clients').send({ name: 'wall', scopes: ['auth.park.read'] }).expect(201);
      client = new pg.Client({ connectionString: app.db.appUrl });
      await client.connect();
      await client.query(`select set_config('app.account_id', $1, false), set_config('app.scope', 'account', false)`, [people.south.accountId]);
    });
    afterAll(async () => {
      await client.end();
      await app.close();
    });

    it('shows, changes, deletes and takes nothing', async () => {
      const faults: string[] = [];
      let withRows = 0;
      for (const { name, has_account } of await tables()) {
        if (!has_account) continue;
        const [{ rows: own } = { rows: 0 }] = await app.db.sql<{ rows: number }>(`select count(*)::int as rows from ${name} where account_id = $1`, [mine], mine);
        if (own > 0) withRows += 1;
        const seen = await client.query(`select 1 from ${name} where account_id = $1`, [mine]);
        if (seen.rowCount !== 0) faults.push(`${name} shows ${seen.rowCount} foreign rows`);
        const acts = { update: `update ${name} set account_id = account_id where account_id = $1`, delete: `delete from ${name} where account_id = $1` };
        for (const [act, sql] of Object.entries(acts)) {
          const outcome = await client.query(sql, [mine]).then((r) => r.rowCount, (e: { code: string }) => e.code);
          if (outcome !== 0 && outcome !== '42501') faults.push(`${act} on ${name}: ${outcome}`);
        }
        const taken = await client.query(`insert into ${name} (account_id) values ($1)`, [mine]).then(() => 'taken', (e: { code: string }) => e.code);
        if (taken !== '42501') faults.push(`insert into ${name}: ${taken}`);
      }
      expect(faults).toEqual([]);
      expect(withRows).toBeGreaterThan(12);
    });

    it('sees no account at all when nobody is bound', async () => {
      await client.query(`select set_config('app.account_id', '', false), set_config('app.scope', '', false)`);
      for (const { name, has_account } of await tables()) {
        if (has_account) expect({ name, rows: (await client.query(`select 1 from ${name} where account_id is not null limit 1`)).rowCount }).toEqual({ name, rows: 0 });
      }
    });
  });
});
