import { randomUUID } from 'node:crypto';
import { request, type Agent } from 'node:http';
import type { Vehicle } from './equip';
import type { RunningHouse } from './running-house';

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

async function post(house: RunningHouse, path: string, body: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${house.token}`, 'content-type': 'application/json' };
  return (await fetch(house.url + path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}
