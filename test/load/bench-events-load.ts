import pg from 'pg';
import { insertVehicles } from './equip';
import type { RunningHouse } from './running-house';

const drivers = 1000;
const vehicles = 500;
const days = 730;

export interface Loaded {
  driverIds: string[];
  vehicleIds: string[];
  loadSeconds: number;
}

/** Words of a made-up language, so that each number has one; the low ones are frequent. */
export const wordOf = (n: number): string => `${['ka', 'lo', 'mi', 'ru', 'te'][n % 5]}${['ba', 'do', 'fu', 'ge', 'pi', 'so', 'wa'][n % 7]}${n.toString(26).replaceAll(/[0-9]/g, (d) => 'qrstuvwxyz'[Number(d)] as string)}`;
export const plateOf = (n: number): string => `BEN ${1000 + n}E`;

/** Plain rows in bulk, indexes afterwards, as a restore would. */
export async function loadEvents(client: pg.Client, { account, ownerUrl }: RunningHouse, events: number): Promise<Loaded> {
  const begin = performance.now();
  await bind(client, account);
  await people(client, account);
  const indexes = await dropIndexes(client);
  await client.query(`create table public.bench_word (n int primary key, word text not null)`);
  await client.query(`insert into public.bench_word select n - 1, w from unnest($1::text[]) with ordinality u(w, n)`, [Array.from({ length: 20_000 }, (_, n) => wordOf(n))]);
  const other = new pg.Client({ connectionString: ownerUrl });
  // Ends with the database when something fails; what failed is what counts.
  other.on('error', () => undefined);
  await other.connect();
  await bind(other, account);
  const half = Math.floor(events / 2);
  await Promise.all([standings(client, account, 1, half, events), standings(other, account, half + 1, events, events)]);
  console.log(`standings after ${Math.round((performance.now() - begin) / 1000)} s`);
  await Promise.all([facts(client), judgements(other)]);
  console.log(`facts after ${Math.round((performance.now() - begin) / 1000)} s`);
  const mine = indexes.filter((_, i) => i % 2 === 0);
  const theirs = indexes.filter((_, i) => i % 2 === 1);
  await Promise.all([build(client, mine), build(other, theirs)]);
  await client.query('analyze event_log.standing, event_log.words, driver_module.shift');
  await other.query('analyze event_log.attribution');
  await other.end();
  const ids = async (table: string): Promise<string[]> => (await client.query<{ id: string }>(`select id from ${table} where id::text like 'be%-0000-4000-8000-%' order by id`)).rows.map((row) => row.id);
  return { driverIds: await ids('driver_module.driver'), vehicleIds: await ids('transport_registry.vehicle'), loadSeconds: (performance.now() - begin) / 1000 };
}

async function bind(client: pg.Client, account: string): Promise<void> {
  await client.query(`select set_config('app.account_id', $1, false), set_config('app.scope', 'account', false), set_config('synchronous_commit', 'off', false), set_config('maintenance_work_mem', '512MB', false)`, [account]);
}

