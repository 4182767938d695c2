import { Injectable } from '@nestjs/common';
import { DriverErased, DriverMerged, ShiftCorrected, ShiftEnded, ShiftStarted } from '@fleet/contracts';
import type { Tx } from '@fleet/platform/database';
import { Hears, type Heard, type PayloadOf } from '@fleet/platform/outbox';
import { Reattribution, type Span } from '../attribution/reattribution';
import { Intake } from '../intake/intake.service';
import { Forgetting } from '../privacy/forgetting';
import type { Draft } from '../rules/draft';

/** Who had which vehicle when: noted as events, and reason to ask again who is meant by others. */
@Injectable()
export class HearsShifts {
  constructor(
    private readonly intake: Intake,
    private readonly reattribution: Reattribution,
    private readonly forgetting: Forgetting,
  ) {}

  /** A phone may tell of a shift hours late; what happened meanwhile was nobody's until now. */
  @Hears(ShiftStarted, 'event_log.note_shift_start')
  async started(event: Heard<PayloadOf<typeof ShiftStarted>>, tx: Tx): Promise<void> {
    const { shift_id, driver_id, vehicle_id, kind, from_at, odometer_km } = event.payload;
    await this.keep(tx, event, 'shift_started', { vehicle_id, driver_id, shift_id, at: new Date(from_at), details: { shift_id, kind, odometer_km } });
    await this.reattribution.within(tx, vehicle_id, [{ from: new Date(from_at), to: null }], { cause: 'shift_started', causeId: shift_id });
  }

  @Hears(ShiftEnded, 'event_log.note_shift_end')
  async ended(event: Heard<PayloadOf<typeof ShiftEnded>>, tx: Tx): Promise<void> {
    const { shift_id, driver_id, vehicle_id, kind, from_at, to_at, odometer_km } = event.payload;
    await this.keep(tx, event, 'shift_ended', { vehicle_id, driver_id, shift_id, at: new Date(to_at), details: { shift_id, kind, odometer_km } });
    await this.reattribution.within(tx, vehicle_id, [{ from: new Date(from_at), to: null }], { cause: 'shift_ended', causeId: shift_id });
  }

  @Hears(ShiftCorrected, 'event_log.follow_correction')
  async corrected(event: Heard<PayloadOf<typeof ShiftCorrected>>, tx: Tx): Promise<void> {
    const { shift_id, driver_id, vehicle_id, was, became } = event.payload;
    const facts = { shift_id, was_from: was.from_at, was_to: was.to_at, became_from: became?.from_at ?? null, became_to: became?.to_at ?? null };
    await this.keep(tx, event, 'shift_corrected', { vehicle_id, driver_id, shift_id, at: event.occurredAt, details: facts });
    const spans: Span[] = [was, ...(became ? [became] : [])].map((s) => ({ from: new Date(s.from_at), to: s.to_at ? new Date(s.to_at) : null }));
    await this.reattribution.within(tx, vehicle_id, spans, { cause: 'shift_corrected', causeId: shift_id });
  }

  @Hears(DriverMerged, 'event_log.follow_merge')
  async merged(event: Heard<PayloadOf<typeof DriverMerged>>, tx: Tx): Promise<void> {
    await this.reattribution.merged(tx, event.payload.driver_id, event.payload.merged_id);
  }

  @Hears(DriverErased, 'event_log.forget_driver')
  async erased(event: Heard<PayloadOf<typeof DriverErased>>, tx: Tx): Promise<void> {
    await this.forgetting.forget(tx, [event.payload.driver_id, ...event.payload.subject_ids]);
  }

  private async keep(tx: Tx, event: { id: string }, kind: string, told: Pick<Draft, 'vehicle_id' | 'driver_id' | 'shift_id' | 'details' | 'at'>): Promise<void> {
    const [taken] = await this.intake.take(tx, [{ type: 'system', kind, source: 'drivers', reference: event.id, ...told }]);
    // A phone's clock may run ahead; who drove is asked all the same.
    if (taken?.outcome === 'refused' && !/^EVENT_(IN_FUTURE|TOO_OLD)$/.test(taken.objection?.code ?? '')) throw new Error(`${kind}: ${taken.objection?.detail}`);
  }
}
