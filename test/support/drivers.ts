import { randomUUID } from 'node:crypto';
import type { Agent, TestApp } from './app';

export const base = '/api/v1/driver_module';

export interface TestDriver {
  id: string;
  driver_no: number;
  version: number;
}

let serial = 0;

/** A new applicant with a phone number of their own. */
export async function applicant(agent: Agent, body: object = {}): Promise<TestDriver & Record<string, unknown>> {
  serial += 1;
  const answer = await agent.post(`${base}/drivers`).send({ name: `Demo Driver Test ${serial}`, phone: `+2547009${String(serial).padStart(5, '0')}`, ...body });
  if (answer.status !== 201) throw new Error(`onboarding: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export async function tickAll(agent: Agent, driverId: string): Promise<void> {
  const { items } = (await agent.get(`${base}/drivers/${driverId}/checklist`).expect(200)).body as { items: { key: string; required: boolean }[] };
  for (const item of items.filter((i) => i.required)) await agent.put(`${base}/drivers/${driverId}/checklist/${item.key}`).send({ done: true }).expect(200);
}

export async function addLicence(agent: Agent, driverId: string, body: object = {}): Promise<string> {
  serial += 1;
  const answer = await agent.post(`${base}/drivers/${driverId}/documents`).send({ kind: 'licence', number: `DEMO-${serial}`, expires_on: '2099-12-31', ...body });
  if (answer.status !== 201) throw new Error(`licence: ${answer.status} ${JSON.stringify(answer.body)}`);
  return (answer.body as { id: string }).id;
}

/** Checklist done, licence there, active. */
export async function activeDriver(agent: Agent, body: object = {}): Promise<TestDriver & Record<string, unknown>> {
  const driver = await applicant(agent, body);
  await tickAll(agent, driver.id);
  await addLicence(agent, driver.id);
  await agent.post(`${base}/drivers/${driver.id}/status`).send({ status: 'active' }).expect(200);
  return driver;
}

export async function activeVehicle(agent: Agent, body: object = {}): Promise<string> {
  serial += 1;
  const answer = await agent.post('/api/v1/transport_registry').send({ plate: `KDR ${100 + serial}T`, status: 'active', ...body });
  if (answer.status !== 201) throw new Error(`vehicle: ${answer.status} ${JSON.stringify(answer.body)}`);
  return (answer.body as { id: string }).id;
}

export interface OpenShift {
  id: string;
  driver: TestDriver;
  vehicleId: string;
}

export async function openShift(agent: Agent, more: { driverId?: string; vehicleId?: string; at?: string } = {}): Promise<OpenShift> {
  const driver = more.driverId ? ({ id: more.driverId } as TestDriver) : await activeDriver(agent);
  const vehicleId = more.vehicleId ?? (await activeVehicle(agent));
  const id = randomUUID();
  const answer = await agent.post(`${base}/shifts/check_in`).send({ id, driver_id: driver.id, vehicle_id: vehicleId, ...(more.at ? { at: more.at } : {}) });
  if (answer.status !== 201) throw new Error(`check-in: ${answer.status} ${JSON.stringify(answer.body)}`);
  return { id, driver, vehicleId };
}

/** Every row of every table of these schemas as text, as a thief of the database would read it. */
export async function everyRowAsText(app: TestApp, schemas: string[], accountId: string): Promise<string> {
  const tables = await app.db.sql<{ name: string }>(`select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_schema = any($1) and table_type = 'BASE TABLE' order by 1`, [schemas]);
  const texts: string[] = [];
  for (const { name } of tables) {
    for (const scope of [accountId, '']) {
      const rows = await app.db.sql<{ row: string }>(`select t::text as row from ${name} t`, [], scope);
      texts.push(...rows.map((r) => `${name} ${r.row}`));
    }
  }
  return texts.join('\n');
}
