import { Injectable } from '@nestjs/common';
import type { ReadTx, Tx } from '@fleet/platform/database';
import { listPage, notFound, Where, type ListSpec, type Page } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { DriverSeal } from '../drivers/driver-seal';
import type { ShiftCorrectionView, ShiftQuery, ShiftView } from './shift.dto';
import { warningWords } from './shift-words';

export interface ShiftNotes {
  start_damage_notes?: string | undefined;
  end_damage_notes?: string | undefined;
  cancel_reason?: string | undefined;
}

export type ShiftRow = Omit<ShiftView, 'plate' | 'start_damage_notes' | 'end_damage_notes' | 'cancel_reason' | 'warnings'> & {
  subject_id: string;
  notes_sealed: Buffer | null;
  warnings: string[];
  check_out_id: string | null;
};

const columns = `s.id, s.driver_id, o.driver_no, s.subject_id, s.vehicle_id, s.kind, s.state, lower(s.planned) as planned_from, upper(s.planned) as planned_to,
  lower(s.period) as "from", upper(s.period) as "to", s.start_odometer_km, s.end_odometer_km, s.start_fuel_pct, s.end_fuel_pct, s.start_file_ids, s.end_file_ids,
  s.notes_sealed, s.warnings, s.overridden, s.check_out_id, s.created_by, s.created_at, s.version`;
const from = 'driver_module.shift s join driver_module.driver o on o.id = s.driver_id';

/** What the database says when two shifts want the same hour. */
export const overlapVerdicts: Record<string, [string, string]> = {
  shift_pk: ['SHIFT_ID_TAKEN', 'This id names another shift.'],
  shift_driver_once: ['SHIFT_OVERLAPS_DRIVER', 'The driver has another vehicle at that time.'],
  shift_vehicle_once: ['SHIFT_OVERLAPS_VEHICLE', 'Another driver has the vehicle at that time.'],
  shift_planned_driver_once: ['SHIFT_OVERLAPS_DRIVER', 'The driver is planned for another vehicle at that time.'],
  shift_planned_vehicle_once: ['SHIFT_OVERLAPS_VEHICLE', 'The vehicle is planned for another driver at that time.'],
};

/** SQL of shifts. */
@Injectable()
export class ShiftStore {
  constructor(
    private readonly sealer: DriverSeal,
    private readonly vehicles: VehicleLookup,
  ) {}

  /** Also inside the parks of the actor; a shift is where its driver is. */
  async find(tx: ReadTx, id: string): Promise<ShiftRow> {
    const row = await this.peek(tx, id);
    const inside = row && (tx.actor.parkIds === null || (await tx.one('select 1 as one from driver_module.driver where id = $1 and park_id = any($2)', [row.driver_id, tx.actor.parkIds])));
    if (!row || !inside) throw notFound('shift', id);
    return row;
  }

  peek(tx: ReadTx, id: string): Promise<ShiftRow | undefined> {
    return tx.one<ShiftRow>(`select ${columns} from ${from} where s.id = $1`, [id]);
  }

  page(tx: ReadTx, query: ShiftQuery, driverId: string | undefined): Promise<Page<ShiftRow>> {
    const where = new Where()
      .and('s.account_id = ?', tx.accountId)
      .and('o.park_id = any(?)', tx.actor.parkIds ?? undefined)
      .and('o.park_id = ?', query.park_id)
      .and('s.driver_id = ?', driverId)
      .and('s.vehicle_id = ?', query.vehicle_id)
      .and('s.state = ?', query.state)
      .and('s.kind = ?', query.kind)
      .and('s.starts_at < ?', query.to)
      .and('coalesce(upper(coalesce(s.period, s.planned)), \'infinity\') > ?', query.from);
    return listPage<ShiftRow>(tx, specOf(where), query);
  }

  async view(tx: ReadTx, row: ShiftRow): Promise<ShiftView> {
    return (await this.views(tx, [row]))[0] as ShiftView;
  }

  async views(tx: ReadTx, rows: readonly ShiftRow[]): Promise<ShiftView[]> {
    const notes = await this.sealer.openMany<ShiftNotes>(
      tx,
      'shift',
      rows.map((row) => ({ subjectId: row.subject_id, sealed: row.notes_sealed })),
    );
    const vehicles = await this.vehicles.many(tx, [...new Set(rows.map((row) => row.vehicle_id))]);
    return rows.map((row, i) => ({
      ...row,
      plate: vehicles.get(row.vehicle_id)?.plate ?? null,
      start_damage_notes: notes[i]?.start_damage_notes ?? null,
      end_damage_notes: notes[i]?.end_damage_notes ?? null,
      cancel_reason: notes[i]?.cancel_reason ?? null,
      warnings: row.warnings.map((code) => ({ code, detail: warningWords[code] ?? code })),
    }));
  }

