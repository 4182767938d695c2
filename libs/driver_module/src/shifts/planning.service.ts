import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, Db, type Actor, type Tx } from '@fleet/platform/database';
import { conflict, expectVersion, invalid, rule } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { DriverHistory } from '../drivers/driver-history';
import { DriverService } from '../drivers/driver.service';
import { AssignmentGate } from './assignment-gate';
import type { PlanShiftBody, ReplanShiftBody, ShiftView } from './shift.dto';
import { overlapVerdicts, ShiftStore, type ShiftRow } from './shift.store';

/** Shifts that are to come. */
@Injectable()
export class ShiftPlanning {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly drivers: DriverService,
    private readonly vehicles: VehicleLookup,
    private readonly gate: AssignmentGate,
    private readonly store: ShiftStore,
    private readonly history: DriverHistory,
  ) {}

  async plan(actor: Actor, body: PlanShiftBody): Promise<ShiftView> {
    const span = this.spanOf(body);
    return this.db.write(actor, async (tx) => {
      const driver = await this.drivers.lock(tx, body.driver_id);
      const known = body.id ? await this.store.peek(tx, body.id) : undefined;
      if (known) {
        if (known.driver_id !== driver.id || known.vehicle_id !== body.vehicle_id) throw conflict('SHIFT_ID_TAKEN', 'This id names another shift.');
        tx.withoutAudit('planned already');
        return this.store.view(tx, known);
      }
      await this.store.lockVehicle(tx, body.vehicle_id);
      const vehicle = await this.vehicles.require(tx, body.vehicle_id);
      const kind = body.kind ?? 'shift';
      const overridden = await this.gate.pass(tx, { driver, vehicle, kind, ...span, planned: true }, body.override_reason);
      const id = body.id ?? randomUUID();
      await conflictOn(overlapVerdicts, () =>
        tx.sql(
          `insert into driver_module.shift (id, account_id, driver_id, subject_id, vehicle_id, kind, state, planned, overridden, created_by, created_at, updated_at)
           values ($1, $2, $3, $3, $4, $5, 'planned', tstzrange($6, $7), $8, $9, $10, $10)`,
          [id, actor.accountId, driver.id, vehicle.id, kind, span.from, span.to, overridden, actor.id, this.clock.now()],
        ),
      );
      return this.noted(tx, id, 'planned', body.override_reason);
    });
  }

  async replan(actor: Actor, id: string, body: ReplanShiftBody, version: number | undefined): Promise<ShiftView> {
    return this.change(actor, id, async (tx, row) => {
      expectVersion(row.version, version);
      const span = this.spanOf({ from: body.from ?? row.planned_from?.toISOString() ?? '', to: body.to ?? row.planned_to?.toISOString() ?? '' });
      const vehicleId = body.vehicle_id ?? row.vehicle_id;
      await this.store.lockVehicle(tx, vehicleId);
      const vehicle = await this.vehicles.require(tx, vehicleId);
      const driver = await this.drivers.find(tx, row.driver_id);
      const overridden = await this.gate.pass(tx, { driver, vehicle, kind: row.kind, ...span, planned: true, except: row.id }, body.override_reason);
      await conflictOn(overlapVerdicts, () =>
        tx.sql('update driver_module.shift set vehicle_id = $2, planned = tstzrange($3, $4), overridden = $5, updated_at = $6, version = version + 1 where id = $1', [id, vehicleId, span.from, span.to, overridden, this.clock.now()]),
      );
      return this.noted(tx, id, 'replanned', body.override_reason);
    });
  }

  async cancel(actor: Actor, id: string, reason: string): Promise<ShiftView> {
    return this.change(actor, id, async (tx, row) => {
      const notes = await this.store.noted(tx, row, { cancel_reason: reason });
      await tx.sql(`update driver_module.shift set state = 'cancelled', notes_sealed = $2, updated_at = $3, version = version + 1 where id = $1`, [id, notes, this.clock.now()]);
      return this.noted(tx, id, 'cancelled', reason);
    });
  }

  private async change(actor: Actor, id: string, work: (tx: Tx, row: ShiftRow) => Promise<ShiftView>): Promise<ShiftView> {
    return this.db.write(actor, async (tx) => {
      await this.drivers.lock(tx, (await this.store.find(tx, id)).driver_id);
      const row = await this.store.find(tx, id);
      if (row.state !== 'planned') throw rule('SHIFT_NOT_PLANNED', `The shift is ${row.state}.`, { facts: { state: row.state } });
      return work(tx, row);
    });
  }

  private async noted(tx: Tx, id: string, action: string, reason: string | undefined): Promise<ShiftView> {
    const row = await this.store.find(tx, id);
    const facts = { shift_id: id, vehicle_id: row.vehicle_id, from: row.planned_from, to: row.planned_to, overridden: row.overridden };
    await this.history.note(tx, row.driver_id, { action: `shift_${action}`, facts, reason });
    await record(tx, { action: `driver_module.shift.${action}`, subject: { type: 'shift', id }, data: { driver_id: row.driver_id, vehicle_id: row.vehicle_id, overridden: row.overridden } });
    return this.store.view(tx, row);
  }

  private spanOf({ from, to }: { from: string; to: string }): { from: Date; to: Date } {
    const span = { from: new Date(from), to: new Date(to) };
    if (span.to <= span.from) throw invalid('SHIFT_ENDS_BEFORE_START', 'A shift ends after it begins.', { errors: [{ field: 'to', code: 'too_early', detail: 'to lies before from' }] });
    if (span.to <= this.clock.now()) throw invalid('SHIFT_PLAN_IN_PAST', 'What is over cannot be planned.', { errors: [{ field: 'to', code: 'too_early', detail: 'to lies in the past' }] });
    if (span.to.getTime() - span.from.getTime() > planDaysMax * 86_400_000) throw invalid('SHIFT_PLAN_TOO_LONG', `A plan spans at most ${planDaysMax} days.`);
    return span;
  }
}

const planDaysMax = 1100;
