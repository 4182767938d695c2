import { randomBytes } from 'node:crypto';
import { hasPassword, registeredAs, type PlayedDevice, type PlayedFleet } from '@fleet/telemetry_engine/play';
import type { Api } from './api';

const atOnce = 8;

/** Registers a vehicle and a device for each of the fleet, and puts the device into the vehicle. Passwords are random. */
export async function prepareFleet(api: Api, fleet: PlayedFleet, progress: (done: number) => void): Promise<PlayedFleet> {
  const devices: PlayedDevice[] = new Array<PlayedDevice>(fleet.devices.length);
  // Samples of a black box may be older than the registration.
  const from = new Date(Date.now() - 86_400_000).toISOString();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < fleet.devices.length; n = next++) {
      devices[n] = await equip(api, fleet.devices[n] as PlayedDevice, n, fleet.seed, from);
      progress(n + 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const key = await api.post<{ id: string; secret: string }>('telemetry/ingest_keys', { name: `simulated fleet ${randomBytes(3).toString('hex')}` });
  return { ...fleet, devices, ingest_key: { id: key.id, secret: key.secret } };
}

async function equip(api: Api, device: PlayedDevice, n: number, seed: number, from: string): Promise<PlayedDevice> {
  const password = hasPassword(device.way) ? randomBytes(12).toString('hex') : undefined;
  const vehicle = await api.post<{ id: string }>('transport_registry', { plate: `SIM ${seed}-${n}` });
  await api.post('telemetry/devices', { device_id: device.device_id, protocol: registeredAs[device.way], ...(password ? { password } : {}) });
  await api.post(`transport_registry/${vehicle.id}/devices`, { device_id: device.device_id, from });
  return { ...device, ...(password ? { password } : {}) };
}
