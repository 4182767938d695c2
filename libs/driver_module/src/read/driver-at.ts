import { Injectable } from '@nestjs/common';
import { statement, type ReadTx } from '@fleet/platform/database';

export interface DriverMoment {
  shift_id: string;
  driver_id: string;
  vehicle_id: string;
}

export interface DriverSpan extends DriverMoment {
  kind: 'shift' | 'rental';
  from: Date;
  /** Null while the driver has the vehicle. */
  to: Date | null;
}

const held = `s.id as shift_id, s.driver_id, s.vehicle_id`;
const real = `s.state in ('open', 'closed')`;

/** Real shifts of one vehicle, or of one driver, never overlap: only the last that began by then can hold the moment. */
const last = (column: 'vehicle_id' | 'driver_id', id: string, at: string): string =>
  `(select * from driver_module.shift s where s.${column} = ${id} and ${real} and s.starts_at <= ${at} order by s.starts_at desc limit 1) s`;

const ofVehicle = statement<DriverMoment>(`select ${held} from ${last('vehicle_id', '$1', '$2')} where s.period @> $2::timestamptz`);
const ofDriver = statement<DriverMoment>(`select ${held} from ${last('driver_id', '$1', '$2')} where s.period @> $2::timestamptz`);
const many = statement<{ shift_id: string | null; driver_id: string; vehicle_id: string }>(`
  select ${held} from unnest($1::uuid[], $2::timestamptz[]) with ordinality as asked(vehicle_id, at, n)
    left join lateral ${last('vehicle_id', 'asked.vehicle_id', 'asked.at')} on s.period @> asked.at
   order by asked.n`);
const spans = statement<DriverSpan>(`
  select ${held}, s.kind, lower(s.period) as "from", upper(s.period) as "to" from driver_module.shift s
   where s.vehicle_id = any($1::uuid[]) and ${real} and s.period && tstzrange($2, $3) order by s.vehicle_id, lower(s.period)`);

/** Who had which vehicle when. Trips, fuel, fines and scores are attributed by it; ask again after ShiftCorrected. */
@Injectable()
export class DriverAt {
  async driverOf(tx: ReadTx, vehicleId: string, at: Date): Promise<DriverMoment | undefined> {
    return tx.one(ofVehicle, [vehicleId, at]);
  }

  async vehicleOf(tx: ReadTx, driverId: string, at: Date): Promise<DriverMoment | undefined> {
    return tx.one(ofDriver, [driverId, at]);
  }

  /** Answers in the order asked, one query for all. */
  async driversOf(tx: ReadTx, asked: readonly { vehicle_id: string; at: Date }[]): Promise<(DriverMoment | undefined)[]> {
    if (asked.length === 0) return [];
    const rows = await tx.sql(many, [asked.map((a) => a.vehicle_id), asked.map((a) => a.at)]);
    return rows.map(({ shift_id, driver_id, vehicle_id }) => (shift_id === null ? undefined : { shift_id, driver_id, vehicle_id }));
  }

  /** Every span inside which somebody had one of these vehicles, also those that reach over its ends. */
  async spansOf(tx: ReadTx, vehicleIds: readonly string[], from: Date, to: Date): Promise<DriverSpan[]> {
    return vehicleIds.length === 0 ? [] : tx.sql(spans, [vehicleIds, from, to]);
  }
}
