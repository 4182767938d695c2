import { Injectable } from '@nestjs/common';
import { statement, type ReadTx } from '@fleet/platform/database';
import { notFound } from '@fleet/platform/http';
import { mayEnter } from '../vehicles/vehicle.service';

/** What other subsystems may know of a vehicle. */
export interface KnownVehicle {
  id: string;
  vehicle_no: number;
  park_id: string | null;
  plate: string;
  plate_norm: string;
  status: string;
  fuel_type: string;
  tank_capacity_l: number | null;
  battery_capacity_kwh: number | null;
  odometer_km: number | null;
  odometer_unit: 'km' | 'mi';
  distance_unit: 'km' | 'mi';
  fuel_unit: 'l' | 'gal_us' | 'gal_imp';
  cost_centre: string | null;
  assigned_city: string | null;
  department: string | null;
}

/** For whom news about a vehicle is. */
export const parkOfVehicle = statement<{ park_id: string | null }>('select park_id from transport_registry.vehicle where id = $1');

/** One stretch of time a device spent in a vehicle. */
export interface DeviceBinding {
  device_id: string;
  vehicle_id: string;
  vehicle_no: number;
  park_id: string | null;
  from: Date;
  to: Date | null;
}

const columns = `id, vehicle_no, park_id, plate, plate_norm, status, fuel_type, tank_capacity_l::float8 as tank_capacity_l, battery_capacity_kwh::float8 as battery_capacity_kwh, odometer_km::float8 as odometer_km,
  odometer_unit, distance_unit, fuel_unit, cost_centre, assigned_city, department`;
const byId = statement<KnownVehicle>(`select ${columns} from transport_registry.vehicle where id = $1`);
const byIds = statement<KnownVehicle>(`select ${columns} from transport_registry.vehicle where id = any($1::uuid[])`);
const platesById = statement<{ id: string; plate: string; park_id: string | null }>('select id, plate, park_id from transport_registry.vehicle where id = any($1::uuid[])');
const byPlate = statement<KnownVehicle>(`select ${columns} from transport_registry.vehicle where plate_norm = transport_registry.norm_plate($1) order by (status <> 'retired') desc, updated_at desc limit 1`);
const amongTexts = statement<{ id: string; park_id: string | null; which: number }>(`
  with named as materialized (select transport_registry.norm_plate(said.text) as plate_norm, said.which::int - 1 as which from unnest($1::text[]) with ordinality said(text, which))
  select v.id, v.park_id, named.which from transport_registry.vehicle v join named using (plate_norm) where v.plate_norm = any((select array_agg(n.plate_norm) from named n)::text[])
   order by length(plate_norm) desc, (v.status <> 'retired') desc, v.updated_at desc`);
const byStatus = statement<KnownVehicle>(`select ${columns} from transport_registry.vehicle where account_id = $1 and status = $2 order by vehicle_no`);
const boundAt = statement<{ vehicle_id: string }>(`select vehicle_id from transport_registry.device_binding where device_id = $1 and period @> $2::timestamptz`);

const bindingsOf = statement<DeviceBinding>(`
  select b.device_id, b.vehicle_id, v.vehicle_no, v.park_id, lower(b.period) as "from", upper(b.period) as "to"
    from transport_registry.device_binding b join transport_registry.vehicle v on v.id = b.vehicle_id
   where b.device_id = any($1) and b.period && tstzrange($2, null) order by b.device_id, lower(b.period)`);
const devicesIn = statement<{ device_id: string }>(`select distinct device_id from transport_registry.device_binding where vehicle_id = $1 and period && tstzrange($2, null)`);
const deviceIn = statement<{ device_id: string }>(`select device_id from transport_registry.device_binding where vehicle_id = $1 and period @> $2::timestamptz order by lower(period) desc, device_id limit 1`);
const devicesOfParks = statement<{ device_id: string }>(`
  select distinct b.device_id from transport_registry.device_binding b join transport_registry.vehicle v on v.id = b.vehicle_id where v.park_id = any($1::uuid[])`);