  /** Adds to what is noted of a shift; the rest stays. */
  async noted(tx: Tx, row: Pick<ShiftRow, 'subject_id' | 'notes_sealed'>, added: ShiftNotes): Promise<Buffer | null> {
    const known = await this.sealer.open<ShiftNotes>(tx, 'shift', { subjectId: row.subject_id, sealed: row.notes_sealed });
    return this.sealer.sealSaid(tx, row.subject_id, 'shift', { ...known, ...added });
  }

  /** The driver's shift before this hour and after it, for rest; rentals are no work, and a plan is in the way of plans only. */
  async neighbours(tx: ReadTx, driverId: string, at: { from: Date; to: Date | undefined; except: string | undefined; planned: boolean }): Promise<{ before: Date | undefined; after: Date | undefined }> {
    const row = await tx.one<{ before: Date | null; after: Date | null }>(
      `select max(upper(coalesce(period, planned))) filter (where upper(coalesce(period, planned)) <= $2) as before,
              min(starts_at) filter (where starts_at >= $3) as after
         from driver_module.shift
        where driver_id = $1 and kind = 'shift' and (state in ('open', 'closed') or ($5 and state = 'planned')) and id is distinct from $4
          and coalesce(period, planned) && tstzrange($2::timestamptz - interval '3 days', coalesce($3, $2::timestamptz) + interval '3 days')`,
      [driverId, at.from, at.to ?? null, at.except ?? null, at.planned],
    );
    return { before: row?.before ?? undefined, after: row?.after ?? undefined };
  }

  /** Shifts of this driver and of this vehicle in the way: of plans for a plan, of what happened for what happens. */
  async overlaps(tx: ReadTx, wanted: { driverId: string; vehicleId: string | undefined; from: Date; to: Date | undefined; except: string | undefined; planned: boolean }): Promise<{ driver: string | undefined; vehicle: string | undefined }> {
    const [range, states] = wanted.planned ? ['planned', `state = 'planned'`] : ['period', `state in ('open', 'closed')`];
    const first = async (column: string, id: string | undefined): Promise<string | undefined> =>
      id === undefined
        ? undefined
        : (await tx.one<{ id: string }>(`select id from driver_module.shift where ${column} = $1 and ${states} and ${range} && tstzrange($2, $3) and id is distinct from $4 order by lower(${range}) limit 1`, [id, wanted.from, wanted.to ?? null, wanted.except ?? null]))?.id;
    return { driver: await first('driver_id', wanted.driverId), vehicle: await first('vehicle_id', wanted.vehicleId) };
  }

  async plannedForOther(tx: ReadTx, vehicleId: string, driverId: string, at: Date): Promise<boolean> {
    return (await tx.one(`select 1 as one from driver_module.shift where vehicle_id = $1 and driver_id <> $2 and state = 'planned' and planned @> $3::timestamptz`, [vehicleId, driverId, at])) !== undefined;
  }

  /** Writers about one vehicle take their turn; otherwise the exclusion constraints judge them, after a deadlock's second. */
  async lockVehicle(tx: Tx, vehicleId: string): Promise<void> {
    await tx.sql(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`driver_module.vehicle:${vehicleId}`]);
  }

  async corrections(tx: ReadTx, shiftId: string): Promise<ShiftCorrectionView[]> {
    const rows = await tx.sql<ShiftCorrectionView & { subject_id: string; reason_sealed: Buffer }>(
      `select id, at, actor_kind, actor_id, lower(was) as was_from, upper(was) as was_to, lower(became) as became_from, upper(became) as became_to, subject_id, reason_sealed
         from driver_module.shift_correction where shift_id = $1 order by id desc limit 500`,
      [shiftId],
    );
    const reasons = await this.sealer.openMany<{ reason: string }>(
      tx,
      'shift_correction',
      rows.map((row) => ({ subjectId: row.subject_id, sealed: row.reason_sealed })),
    );
    return rows.map((row, i) => ({ ...row, reason: reasons[i]?.reason ?? null }));
  }
}

function specOf(where: Where): ListSpec {
  return { select: columns, from, where, sorts: { from: { sql: 's.starts_at', type: 'timestamptz' }, created_at: { sql: 's.created_at', type: 'timestamptz' } }, defaultSort: '-from', key: { sql: 's.id', type: 'uuid' } };
}
