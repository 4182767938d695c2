import type pg from 'pg';
import { registeredAs, type PlayedFleet } from '../../libs/telemetry_engine/src/play';

/** Vehicles with a registered device each, written behind the API: ten thousand calls would measure nothing. Without passwords. */
export async function equipFleet(owner: pg.Client | pg.PoolClient, accountId: string, fleet: PlayedFleet): Promise<void> {
  await owner.query(`select set_config('app.account_id', $1, false)`, [accountId]);
  await owner.query(
    `with wanted as (select * from unnest($2::text[], $3::text[]) with ordinality as w (device_id, protocol, n)),
     v as (
       insert into transport_registry.vehicle (id, account_id, plate, kind, fuel_type, odometer_unit, distance_unit, fuel_unit, status, status_since, created_at, updated_at)
       select gen_random_uuid(), $1, 'SIM ' || n, 'car', 'diesel', 'km', 'km', 'l', 'active', now(), now(), now() from wanted returning id, plate, account_id),
     d as (
       insert into telemetry_engine.device (device_id, account_id, protocol, registered_by, created_at)
       select device_id, $1, protocol, 'bench', now() from wanted)
     insert into transport_registry.device_binding (id, account_id, vehicle_id, device_id, period, bound_by, created_at)
     select gen_random_uuid(), v.account_id, v.id, w.device_id, tstzrange(now() - interval '1 day', null), 'bench', now() from v join wanted w on v.plate = 'SIM ' || w.n`,
    [accountId, fleet.devices.map((d) => d.device_id), fleet.devices.map((d) => registeredAs[d.way])],
  );
  await owner.query('analyze');
}
