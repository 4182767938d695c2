import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { FineAttributed, FineCancelled, FineCharged, FineChargeReversed, FineContested, FinePaid, FineReceived } from '@fleet/contracts';
import { Clock } from '@fleet/platform/clock';
import { statement, type Tx } from '@fleet/platform/database';
import { emit } from '@fleet/platform/outbox';
import { EventSealer } from '../intake/sealer';
import type { Standing } from '../intake/rows';
import { afterAttribution, isCharged, type FineState } from '../rules/fine-flow';

type Fine = Pick<Standing, 'id' | 'at' | 'vehicle_id' | 'driver_id' | 'amount_minor' | 'currency' | 'fine_state' | 'fine_seq' | 'charge_id'>;

export interface Step {
  cause: string;
  reason?: string | undefined;
  requestId?: string | undefined;
}

const insert = statement<object>(`
  insert into event_log.fine_step (account_id, event_id, seq, state, driver_id, amount_minor, currency, charge_id, cause, request_id, reason_sealed, by_kind, by_id, at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`);
const stand = statement<object>(`update event_log.standing set fine_state = $2, fine_seq = $3, charge_id = $4, changed_at = $5, version = version + $6 where id = $1`);

/** Before nobody was known to have driven. */
const lastReal = statement<{ state: FineState }>(`select state from event_log.fine_step where event_id = $1 and state <> 'received' order by seq desc limit 1`);

/** Writes the steps of a fine and tells of each. Nothing is edited: what was charged wrongly is reversed and charged anew. */
@Injectable()
export class FineBook {
  constructor(
    private readonly clock: Clock,
    private readonly sealer: EventSealer,
  ) {}

  /** The first steps of a new fine: it came in, and whoever drove is known or not. */
  async open(tx: Tx, fine: Fine, cause: string): Promise<void> {
    let standing = await this.step(tx, { ...fine, fine_seq: 0, charge_id: null }, 'received', { cause }, 0);
    await emit(tx, FineReceived, this.payload(standing));
    if (fine.driver_id) {
      standing = await this.step(tx, standing, 'attributed', { cause }, 0);
      await emit(tx, FineAttributed, this.named(standing));
    }
  }

  /** A person moves the fine; that the move is allowed was judged before. */
  async move(tx: Tx, fine: Fine, to: FineState, step: Step): Promise<void> {
    const before = fine;
    const charge = to === 'charged' ? randomUUID() : to === 'paid' ? fine.charge_id : null;
    const after = await this.step(tx, { ...fine, charge_id: charge }, to, step, 1);
    if (to === 'contested') await emit(tx, FineContested, this.named(after));
    if (to === 'charged') await emit(tx, FineCharged, { ...this.named(after), charge_id: charge as string });
    if (to === 'paid') await emit(tx, FinePaid, { ...this.named(after), charge_id: charge as string });
    if (to === 'cancelled') {
      if (before.charge_id) await this.reverse(tx, before, after, 'cancelled');
      await emit(tx, FineCancelled, this.payload(after));
    }
  }

  /** Somebody else drove, or nobody did, or the amount was another: `before` is as it stood, `after` with what is known now. */
  async follow(tx: Tx, before: Fine, after: Fine, cause: string): Promise<void> {
    const state = before.fine_state as FineState;
    const wasCharged = state === 'received' && isCharged((await tx.one(lastReal, [before.id]))?.state ?? 'received');
    const next = afterAttribution(state, wasCharged, before.driver_id, after.driver_id);
    if (next === 'cancelled') return;
    const charge = next === 'charged' ? randomUUID() : null;
    const moved = await this.step(tx, { ...after, charge_id: charge }, next, { cause }, 0);
    if (before.charge_id && isCharged(state)) await this.reverse(tx, before, moved, after.driver_id === null ? 'unattributed' : after.driver_id === before.driver_id ? 'amended' : 'moved');
    if (after.amount_minor !== before.amount_minor || after.currency !== before.currency) await emit(tx, FineReceived, this.payload(moved));
    if (after.driver_id && after.driver_id !== before.driver_id) await emit(tx, FineAttributed, this.named(moved));
    if (charge) await emit(tx, FineCharged, { ...this.named(moved), charge_id: charge });
  }

  /** Two drivers were one person: the fine stands where it stood, under the name that stays. */
  async rename(tx: Tx, fine: Fine): Promise<void> {
    await this.step(tx, fine, fine.fine_state as FineState, { cause: 'driver_merged' }, 0);
  }

  private async step(tx: Tx, fine: Fine, state: FineState, { cause, reason, requestId }: Step, versions: 0 | 1): Promise<Fine> {
    const seq = (fine.fine_seq ?? 0) + 1;
    const sealed = await this.sealer.seal(tx, fine.id, 'fine_step', { reason });
    const now = this.clock.now();
    await tx.sql(insert, [tx.accountId, fine.id, seq, state, fine.driver_id, fine.amount_minor, fine.currency, fine.charge_id, cause, requestId ?? null, sealed, tx.actor.kind, tx.actor.id, now]);
    await tx.sql(stand, [fine.id, state, seq, fine.charge_id, now, versions]);
    return { ...fine, fine_state: state, fine_seq: seq };
  }

  private async reverse(tx: Tx, charged: Fine, now: Fine, because: 'moved' | 'unattributed' | 'cancelled' | 'amended'): Promise<void> {
    await emit(tx, FineChargeReversed, { ...this.named(charged), revision: now.fine_seq ?? 1, charge_id: charged.charge_id as string, because });
  }

  private payload(fine: Fine): { fine_id: string; revision: number; vehicle_id: string | null; driver_id: string | null; amount_minor: number; currency: string; at: string } {
    return { fine_id: fine.id, revision: fine.fine_seq ?? 1, vehicle_id: fine.vehicle_id, driver_id: fine.driver_id, amount_minor: Number(fine.amount_minor), currency: fine.currency ?? '', at: fine.at.toISOString() };
  }

  private named(fine: Fine): ReturnType<FineBook['payload']> & { driver_id: string } {
    return { ...this.payload(fine), driver_id: fine.driver_id as string };
  }
}
