import type { ReadTx } from '@fleet/platform/database';
import type { KnownVehicle, VehicleLookup } from '@fleet/transport_registry';

/** Numbers of the vehicles a list is about: the one that is named, else those the actor may see; undefined means all of the account. */
export async function numbersAsked(tx: ReadTx, vehicles: VehicleLookup, { vehicle_id, plate }: { vehicle_id?: string; plate?: string }): Promise<number[] | undefined> {
  if (vehicle_id !== undefined) return [(await vehicles.require(tx, vehicle_id)).vehicle_no];
  if (plate === undefined) return vehicles.numbersInParks(tx);
  const found = await vehicles.byPlate(tx, plate);
  return found ? [found.vehicle_no] : [];
}

/** Rows with the plates people know their vehicles by. */
export async function withPlates<Row extends { vehicle_id: string }>(tx: ReadTx, vehicles: VehicleLookup, rows: readonly Row[]): Promise<(Row & { plate: string })[]> {
  const known: Map<string, KnownVehicle> = await vehicles.many(tx, [...new Set(rows.map((row) => row.vehicle_id))]);
  return rows.map((row) => ({ ...row, plate: known.get(row.vehicle_id)?.plate ?? '' }));
}
