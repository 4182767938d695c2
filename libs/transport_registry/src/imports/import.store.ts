import type { Tx } from '@fleet/platform/database';
import type { ReadRow } from './import-row';

export interface CreatedVehicle {
  id: string;
  vehicle_no: number;
  plate_norm: string;
  fuel_type: string;
}

/** Inserts a chunk of new vehicles with their status period, history and first odometer reading: four statements, however many rows. */
export async function insertVehicles(tx: Tx, importId: string, now: Date, rows: (ReadRow & { id: string })[]): Promise<CreatedVehicle[]> {
  const records = JSON.stringify(rows.map((r) => ({ ...r.vehicle, id: r.id, line: r.line })));
  const created = await tx.sql<CreatedVehicle>(
    `insert into transport_registry.vehicle (id, account_id, park_id, plate, vin, name, kind, make, model, year, color, fuel_type, tank_capacity_l, battery_capacity_kwh,
       odometer_unit, distance_unit, fuel_unit, cost_centre, assigned_city, department, tags, notes, status, status_since, created_at, updated_at)
     select r.id, a.id, r.park_id, r.plate, r.vin, r.name, coalesce(r.kind, 'car'), r.make, r.model, r.year, r.color, coalesce(r.fuel_type, 'gasoline'), r.tank_capacity_l, r.battery_capacity_kwh,
       coalesce(r.odometer_unit, a.distance_unit), coalesce(r.distance_unit, a.distance_unit), coalesce(r.fuel_unit, a.fuel_unit), r.cost_centre, r.assigned_city, r.department,
       coalesce(r.tags, '{}'), r.notes, coalesce(r.status, 'onboarding'), $2, $2, $2
       from jsonb_to_recordset($1::jsonb) r (id uuid, park_id uuid, plate text, vin text, name text, kind text, make text, model text, year int, color text, fuel_type text,
         tank_capacity_l numeric, battery_capacity_kwh numeric, odometer_unit text, distance_unit text, fuel_unit text, cost_centre text, assigned_city text, department text,
         tags text[], notes text, status text)
       join auth.account a on a.id = $3
     returning id, vehicle_no, plate_norm, fuel_type`,
    [records, now, tx.accountId],
  );
  const ids = created.map((v) => v.id);
  await tx.sql(
    `insert into transport_registry.status_period (account_id, vehicle_id, status, period) select account_id, id, status, tstzrange($2, null) from transport_registry.vehicle where id = any($1)`,
    [ids, now],
  );
  await tx.sql(
    `insert into transport_registry.vehicle_change (account_id, vehicle_id, at, actor_kind, actor_id, action, changes)
     select $2, (r->>'id')::uuid, $3, $4, $5, 'imported', jsonb_build_object('import_id', jsonb_build_array(null, $6::text)) from jsonb_array_elements($1::jsonb) r`,
    [records, tx.accountId, now, tx.actor.kind, tx.actor.id, importId],
  );
  await insertFirstReadings(tx, importId, now, records);
  return created;
}

async function insertFirstReadings(tx: Tx, importId: string, now: Date, records: string): Promise<void> {
  await tx.sql(
    `with first as (
       insert into transport_registry.odometer_reading (id, account_id, vehicle_id, at, odometer_km, source, source_ref, recorded_by, recorded_at)
       select gen_random_uuid(), $2, r.id, $3, r.odometer_km, 'import', $4 || ':' || r.line, $5, $3
         from jsonb_to_recordset($1::jsonb) r (id uuid, odometer_km numeric, line int) where r.odometer_km is not null
       returning vehicle_id, odometer_km, at)
     update transport_registry.vehicle v set odometer_km = first.odometer_km, odometer_at = first.at from first where v.id = first.vehicle_id`,
    [records, tx.accountId, now, importId, tx.actor.id],
  );
}
