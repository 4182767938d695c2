import pg from 'pg';

/** The demo's two accounts, or others. Asked before the house is loaded to look closer, which takes seconds of every start. */
export async function accountsStand(ownerUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000, application_name: 'fleet-erp-prepare' });
  await client.connect();
  try {
    await client.query(`select set_config('app.scope', 'system', false)`);
    const { rows } = await client.query('select 1 from auth.account limit 2');
    return rows.length === 2;
  } finally {
    await client.end();
  }
}
