import { setTimeout as sleep } from 'node:timers/promises';
import { Times } from '../../libs/access_control/src/execute/times';
import { testApp, type Agent, type TestApp } from './app';
import { as, settle, type People } from './people';
import { vehicleWithDevice, type EquippedVehicle } from './telemetry';
import { Tracker, type Spoken } from './tracker';

export const base = '/api/v1/access';

export interface Yard {
  app: TestApp;
  people: People;
  admin: Agent;
  /** The specialized operator, second factor fresh. */
  operator: Agent;
}

/** Times of a test: short waits, the same order of things. */
export const quick: Partial<Times> = { slotMs: 300, pauseMs: 60, releasePauseMs: 80, leaseMs: 700, sweepMs: 100, askMs: 80, takeOverMs: 150, watchMs: 20_000, cutMs: 3_000, releaseMs: 8_000 };

export const yardSettings = { FLEET_ROLES: 'api,ingest', IPS_PORT: '0', RETRANSLATOR_PORT: '0', TELTONIKA_PORT: '0', GATEWAY_ALLOW_PRIVATE: '1' };

/** A company that may immobilize, on a server with open device ports. */
export async function openYard(times: Partial<Times> = quick, settings: Record<string, string> = {}): Promise<Yard> {
  const app = await testApp({ ...yardSettings, ...settings });
  hurry(app, times);
  const people = await settle(app);
  const admin = await as(app, people.north.admin, { steppedUp: true });
  await allow(admin);
  return { app, people, admin, operator: await as(app, people.north.immobilizing_operator, { steppedUp: true }) };
}

export function hurry(app: TestApp, times: Partial<Times> = quick): void {
  Object.assign(app.app.get(Times), times);
}

export async function allow(admin: Agent, more: object = {}): Promise<void> {
  await admin
    .patch(`${base}/settings`)
    .send({ immobilizing: true, legal_basis: 'Consent in section 4 of the rental contract', vehicle_per_hour: 100, person_per_hour: 1000, account_per_hour: 1000, ...more })
    .expect(200);
}

export interface Rigged extends EquippedVehicle {
  tracker: Tracker;
}

/** A vehicle with a relay that reports over a socket and stands still. */
export async function rig(yard: Yard, options: { speaks?: Spoken; circuit?: object; quiet?: true } = {}): Promise<Rigged> {
  const { app, admin } = yard;
  const speaks = options.speaks ?? 'wialon_ips';
  const vehicle = await vehicleWithDevice(admin);
  await admin.post('/api/v1/telemetry/devices').send({ device_id: vehicle.device_id, protocol: speaks }).expect(201);
  await wireUp(admin, vehicle.vehicle_id, { routes: [speaks === 'wialon_ips' ? { method: 'ips_text', dialect: 'umka' } : { method: 'teltonika_gprs' }], ...options.circuit });
  const tracker = await Tracker.connect(app, vehicle.device_id, speaks);
  if (!options.quiet) await stand(yard, { ...vehicle, tracker });
  return { ...vehicle, tracker };
}

export async function wireUp(admin: Agent, vehicleId: string, more: object = {}): Promise<void> {
  const circuit = { kind: 'starter', enabled: true, output_no: 1, routes: [{ method: 'ips_text', dialect: 'umka' }], installed_by: 'Workshop', installed_on: '2026-01-15', ...more };
  await admin.put(`${base}/${vehicleId}/circuit`).send(circuit).expect(200);
}

/** Two reports at rest, stored. */
export async function stand(yard: Yard, rigged: Rigged): Promise<void> {
  rigged.tracker.report({}, 9);
  rigged.tracker.report();
  await stored(yard, rigged, 2);
}

export async function stored(yard: Yard, { vehicle_no }: EquippedVehicle, count: number): Promise<void> {
  const { accountId } = yard.people.north;
  await eventually(async () => {
    const rows = await yard.app.db.sql<{ n: number }>('select count(*)::int as n from telemetry_engine.reading where vehicle_no = $1', [vehicle_no], accountId);
    expect(rows[0]?.n).toBeGreaterThanOrEqual(count);
  });
}

export interface Job {
  job_id: string;
  status: string;
  result: string | null;
  code: string | null;
  evidence: string;
  late: { seen: string } | null;
  kind: string;
  origin: string;
  attempts: { no: number; sent: string; outcome: string | null; code: string | null; answer: string | null }[];
  timeline: { what: string; from_state: string | null; to_state: string; data: Record<string, unknown> }[];
}

export const cut = (agent: Agent, vehicleId: string, body: object = {}) => agent.post(`${base}/${vehicleId}/immobilize`).send({ method: 'ips_text', reason: 'safety_lockdown', ...body });
export const release = (agent: Agent, vehicleId: string, body: object = {}) => agent.post(`${base}/${vehicleId}/release`).send(body);

export async function jobOf(agent: Agent, vehicleId: string, jobId: string): Promise<Job> {
  return (await agent.get(`${base}/${vehicleId}/immobilize/${jobId}`).expect(200)).body as Job;
}

export async function until(agent: Agent, vehicleId: string, jobId: string, statuses: string[], withinMs = 15_000): Promise<Job> {
  const end = Date.now() + withinMs;
  for (;;) {
    const job = await jobOf(agent, vehicleId, jobId);
    if (statuses.includes(job.status)) return job;
    if (Date.now() > end) throw new Error(`still ${job.status} after ${withinMs} ms: ${JSON.stringify(job, null, 1)}`);
    await sleep(20);
  }
}

export async function eventually(check: () => Promise<unknown> | unknown, withinMs = 10_000): Promise<void> {
  const end = Date.now() + withinMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(20);
    }
  }
}
