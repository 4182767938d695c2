import { randomUUID } from 'node:crypto';
import { request, type Agent } from 'node:http';
import type pg from 'pg';
import type { RunningHouse } from './running-house';

export interface Vehicle {
  id: string;
  no: number;
  device: string;
}

/** Vehicles with a device each, written behind the API: a thousand calls would measure nothing. */
export async function equip(house: RunningHouse, owner: pg.Client, vehicles: number): Promise<Vehicle[]> {
  const account = (await get(house, '/api/v1/auth/account')) as { id: string };
  await owner.query(`select set_config('app.account_id', $1, false)`, [account.id]);
  const { rows } = await owner.query<Vehicle>(
    `with v as (
       insert into transport_registry.vehicle (id, account_id, plate, kind, fuel_type, odometer_unit, distance_unit, fuel_unit, status, status_since, created_at, updated_at)
       select gen_random_uuid(), $1, 'BENCH ' || n, 'car', 'diesel', 'km', 'km', 'l', 'active', now(), now(), now() from generate_series(1, $2::int) n returning id, vehicle_no, account_id),
     b as (
       insert into transport_registry.device_binding (id, account_id, vehicle_id, device_id, period, bound_by, created_at)
       select gen_random_uuid(), account_id, id, 'bench-' || vehicle_no, tstzrange(now() - interval '10 days', null), 'bench', now() from v),
     d as (
       insert into telemetry_engine.device (device_id, account_id, protocol, registered_by, created_at)
       select 'bench-' || vehicle_no, account_id, 'wialon_ips', 'bench', now() from v)
     select id, vehicle_no as no, 'bench-' || vehicle_no as device from v order by vehicle_no`,
    [account.id, vehicles],
  );
  await owner.query('analyze');
  return rows;
}

export async function gatewayToken(house: RunningHouse): Promise<string> {
  const client = (await post(house, '/api/v1/auth/clients', { name: 'bench', scopes: ['telemetry_engine.sample.write'] })) as { id: string; client_secret: string };
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: client.id, client_secret: client.client_secret });
  return ((await (await fetch(`${house.url}/oauth/token`, { method: 'POST', body })).json()) as { access_token: string }).access_token;
}

/** The n-th thing a tracker on a vehicle bus says. */
export function sampleAt(vehicle: Vehicle, n: number, atMs: number): Record<string, unknown> & { at: string } {
  const phase = (vehicle.no * 7 + n) % 360;
  return {
    device_id: vehicle.device,
    at: new Date(atMs).toISOString(),
    lat: -1.29 + (vehicle.no % 2000) / 10_000 + n / 100_000,
    lon: 36.82 + phase / 100_000,
    speed_kmh: 30 + (phase % 40),
    heading_deg: phase,
    altitude_m: 1650 + (phase % 90),
    satellites: 9 + (phase % 6),
    valid: true,
    ignition: true,
    fuel_rate_lph: 4.2 + (phase % 30) / 10,
    fuel_level_l: 48.5 - (n % 4000) / 100,
    odometer_km: 120_000 + (vehicle.no % 1000) * 13 + n * 0.1,
    engine_hours: 4000 + (vehicle.no % 1000) + n / 360,
    rpm: 1400 + phase * 3,
    engine_load_pct: 20 + (phase % 60),
    coolant_c: 88.5,
    voltage_v: 13.9,
  };
}

export function send(house: RunningHouse, token: string, agent: Agent, body: Buffer): Promise<{ accepted: number; duplicates: number; rejected: unknown[] }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': body.length, 'x-request-id': randomUUID() };
    const req = request(`${house.url}/api/v1/telemetry/ingest`, { method: 'POST', agent, headers }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (part: string) => (text += part));
      res.on('end', () => (res.statusCode === 200 ? resolve(JSON.parse(text) as never) : reject(new Error(`${res.statusCode} ${text.slice(0, 300)}`))));
    });
    req.on('error', reject);
    req.end(body);
  });
}

async function get(house: RunningHouse, path: string): Promise<unknown> {
  return (await fetch(house.url + path, { headers: { authorization: `Bearer ${house.token}` } })).json();
}

async function post(house: RunningHouse, path: string, body: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${house.token}`, 'content-type': 'application/json' };
  return (await fetch(house.url + path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}
