import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Clock } from '@fleet/platform/clock';
import { CONFIG, type Config } from '@fleet/platform/config';
import type { DemoSeed } from '@fleet/platform/subsystem';
import { VehicleLookup } from '@fleet/transport_registry';
import { newDevicePassword } from '../devices/device-secret';
import { Devices } from '../devices/device.service';
import { IngestKeys } from '../ingest/ingest-key.service';
import { demoDevice } from './demo-devices';
import { demoFleetFile, hasPassword, registeredAs, type PlayedDevice, type PlayedFleet } from './played-fleet';

/** Registers the devices of the demo vehicles, and tells the simulator who they are by a file of this data directory. */
export async function seedDevices({ app, tx, dice, parkIds }: DemoSeed): Promise<void> {
  const lookup = app.get(VehicleLookup);
  const devices = app.get(Devices);
  const now = app.get(Clock).now();
  const vehicles = [...(await lookup.inStatus(tx, 'active')), ...(await lookup.inStatus(tx, 'idle')), ...(await lookup.inStatus(tx, 'in_repair'))];
  const played: PlayedDevice[] = [];
  for (const vehicle of vehicles) {
    const deviceId = (await lookup.devicesIn(tx, vehicle.id, now))[0];
    if (deviceId === undefined) continue;
    const yard = Math.max(0, parkIds.indexOf(vehicle.park_id ?? ''));
    const device = demoDevice(vehicle, deviceId, played.length, yard, (way) => (hasPassword(way) ? newDevicePassword() : undefined));
    await devices.register(tx.actor, { device_id: deviceId, protocol: registeredAs[device.way], ...(device.password ? { password: device.password } : {}) });
    played.push(device);
  }
  const key = await app.get(IngestKeys).issue(tx.actor, { name: 'demo gateway' });
  const fleet: PlayedFleet = { id: randomUUID(), seed: dice.between(1, 1_000_000), devices: played, ...(key.secret ? { ingest_key: { id: key.id, secret: key.secret } } : {}) };
  // Written before the commit: a crash in between seeds again and writes it anew.
  writeFileSync(join(app.get<Config>(CONFIG).FLEET_DATA_DIR, demoFleetFile), `${JSON.stringify(fleet, null, 2)}\n`, { mode: 0o600 });
}
