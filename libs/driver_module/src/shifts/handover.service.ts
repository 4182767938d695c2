import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { ShiftEnded, ShiftStarted } from '@fleet/contracts';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, Db, type Actor, type Tx } from '@fleet/platform/database';
import { conflict, invalid, notFound, Refusal, rule } from '@fleet/platform/http';
import { emit } from '@fleet/platform/outbox';
import { OdometerService, VehicleLookup, type KnownVehicle } from '@fleet/transport_registry';
import { DriverHistory } from '../drivers/driver-history';
import type { Driver } from '../drivers/driver.entity';
import { DriverService } from '../drivers/driver.service';
import { DriverFiles } from '../files/driver-files';
import type { ShiftKind } from '../rules/assignment';
import { DriverSettings } from '../settings/setting.service';
import { AssignmentGate } from './assignment-gate';
import { EarlyCheckOuts } from './early-check-outs';
import type { CheckInBody, CheckOutBody, HandoverBody, ShiftView, StartShiftBody } from './shift.dto';
import { overlapVerdicts, ShiftStore, type ShiftRow } from './shift.store';

/** A check-in as it is carried out, whoever sent it. */
export interface CheckIn extends CheckInBody {
  /** Of the shift: a plan's, or a new one chosen by the sender. */
  id: string;
  /** Undefined for a planned shift. */
  vehicle_id?: string | undefined;
  kind?: ShiftKind | undefined;
}

interface Started {
  driver: Driver;
  vehicle: KnownVehicle;
  known: ShiftRow | undefined;
  said: CheckIn;
  from: Date;
  to: Date | undefined;
}

/** Clocks of phones go a little fast. */
const aheadMs = 60_000;

