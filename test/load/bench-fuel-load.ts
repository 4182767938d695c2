import pg from 'pg';
import { insertVehicles } from './equip';
import type { RunningHouse } from './running-house';

export const vehicles = 10_000;
export const fillsEach = 100;

/** A million fill-ups as a restore would bring them: plain rows from two connections, indexes, keys and triggers afterwards. */
export async function loadFillUps(owner: pg.Client, { account, ownerUrl }: RunningHouse): Promise<number> {
  const { rows: parks } = await bound(owner, account, () => owner.query<{ id: string }>('select id from auth.park where account_id = $1 order by id limit 2', [account]));
  await insertVehicles(owner, account, Array.from({ length: vehicles }, (_, i) => ({ plate: `BF${String(i + 1).padStart(6, '0')}`, park_id: parks[i % 2]?.id, tank_capacity_l: 50 })));
  await owner.query('analyze transport_registry.vehicle');
  const begin = performance.now();
  const other = new pg.Client({ connectionString: ownerUrl });
  // Ends with the database when something fails; what failed is what counts.
  other.on('error', () => undefined);
  await other.connect();
  const putBack = await barely(owner);
  await bound(other, account, () => Promise.all([fill(owner, account, 0), fill(other, account, 1)]));
  const half = Math.ceil(putBack.indexes.length / 2);
  await Promise.all([inTurn(owner, putBack.indexes.slice(0, half)), inTurn(other, putBack.indexes.slice(half))]);
  await other.end();
  await inTurn(owner, putBack.guards);
  await owner.query('analyze fuel_log.fill_up');
  return (performance.now() - begin) / 1000;
}

/** What the trigger would have marked, all at one moment: from here on it is the product that keeps their stretches. */
export async function markAll(owner: pg.Client): Promise<void> {
  await owner.query(`insert into fuel_log.stretch_stale (vehicle_id, account_id, since) select distinct vehicle_id, account_id, now() from fuel_log.fill_up where recorded_by = 'bench' on conflict do nothing`);
}

async function bound<T>(client: pg.Client, account: string, work: () => Promise<T>): Promise<T> {
  await client.query(`select set_config('app.account_id', $1, false), set_config('app.scope', 'account', false), set_config('synchronous_commit', 'off', false), set_config('maintenance_work_mem', '256MB', false)`, [account]);
  return work();
}

/** Takes away whatever is done row by row, and answers the statements that bring it back; keys hold for what is written from then on. */
async function barely(owner: pg.Client): Promise<{ indexes: string[]; guards: string[] }> {
  const { rows: keys } = await owner.query<{ name: string; definition: string }>(
    `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint where conrelid = 'fuel_log.fill_up'::regclass and contype = 'f'`,
  );
  const { rows: indexes } = await owner.query<{ name: string; definition: string }>(
    `select format('%I.%I', schemaname, indexname) as name, indexdef as definition from pg_indexes i
      where schemaname = 'fuel_log' and tablename = 'fill_up' and not exists (select from pg_constraint c where c.conrelid = 'fuel_log.fill_up'::regclass and c.conname = i.indexname)`,
  );
  await owner.query(`alter table fuel_log.fill_up disable trigger user`);
  for (const { name } of keys) await owner.query(`alter table fuel_log.fill_up drop constraint ${name}`);
  for (const { name } of indexes) await owner.query(`drop index ${name}`);
  const guards = keys.map(({ name, definition }) => `alter table fuel_log.fill_up add constraint ${name} ${definition} not valid`);
  return { indexes: indexes.map((row) => row.definition), guards: [...guards, 'alter table fuel_log.fill_up enable trigger user'] };
}

/** In the order in which they would have come, every second vehicle's. */
async function fill(client: pg.Client, account: string, parity: number): Promise<void> {
  await client.query(
    `insert into fuel_log.fill_up (id, account_id, vehicle_id, park_id, fuel_date, odometer_reading, distance_unit, fuel_type, fuel_quantity, unit_of_measure, cost_per_unit, total_cost_minor, currency, is_full_tank,
            missed_previous, fuel_station, state, distance_since_last, efficiency, source, recorded_by, created_at, updated_at)
     select gen_random_uuid(), $1, v.id, v.park_id, m.at, 10000 + n * 420, 'km', 'gasoline',
            20 + (v.vehicle_no + n) % 15, 'l', 182.5, (20 + (v.vehicle_no + n) % 15) * 18250, 'KES', n % 6 <> 0, n % 97 = 0, 'Bench Station ' || (v.vehicle_no + n) % 40, 'recorded', 420, 7, 'import', 'bench', now(), now()
       from transport_registry.vehicle v cross join generate_series(1, ${fillsEach}) n
       cross join lateral (select date_trunc('hour', now()) - (${fillsEach} - n) * interval '90 hours' - (v.vehicle_no % 5000) * interval '1 minute' as at) m
      where v.plate like 'BF%' and v.vehicle_no % 2 = $2 order by m.at`,
    [account, parity],
  );
}

async function inTurn(client: pg.Client, statements: string[]): Promise<void> {
  for (const statement of statements) await client.query(statement);
}
