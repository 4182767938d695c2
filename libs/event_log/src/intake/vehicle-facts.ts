import { Injectable } from '@nestjs/common';
import { statement, type ReadTx } from '@fleet/platform/database';
import { VehicleLookup, type KnownVehicle } from '@fleet/transport_registry';
import type { Draft } from '../rules/draft';

export interface VehicleFact {
  vehicle: KnownVehicle | undefined;
  plateNorm: string | null;
  /** The status at the moment of the event, and the present one where that is not known. */
  status: string | undefined;
}

const statusAt = statement<{ status: string | null }>(`
  select s.status from unnest($1::uuid[], $2::timestamptz[]) with ordinality as asked(vehicle_id, at, n)
    left join transport_registry.status_period s on s.vehicle_id = asked.vehicle_id and s.period @> asked.at order by asked.n`);
const normal = statement<{ plate: string; norm: string }>('select p as plate, transport_registry.norm_plate(p) as norm from unnest($1::text[]) p');

/** Which vehicle each draft means and in what state it was then; a few queries however many drafts. */
@Injectable()
export class VehicleFacts {
  constructor(private readonly vehicles: VehicleLookup) {}

  async of(tx: ReadTx, drafts: readonly Draft[]): Promise<VehicleFact[]> {
    const byId = await this.vehicles.many(tx, [...new Set(drafts.flatMap((d) => d.vehicle_id ?? []))]);
    const plates = [...new Set(drafts.flatMap((d) => (!d.vehicle_id && d.plate ? [d.plate] : [])))];
    const norms = new Map(plates.length === 0 ? [] : (await tx.sql(normal, [plates])).map((row) => [row.plate, row.norm]));
    const byPlate = new Map<string, KnownVehicle | undefined>();
    for (const plate of plates) byPlate.set(plate, norms.get(plate) ? await this.vehicles.byPlate(tx, plate) : undefined);
    const found = drafts.map((d) => (d.vehicle_id ? byId.get(d.vehicle_id) : d.plate ? byPlate.get(d.plate) : undefined));
    const statuses = await tx.sql(statusAt, [found.map((v) => v?.id ?? null), drafts.map((d) => d.at)]);
    return found.map((vehicle, i) => ({ vehicle, plateNorm: norms.get(drafts[i]?.plate ?? '') ?? null, status: statuses[i]?.status ?? undefined }));
  }
}