const inParks = statement<{ vehicle_no: number }>(`select vehicle_no from transport_registry.vehicle where park_id = any($1::uuid[])`);

/** The registry's read door. It answers inside the caller's account and the parks the caller is limited to. */
@Injectable()
export class VehicleLookup {
  async require(tx: ReadTx, id: string): Promise<KnownVehicle> {
    const vehicle = await tx.one(byId, [id]);
    if (!vehicle || !mayEnter(tx.actor, vehicle.park_id)) throw notFound('vehicle', id);
    return vehicle;
  }

  async many(tx: ReadTx, ids: readonly string[]): Promise<Map<string, KnownVehicle>> {
    const rows = ids.length === 0 ? [] : await tx.sql(byIds, [ids]);
    return new Map(rows.filter((v) => mayEnter(tx.actor, v.park_id)).map((v) => [v.id, v]));
  }

  /** Nothing but the plates, for lists as long as the fleet. */
  async plates(tx: ReadTx, ids: readonly string[]): Promise<Map<string, string>> {
    const rows = ids.length === 0 ? [] : await tx.sql(platesById, [ids]);
    return new Map(rows.filter((v) => mayEnter(tx.actor, v.park_id)).map((v) => [v.id, v.plate]));
  }

  /** By any spelling of its plate; a vehicle in service before a retired one. */
  async byPlate(tx: ReadTx, plate: string): Promise<KnownVehicle | undefined> {
    const vehicle = await tx.one(byPlate, [plate]);
    return vehicle && mayEnter(tx.actor, vehicle.park_id) ? vehicle : undefined;
  }

  /** Which of these texts is the plate of a vehicle, in any spelling: of several the longest. */
  async plateAmong(tx: ReadTx, texts: readonly string[]): Promise<{ vehicleId: string; which: number } | undefined> {
    const found = (await tx.sql(amongTexts, [texts])).find((v) => mayEnter(tx.actor, v.park_id));
    return found && { vehicleId: found.id, which: found.which };
  }

  /** By number; for batches and seeds, which look at a whole fleet. */
  async inStatus(tx: ReadTx, status: KnownVehicle['status']): Promise<KnownVehicle[]> {
    return (await tx.sql(byStatus, [tx.accountId, status])).filter((v) => mayEnter(tx.actor, v.park_id));
  }

  /** The vehicle a device was in at that moment. */
  async withDevice(tx: ReadTx, deviceId: string, at: Date): Promise<string | undefined> {
    return (await tx.one(boundAt, [deviceId, at]))?.vehicle_id;
  }

  /** Where devices were since a moment, for attributing many samples at once. */
  bindingsOf(tx: ReadTx, deviceIds: readonly string[], since: Date): Promise<DeviceBinding[]> {
    return tx.sql(bindingsOf, [deviceIds, since]);
  }

  /** The device that is in a vehicle at that moment; of several, the one that came last. */
  async deviceIn(tx: ReadTx, vehicleId: string, at: Date): Promise<string | undefined> {
    return (await tx.one(deviceIn, [vehicleId, at]))?.device_id;
  }

  async devicesIn(tx: ReadTx, vehicleId: string, since: Date): Promise<string[]> {
    return (await tx.sql(devicesIn, [vehicleId, since])).map((row) => row.device_id);
  }

  /** Numbers of the vehicles in the actor's parks; undefined when the actor is limited to none. */
  async numbersInParks(tx: ReadTx): Promise<number[] | undefined> {
    return tx.actor.parkIds ? (await tx.sql(inParks, [tx.actor.parkIds])).map((row) => row.vehicle_no) : undefined;
  }

  /** Devices that are or were in vehicles of the actor's parks; undefined when the actor is limited to none. */
  async devicesInParks(tx: ReadTx): Promise<string[] | undefined> {
    return tx.actor.parkIds ? (await tx.sql(devicesOfParks, [tx.actor.parkIds])).map((row) => row.device_id) : undefined;
  }
}