const driverId = (n: string): string => `('bed00000-0000-4000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
const vehicleId = (n: string): string => `('be000000-0000-4000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;

/** Vehicles and drivers with a shift each day for the last month, so that what is ingested is attributed to somebody. */
async function people(client: pg.Client, account: string): Promise<void> {
  const wanted = Array.from({ length: vehicles }, (_, i) => ({ id: `be000000-0000-4000-8000-${(i + 1).toString(16).padStart(12, '0')}`, plate: plateOf(i) }));
  await insertVehicles(client, account, wanted);
  await client.query(`insert into driver_module.driver (id, account_id, status, status_since, created_at, updated_at) select ${driverId('n')}, $1, 'active', now(), now(), now() from generate_series(1, ${drivers}) n`, [account]);
  await client.query(
    `insert into driver_module.shift (id, account_id, driver_id, subject_id, vehicle_id, kind, state, period, created_by, created_at, updated_at)
     select gen_random_uuid(), $1, ${driverId('n')}, ${driverId('n')}, ${vehicleId('n')}, 'shift', 'closed', tstzrange(d - interval '12 hours', d), 'bench', now(), now()
       from generate_series(1, ${vehicles}) n, generate_series(now() - interval '29 days', now(), interval '1 day') d`,
    [account],
  );
}

async function dropIndexes(client: pg.Client): Promise<string[]> {
  await client.query('alter table event_log.event drop constraint event_of_vehicle');
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select format('%I.%I', schemaname, indexname) as name, indexdef as definition from pg_indexes
      where schemaname = 'event_log' and tablename in ('standing', 'attribution', 'words') and indexname not like '%\\_pk' order by indexname = 'words_search' desc, indexname`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map((row) => row.definition);
}

async function build(client: pg.Client, definitions: string[]): Promise<void> {
  for (const definition of definitions) await client.query(definition);
}

const word = (seed: string, below: number): string => `(select w.word from public.bench_word w where w.n = (abs(hashint8(${seed})::bigint) % ${below}))`;

/** Seven trips in ten, a fifth violations, the rest told by people; words only where people or detections have them. */
async function standings(client: pg.Client, account: string, from: number, to: number, events: number): Promise<void> {
  await client.query(
    `insert into event_log.standing (id, account_id, revision, type, kind, source, reference, vehicle_id, at, to_at, details, driver_id, outcome, method, state, review, fine_state, amount_minor, currency,
       recorded_by, recorded_at, changed_at, search)
     select md5(i::text)::uuid, $1, 1, t.type, t.kind, case when t.type in ('trip', 'violation') then 'telemetry' else 'staff' end, 'BN-' || i, ${vehicleId('1 + (i * 7919) % ' + vehicles)}, at,
       case when t.type = 'trip' then at + interval '25 minutes' end, case when t.type = 'trip' then '{"distance_km": 12.5, "moving_s": 1500, "idle_s": 120, "max_speed_kmh": 71}'::jsonb else '{"value": 4.2}'::jsonb end,
       case when i % 50 <> 0 then ${driverId('1 + (i * 104729) % ' + drivers)} end, case when i % 50 <> 0 then 'attributed' else 'unattributed' end, 'automatic',
       case when i % 50 <> 0 then 'accepted' else 'review' end, case when i % 50 <> 0 then '{}' else array['unattributed'] end,
       case when t.type = 'fine' then (array['received', 'attributed', 'charged', 'paid'])[1 + i % 4] end, case when t.type = 'fine' then 5000 end, case when t.type = 'fine' then 'KES' end,
       'bench', at, at,
       case when t.type = 'violation' then setweight(to_tsvector('simple', replace(t.kind, '_', ' ') || ' bn ' || i || ' bn' || i), 'A')
            when t.type <> 'trip' then setweight(to_tsvector('simple', t.kind || ' bn ' || i || ' bn' || i), 'A') ||
              setweight(to_tsvector('simple', concat_ws(' ', ${word('i', 40)}, ${word('i + 1', 400)}, ${word('i + 2', 400)}, ${word('i + 3', 20_000)}, ${word('i + 4', 20_000)})), 'B') end
       from generate_series($2::bigint, $3::bigint) i
       cross join lateral (select now() - interval '${days} days' * (1 - i::float8 / ${events}) - interval '1 minute' as at) m
       cross join lateral (select case when i % 100 < 70 then 'trip' when i % 100 < 90 then 'violation' when i % 100 < 94 then 'incident' when i % 100 < 98 then 'fine' else 'repair' end as type,
         case when i % 100 < 70 then 'trip' when i % 100 < 75 then 'harsh_braking' when i % 100 < 80 then 'harsh_cornering' when i % 100 < 90 then 'overspeed'
              when i % 100 < 94 then 'collision' when i % 100 < 98 then 'parking' else 'tyres' end as kind) t`,
    [account, from, to],
  );
}

async function facts(client: pg.Client): Promise<void> {
  await client.query(`insert into event_log.words (account_id, event_id, search, at) select account_id, id, search, at from event_log.standing where recorded_by = 'bench' and search is not null`);
  await client.query(
    `insert into event_log.event (account_id, id, revision, type, kind, source, reference, vehicle_id, at, to_at, amount_minor, currency, details, recorded_by, recorded_at)
     select account_id, id, revision, type, kind, source, reference, vehicle_id, at, to_at, amount_minor, currency, details, recorded_by, recorded_at from event_log.standing where recorded_by = 'bench'`,
  );
}

async function judgements(client: pg.Client): Promise<void> {
  await client.query(`insert into event_log.identity (account_id, hash, event_id) select account_id, sha256(id::text::bytea), id from event_log.standing where recorded_by = 'bench'`);
  await client.query(
    `insert into event_log.attribution (account_id, event_id, seq, driver_id, outcome, method, cause, by_kind, by_id, at)
     select account_id, id, 1, driver_id, outcome, method, 'recorded', 'system', 'bench', at from event_log.standing where recorded_by = 'bench'`,
  );
}
