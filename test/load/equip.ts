import type pg from 'pg';
import { registeredAs, type PlayedFleet } from '../../libs/telemetry_engine/src/play';
import type { RunningHouse } from './running-house';

export interface Vehicle {
  id: string;
  no: number;
  device: string;
}

interface NewVehicle {
  plate: string;
  id?: string;
  park_id?: string | undefined;
  tank_capacity_l?: number;
  assigned_city?: string;
}

interface NewDevice {
  device_id: string;
  protocol: string;
  vehicle_id: string;
}

/** Vehicles written behind the API: ten thousand calls would measure nothing. The client stays bound to the account. */
export async function insertVehicles(owner: pg.ClientBase, accountId: string, vehicles: NewVehicle[]): Promise<{ id: string; no: number }[]> {
  await owner.query(`select set_config('app.account_id', $1, false), set_config('app.scope', 'account', false)`, [accountId]);
  const { rows } = await owner.query<{ id: string; no: number }>(
    `with v as (
       insert into transport_registry.vehicle (id, account_id, park_id, plate, kind, fuel_type, tank_capacity_l, assigned_city, odometer_unit, distance_unit, fuel_unit, status, status_since, created_at, updated_at)
       select coalesce(id, gen_random_uuid()), $1, park_id, plate, 'car', 'gasoline', tank_capacity_l, assigned_city, 'km', 'km', 'l', 'active', now(), now(), now()
         from jsonb_to_recordset($2) as wanted (id uuid, park_id uuid, plate text, tank_capacity_l numeric, assigned_city text)
       returning id, vehicle_no)
     select id, vehicle_no as no from v order by vehicle_no`,
    [accountId, JSON.stringify(vehicles)],
  );
  return rows;
}

/** Registered and bound since ten days ago, without passwords. */
async function insertDevices(owner: pg.ClientBase, accountId: string, devices: NewDevice[]): Promise<void> {
  await owner.query(
    `with wanted as (select * from jsonb_to_recordset($2) as wanted (device_id text, protocol text, vehicle_id uuid)),
     d as (
       insert into telemetry_engine.device (device_id, account_id, protocol, registered_by, created_at)
       select device_id, $1, protocol, 'bench', now() from wanted)
     insert into transport_registry.device_binding (id, account_id, vehicle_id, device_id, period, bound_by, created_at)
     select gen_random_uuid(), $1, vehicle_id, device_id, tstzrange(now() - interval '10 days', null), 'bench', now() from wanted`,
    [accountId, JSON.stringify(devices)],
  );
  await owner.query('analyze');
}

/** Vehicles that speak Wialon IPS. */
export async function equip({ account }: RunningHouse, owner: pg.Client, count: number): Promise<Vehicle[]> {
  const vehicles = await insertVehicles(owner, account, Array.from({ length: count }, (_, i) => ({ plate: `BENCH ${i + 1}` })));
  const fleet = vehicles.map((v) => ({ ...v, device: `bench-${v.no}` }));
  await insertDevices(owner, account, fleet.map((v) => ({ device_id: v.device, protocol: 'wialon_ips', vehicle_id: v.id })));
  return fleet;
}

/** What the simulator plays. */
export async function equipFleet({ account }: Pick<RunningHouse, 'account'>, owner: pg.ClientBase, fleet: PlayedFleet): Promise<void> {
  const vehicles = await insertVehicles(owner, account, fleet.devices.map((_, i) => ({ plate: `SIM ${i + 1}` })));
  await insertDevices(owner, account, fleet.devices.map((d, i) => ({ device_id: d.device_id, protocol: registeredAs[d.way], vehicle_id: vehicles[i]?.id ?? '' })));
}
