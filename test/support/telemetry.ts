import type { Test } from 'supertest';
import type { Agent, TestApp } from './app';

export interface Gateway {
  /** Uploads as a machine client that may write samples. */
  upload(items: unknown): Test;
  token: string;
  /** Rows of the vehicle, oldest first, as readings. */
  stored(vehicleNo: number): Promise<Record<string, unknown>[]>;
}

export interface EquippedVehicle {
  vehicle_id: string;
  vehicle_no: number;
  device_id: string;
}

let serial = 0;

/** A machine client of the account, the way a gateway gets one. */
export async function gateway(app: TestApp, admin: Agent, accountId: string, options: { parkIds?: string[] } = {}): Promise<Gateway> {
  serial += 1;
  const body = { name: `gateway ${serial}`, scopes: ['telemetry_engine.sample.write'], ...(options.parkIds ? { park_ids: options.parkIds } : {}) };
  const client = (await admin.post('/api/v1/auth/clients').send(body).expect(201)).body as { id: string; client_secret: string };
  const granted = await app.request.post('/oauth/token').type('form').send({ grant_type: 'client_credentials', client_id: client.id, client_secret: client.client_secret }).expect(200);
  const token = (granted.body as { access_token: string }).access_token;
  return {
    token,
    upload: (items) => app.as(token).post('/api/v1/telemetry/ingest').send(items as object),
    stored: (vehicleNo) => app.db.sql<Record<string, unknown>>('select * from telemetry_engine.reading where vehicle_no = $1 order by at', [vehicleNo], accountId),
  };
}

/** A vehicle with a device that was put in two days ago. */
export async function vehicleWithDevice(admin: Agent, options: { park_id?: string; from?: Date } = {}): Promise<EquippedVehicle> {
  serial += 1;
  const device_id = `35300000${String(serial).padStart(7, '0')}`;
  const vehicle = (await admin.post('/api/v1/transport_registry').send({ plate: `TEL ${serial}`, ...(options.park_id ? { park_id: options.park_id } : {}) }).expect(201)).body as { id: string; vehicle_no: number };
  const from = options.from ?? new Date(Date.now() - 2 * 86_400_000);
  await admin.post(`/api/v1/transport_registry/${vehicle.id}/devices`).send({ device_id, from: from.toISOString() }).expect(201);
  return { vehicle_id: vehicle.id, vehicle_no: vehicle.vehicle_no, device_id };
}
