import { Injectable } from '@nestjs/common';
import { ShiftCorrected } from '@fleet/contracts';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, Db, type Actor, type Tx } from '@fleet/platform/database';
import { invalid, rule } from '@fleet/platform/http';
import { emit } from '@fleet/platform/outbox';
import { VehicleLookup } from '@fleet/transport_registry';
import { DriverHistory } from '../drivers/driver-history';
import { DriverSeal } from '../drivers/driver-seal';
import { DriverService } from '../drivers/driver.service';
import type { CorrectShiftBody, ShiftCorrectionView, ShiftView } from './shift.dto';
import { overlapVerdicts, ShiftStore, type ShiftRow } from './shift.store';

interface Span {
  from: Date;
  to: Date | null;
}

/** Puts right afterwards who had a vehicle when. What was said before stays readable, and whoever built on it is told. */
@Injectable()
export class ShiftCorrections {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly drivers: DriverService,
    private readonly vehicles: VehicleLookup,
    private readonly store: ShiftStore,
    private readonly sealer: DriverSeal,
    private readonly history: DriverHistory,
  ) {}

  async correct(actor: Actor, id: string, body: CorrectShiftBody): Promise<ShiftView> {
    return this.change(actor, id, body.reason, (row) => this.corrected(row, body));
  }

  /** It never took place, or was somebody else. */
  async void(actor: Actor, id: string, reason: string): Promise<ShiftView> {
    return this.change(actor, id, reason, () => null);
  }

  async list(actor: Actor, id: string): Promise<ShiftCorrectionView[]> {
    return this.db.read(actor, async (tx) => this.store.corrections(tx, (await this.store.find(tx, id)).id));
  }

  private corrected(row: ShiftRow, body: CorrectShiftBody): Span {
    if (body.to && row.state === 'open') throw rule('SHIFT_STILL_OPEN', 'The shift has not ended. End it by a check-out.');
    const after = { from: body.from ? new Date(body.from) : (row.from as Date), to: body.to ? new Date(body.to) : row.to };
    const now = this.clock.now();
    if (after.from > now || (after.to && after.to > now)) throw invalid('SHIFT_IN_FUTURE', 'It cannot have happened yet.');
    if (after.to && after.to <= after.from) throw invalid('SHIFT_ENDS_BEFORE_START', 'A shift ends after it begins.');
    if (after.from.getTime() === row.from?.getTime() && after.to?.getTime() === row.to?.getTime()) throw invalid('SHIFT_CORRECTION_EMPTY', 'These are its times already.');
    return after;
  }

  private async change(actor: Actor, id: string, reason: string, decide: (row: ShiftRow) => Span | null): Promise<ShiftView> {
    return this.db.write(actor, async (tx) => {
      await this.drivers.lock(tx, (await this.store.find(tx, id)).driver_id);
      const before = await this.store.find(tx, id);
      if (before.state !== 'open' && before.state !== 'closed') throw rule('SHIFT_NOT_STARTED', `The shift is ${before.state}; only what took place is corrected.`, { facts: { state: before.state } });
      await this.store.lockVehicle(tx, before.vehicle_id);
      const row = await this.store.find(tx, id);
      const after = decide(row);
      await conflictOn(overlapVerdicts, () =>
        after
          ? tx.sql('update driver_module.shift set period = tstzrange($2, $3), updated_at = $4, version = version + 1 where id = $1', [id, after.from, after.to, this.clock.now()])
          : tx.sql(`update driver_module.shift set state = 'cancelled', updated_at = $2, version = version + 1 where id = $1`, [id, this.clock.now()]),
      );
      await this.tell(tx, row, after, reason);
      return this.store.view(tx, await this.store.find(tx, id));
    });
  }

  private async tell(tx: Tx, row: ShiftRow, after: Span | null, reason: string): Promise<void> {
    const was = { from: row.from as Date, to: row.to };
    await tx.sql(
      `insert into driver_module.shift_correction (account_id, shift_id, subject_id, at, actor_kind, actor_id, was, became, reason_sealed)
       values ($1, $2, $3, $4, $5, $6, tstzrange($7, $8), case when $9::timestamptz is null then null else tstzrange($9, $10) end, $11)`,
      [tx.accountId, row.id, row.subject_id, this.clock.now(), tx.actor.kind, tx.actor.id, was.from, was.to, after?.from ?? null, after?.to ?? null, await this.sealer.seal(tx, row.subject_id, 'shift_correction', { reason })],
    );
    const facts = { was: iso(was), became: after && iso(after) };
    await this.history.note(tx, row.driver_id, { action: after ? 'shift_corrected' : 'shift_voided', facts: { shift_id: row.id, ...facts }, reason });
    await record(tx, { action: after ? 'driver_module.shift.corrected' : 'driver_module.shift.voided', subject: { type: 'shift', id: row.id }, data: { driver_id: row.driver_id, ...facts } });
    const vehicle = await this.vehicles.require(tx, row.vehicle_id);
    await emit(tx, ShiftCorrected, { shift_id: row.id, driver_id: row.driver_id, vehicle_id: row.vehicle_id, vehicle_no: vehicle.vehicle_no, ...facts });
  }
}

const iso = (span: Span): { from_at: string; to_at: string | null } => ({ from_at: span.from.toISOString(), to_at: span.to?.toISOString() ?? null });
