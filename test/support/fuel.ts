import type { Agent } from './app';

export const base = '/api/v1/fuel_log';

let serial = 0;

export async function vehicle(agent: Agent, body: object = {}): Promise<string> {
  serial += 1;
  const answer = await agent.post('/api/v1/transport_registry').send({ plate: `KFL ${100 + serial}F`, status: 'active', ...body });
  if (answer.status !== 201) throw new Error(`vehicle: ${answer.status} ${JSON.stringify(answer.body)}`);
  return (answer.body as { id: string }).id;
}

const day0 = Date.UTC(2026, 5, 1, 8);
/** Eight in the morning of the n-th day of June 2026, or so many minutes later. */
export const day = (n: number, minutes = 0): string => new Date(day0 + (n - 1) * 86_400_000 + minutes * 60_000).toISOString();

export const litres = (vehicleId: string, fuel_date: string, odometer_reading: number, fuel_quantity: number, more: object = {}): object => ({
  vehicle_id: vehicleId,
  fuel_date,
  odometer_reading,
  fuel_type: 'gasoline',
  fuel_quantity,
  unit_of_measure: 'l',
  is_full_tank: true,
  ...more,
});

export interface Filled {
  id: string;
  version: number;
  state: string;
  warnings: { code: string }[];
  [field: string]: unknown;
}

export async function fill(agent: Agent, body: object): Promise<Filled> {
  const answer = await agent.post(`${base}/fill_ups`).send(body);
  if (answer.status !== 201) throw new Error(`fill-up: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as Filled;
}

export const codes = (filled: Filled): string[] => filled.warnings.map((w) => w.code);