/** Vehicles change hands here. Each step may arrive twice, late, or the end before the beginning. */
@Injectable()
export class Handover {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly drivers: DriverService,
    private readonly vehicles: VehicleLookup,
    private readonly odometer: OdometerService,
    private readonly settings: DriverSettings,
    private readonly gate: AssignmentGate,
    private readonly store: ShiftStore,
    private readonly early: EarlyCheckOuts,
    private readonly files: DriverFiles,
    private readonly history: DriverHistory,
  ) {}

  async start(actor: Actor, body: StartShiftBody): Promise<ShiftView> {
    return this.db.write(actor, async (tx) => this.checkIn(tx, await this.drivers.lock(tx, body.driver_id), { ...body, id: body.id ?? randomUUID() }));
  }

  async startPlanned(actor: Actor, id: string, body: CheckInBody): Promise<ShiftView> {
    return this.db.write(actor, async (tx) => {
      const { driver_id } = await this.store.find(tx, id);
      return this.checkIn(tx, await this.drivers.lock(tx, driver_id), { ...body, id });
    });
  }

  async end(actor: Actor, id: string, body: CheckOutBody): Promise<ShiftView> {
    return this.db.write(actor, async (tx) => {
      const { driver_id } = await this.store.find(tx, id);
      const shift = await this.checkOut(tx, await this.drivers.lock(tx, driver_id), id, body);
      if (!shift) throw rule('SHIFT_NOT_STARTED', 'The shift is planned and has not begun.');
      return shift;
    });
  }

  /** The driver's row is locked already. */
  async checkIn(tx: Tx, driver: Driver, said: CheckIn): Promise<ShiftView> {
    const known = await this.store.peek(tx, said.id);
    if (known && known.driver_id !== driver.id) throw conflict('SHIFT_ID_TAKEN', 'This id names another shift.');
    if (known?.state === 'cancelled') throw rule('SHIFT_CANCELLED', 'The shift was cancelled.');
    if (known && known.state !== 'planned') {
      tx.withoutAudit('sent again');
      return this.store.view(tx, known);
    }
    const vehicleId = known?.vehicle_id ?? said.vehicle_id;
    if (!vehicleId) throw notFound('shift', said.id);
    if (known && said.vehicle_id && said.vehicle_id !== known.vehicle_id) throw rule('SHIFT_OTHER_VEHICLE', 'Another vehicle is planned for this shift. Have the plan changed first.', { facts: { planned_vehicle_id: known.vehicle_id } });
    await this.store.lockVehicle(tx, vehicleId);
    const vehicle = await this.vehicles.require(tx, vehicleId);
    const from = this.momentOf(said);
    const early = await this.early.take(tx, driver.id, said.id);
    const to = early && this.momentOf(early);
    if (to && to <= from) throw invalid('SHIFT_ENDS_BEFORE_START', 'The shift ended before it began.', { facts: { to } });
    await this.begin(tx, { driver, vehicle, known, said, from, to });
    const row = (await this.store.peek(tx, said.id)) as ShiftRow;
    return early && to ? this.finish(tx, driver, row, early, to) : this.store.view(tx, row);
  }

  /** Undefined when the shift has not begun, as far as the house knows. */
  async checkOut(tx: Tx, driver: Driver, shiftId: string, said: CheckOutBody): Promise<ShiftView | undefined> {
    const row = await this.store.peek(tx, shiftId);
    if (row && row.driver_id !== driver.id) throw notFound('shift', shiftId);
    if (!row || row.state === 'planned') return undefined;
    if (row.state === 'cancelled') throw rule('SHIFT_CANCELLED', 'The shift was cancelled.');
    if (row.state === 'closed') {
      if (!said.id || said.id !== row.check_out_id) throw conflict('SHIFT_ENDED_ALREADY', 'The shift has ended. If its times are wrong, have them corrected.', { facts: { to: row.to } });
      tx.withoutAudit('sent again');
      return this.store.view(tx, row);
    }
    return this.finish(tx, driver, row, said, this.momentOf(said));
  }

  private async finish(tx: Tx, driver: Driver, row: ShiftRow, said: CheckOutBody, to: Date): Promise<ShiftView> {
    const from = row.from as Date;
    if (to <= from) throw invalid('SHIFT_ENDS_BEFORE_START', 'A shift ends after it began.', { facts: { from } });
    await this.files.refuseForeign(tx, driver, said.photo_file_ids);
    const vehicle = await this.vehicles.require(tx, row.vehicle_id);
    const warnings = [...row.warnings, ...(await this.oddities(tx, row, said, from, to)), ...(await this.noteOdometer(tx, vehicle.id, `${row.id}:end`, said, to))];
    const notes = await this.store.noted(tx, row, { end_damage_notes: said.damage_notes });
    await tx.sql(
      `update driver_module.shift set state = 'closed', period = tstzrange(lower(period), $2), end_odometer_km = $3, end_fuel_pct = $4, end_file_ids = $5, notes_sealed = $6, warnings = $7,
              check_out_id = $8, updated_at = $9, version = version + 1 where id = $1`,
      [row.id, to, said.odometer_km ?? null, said.fuel_level_pct ?? null, said.photo_file_ids ?? [], notes, [...new Set(warnings)], said.id ?? null, this.clock.now()],
    );
    await this.history.note(tx, driver.id, { action: 'shift_ended', facts: { shift_id: row.id, vehicle_id: vehicle.id, to } });
    await record(tx, { action: 'driver_module.shift.ended', subject: { type: 'shift', id: row.id }, data: { driver_id: driver.id, vehicle_id: vehicle.id, to: to.toISOString() } });
    await emit(tx, ShiftEnded, { ...idsOf(row.id, driver, vehicle), kind: row.kind, from_at: from.toISOString(), to_at: to.toISOString(), odometer_km: said.odometer_km ?? null });
    return this.store.view(tx, (await this.store.peek(tx, row.id)) as ShiftRow);
  }

  /** With its end known it is written closed at once: open-ended it would be in the way of who came after. */
  private async begin(tx: Tx, { driver, vehicle, known, said, from, to }: Started): Promise<void> {
    const kind = known?.kind ?? said.kind ?? 'shift';
    const overridden = await this.gate.pass(tx, { driver, vehicle, kind, from, to, planned: false, ...(known ? { except: known.id } : {}) }, said.override_reason);
    await this.files.refuseForeign(tx, driver, said.photo_file_ids);
    const planned = await this.store.plannedForOther(tx, vehicle.id, driver.id, from);
    const warnings = [...(await this.noteOdometer(tx, vehicle.id, `${said.id}:start`, said, from)), ...(planned ? ['VEHICLE_PLANNED_FOR_OTHER'] : [])];
    const subject = { subject_id: known?.subject_id ?? driver.id, notes_sealed: known?.notes_sealed ?? null };
    const notes = await this.store.noted(tx, subject, { start_damage_notes: said.damage_notes });
    const range = [from, to ?? null, to ? 'closed' : 'open'];
    const rest = [said.odometer_km ?? null, said.fuel_level_pct ?? null, said.photo_file_ids ?? [], notes, warnings, [...new Set([...(known?.overridden ?? []), ...overridden])], this.clock.now()];
    await conflictOn(overlapVerdicts, () =>
      known
        ? tx.sql(
            `update driver_module.shift set period = tstzrange($2, $3), state = $4, start_odometer_km = $5, start_fuel_pct = $6, start_file_ids = $7, notes_sealed = $8, warnings = $9, overridden = $10,
                    updated_at = $11, version = version + 1 where id = $1`,
            [said.id, ...range, ...rest],
          )
        : tx.sql(
            `insert into driver_module.shift (id, period, state, start_odometer_km, start_fuel_pct, start_file_ids, notes_sealed, warnings, overridden, created_at, updated_at, account_id, driver_id, subject_id, vehicle_id, kind, created_by)
             values ($1, tstzrange($2, $3), $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $13, $14, $15, $16)`,
            [said.id, ...range, ...rest, tx.accountId, driver.id, vehicle.id, kind, tx.actor.id],
          ),
    );
    const facts = { shift_id: said.id, vehicle_id: vehicle.id, from, overridden };
    await this.history.note(tx, driver.id, { action: 'shift_started', facts, reason: said.override_reason });
    await record(tx, { action: 'driver_module.shift.started', subject: { type: 'shift', id: said.id }, data: { driver_id: driver.id, vehicle_id: vehicle.id, from: from.toISOString(), overridden } });
    await emit(tx, ShiftStarted, { ...idsOf(said.id, driver, vehicle), kind, from_at: from.toISOString(), odometer_km: said.odometer_km ?? null });
  }

  private async oddities(tx: Tx, row: ShiftRow, said: HandoverBody, from: Date, to: Date): Promise<string[]> {
    const { shift_max_minutes } = await this.settings.of(tx, to);
    return [
      ...(row.kind === 'shift' && to.getTime() - from.getTime() > shift_max_minutes * 60_000 ? ['SHIFT_TOO_LONG'] : []),
      ...(said.odometer_km !== undefined && row.start_odometer_km !== null && said.odometer_km < Number(row.start_odometer_km) ? ['ODOMETER_BELOW_START'] : []),
    ];
  }

  /** A number in doubt keeps nobody from driving: it stays with the shift, marked, and out of the vehicle's series. */
  private async noteOdometer(tx: Tx, vehicleId: string, ref: string, said: HandoverBody, at: Date): Promise<string[]> {
    if (said.odometer_km === undefined) return [];
    try {
      await this.odometer.append(tx, vehicleId, { odometer_km: said.odometer_km, at, source: 'handover', source_ref: ref });
      return [];
    } catch (error) {
      if (error instanceof Refusal && error.kind === 'rule') return [error.code];
      throw error;
    }
  }

  private momentOf({ at }: HandoverBody): Date {
    const now = this.clock.now();
    const moment = at ? new Date(at) : now;
    if (moment.getTime() > now.getTime() + aheadMs) throw invalid('SHIFT_IN_FUTURE', 'It cannot have happened yet.', { errors: [{ field: 'at', code: 'too_late', detail: 'at lies in the future' }] });
    return moment > now ? now : moment;
  }
}

const idsOf = (shiftId: string, driver: Driver, vehicle: KnownVehicle) => ({ shift_id: shiftId, driver_id: driver.id, vehicle_id: vehicle.id, vehicle_no: vehicle.vehicle_no });
