import { Injectable } from '@nestjs/common';
import { DriverErased, DriverMerged, ShiftCorrected } from '@fleet/contracts';
import type { Tx } from '@fleet/platform/database';
import { Hears, type Heard, type PayloadOf } from '@fleet/platform/outbox';
import { DriverAt } from '@fleet/driver_module';

interface Bought {
  id: string;
  vehicle_id: string;
  at: Date;
}

/** Keeps who bought and who drove in step with what the drivers' subsystem learns later. */
@Injectable()
export class FuelAttribution {
  constructor(private readonly drivenBy: DriverAt) {}

  /** Asks again for everything inside what the shift was or became. */
  @Hears(ShiftCorrected, 'fuel_log.attribute_again')
  async again(event: Heard<PayloadOf<typeof ShiftCorrected>>, tx: Tx): Promise<void> {
    const { vehicle_id, was, became } = event.payload;
    for (const span of became ? [was, became] : [was]) {
      const fills = await tx.sql<Bought>(`select id, vehicle_id, fuel_date as at from fuel_log.fill_up where vehicle_id = $1 and fuel_date >= $2 and fuel_date <= coalesce($3, 'infinity'::timestamptz)`, [vehicle_id, span.from_at, span.to_at]);
      const holders = await this.drivenBy.driversOf(tx, fills);
      await tx.sql(
        `update fuel_log.fill_up f set driver_id = a.driver_id, shift_id = a.shift_id from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as a(id, driver_id, shift_id)
          where f.id = a.id and (f.driver_id, f.shift_id) is distinct from (a.driver_id, a.shift_id)`,
        [fills.map((f) => f.id), holders.map((h) => h?.driver_id ?? null), holders.map((h) => h?.shift_id ?? null)],
      );
      const trips = await tx.sql<Bought>(`select id, vehicle_id, start_at as at from fuel_log.trip where vehicle_id = $1 and start_at >= $2 and start_at <= coalesce($3, 'infinity'::timestamptz) and not driver_given`, [vehicle_id, span.from_at, span.to_at]);
      const drove = await this.drivenBy.driversOf(tx, trips);
      await tx.sql(`update fuel_log.trip t set driver_id = a.driver_id from unnest($1::uuid[], $2::uuid[]) as a(id, driver_id) where t.id = a.id`, [trips.map((t) => t.id), drove.map((h) => h?.driver_id ?? null)]);
    }
  }

  @Hears(DriverMerged, 'fuel_log.follow_merged_driver')
  async merged(event: Heard<PayloadOf<typeof DriverMerged>>, tx: Tx): Promise<void> {
    const { driver_id, merged_id } = event.payload;
    for (const table of ['fill_up', 'receipt', 'trip', 'anomaly']) await tx.sql(`update fuel_log.${table} set driver_id = $1 where driver_id = $2`, [driver_id, merged_id]);
  }

  /** What was bought stays, as accounts demand; what names or describes the person goes. */
  @Hears(DriverErased, 'fuel_log.forget_driver')
  async erased(event: Heard<PayloadOf<typeof DriverErased>>, tx: Tx): Promise<void> {
    const ids = [event.payload.driver_id, ...event.payload.subject_ids];
    await tx.sql('update fuel_log.fill_up set filled_by = null, notes = null where driver_id = any($1::uuid[])', [ids]);
    await tx.sql('update fuel_log.receipt set note = null where driver_id = any($1::uuid[])', [ids]);
    await tx.sql('update fuel_log.trip set note = null where driver_id = any($1::uuid[])', [ids]);
    await tx.sql('select fuel.forget_names($1, $2, null)', [tx.accountId, ids]);
  }
}
