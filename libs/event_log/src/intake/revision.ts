import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { statement, type Tx } from '@fleet/platform/database';
import { Attributor, type Found } from '../attribution/attributor';
import { FineBook } from '../fines/fine-book';
import { doubtAboutDriver } from '../rules/attribution';
import type { Draft } from '../rules/draft';
import { doubtsAbout, objectionTo } from '../rules/judge';
import { kindOf } from '../rules/kinds';
import { insertRevision, lockVehicles, type NewStanding } from './event.store';
import { factsOf, refusalOf } from './facts';
import type { Cause, Standing } from './rows';
import { EventSealer } from './sealer';
import { VehicleFacts } from './vehicle-facts';

const rulings = statement<{ cause: string; review: string[] }>(`select cause, review from event_log.ruling where event_id = $1 order by seq desc limit 2`);

/** Changed facts of a known event: one more row, and what follows from them anew. */
@Injectable()
export class Revision {
  constructor(
    private readonly clock: Clock,
    private readonly facts: VehicleFacts,
    private readonly attributor: Attributor,
    private readonly sealer: EventSealer,
    private readonly book: FineBook,
  ) {}

  /** The standing is locked. What a person said of it outlives every change of the facts: who drove, that it never was, that a doubt is none. */
  async revise(tx: Tx, before: Standing, draft: Draft, why: Cause, gone = false): Promise<Standing> {
    const now = this.clock.now();
    const objection = objectionTo(draft, now);
    if (objection) throw refusalOf(objection);
    const [fact] = await this.facts.of(tx, [draft]);
    if (!fact || (draft.vehicle_id && !fact.vehicle)) throw refusalOf({ field: 'vehicle_id', code: 'UNKNOWN_VEHICLE', detail: 'There is no such vehicle that you may use.' });
    await lockVehicles(tx, fact.vehicle ? [fact.vehicle.id] : []);
    const { method, ...attributed } = await this.attributed(tx, before, draft, fact.vehicle?.id ?? null);
    const doubts = [...doubtsAbout(draft, { now, hasVehicle: fact.vehicle !== undefined, vehicleStatus: fact.status }), ...doubtAboutDriver(attributed.outcome, kindOf(draft.type, draft.kind)?.wantsDriver === true)];
    const said = await this.personsWord(tx, before);
    const withdrawn = gone || said.withdrawn;
    const sameCase = (fact.vehicle?.id ?? null) === before.vehicle_id && attributed.driver_id === before.driver_id;
    const review = doubts.filter((doubt) => !sameCase || !said.settled.includes(doubt));
    const row: NewStanding = {
      ...factsOf(draft, fact),
      ...attributed,
      id: before.id,
      revision: before.revision + 1,
      source: before.source,
      said_sealed: await this.sealer.seal(tx, before.id, 'said', { ...(draft.title ? { title: draft.title } : {}), ...(draft.text ? { text: draft.text } : {}) }),
      method,
      state: withdrawn ? 'withdrawn' : review.length > 0 ? 'review' : 'accepted',
      review: withdrawn ? [] : review,
      fine_state: before.fine_state,
      recorded_by: tx.actor.id,
      recorded_at: before.recorded_at,
      changed_at: now,
    };
    await insertRevision(tx, before, row, why);
    const after: Standing = { ...before, ...row, amount_minor: row.amount_minor === null ? null : String(row.amount_minor), version: before.version + 1 };
    if (before.fine_state && (after.driver_id !== before.driver_id || after.amount_minor !== before.amount_minor || after.currency !== before.currency)) await this.book.follow(tx, before, after, why.cause);
    return after;
  }

  private async personsWord(tx: Tx, { id }: Standing): Promise<{ withdrawn: boolean; settled: string[] }> {
    const [newest, previous] = await tx.sql(rulings, [id]);
    return { withdrawn: newest?.cause === 'withdrawn', settled: newest?.cause === 'settled' ? (previous?.review ?? []) : [] };
  }

  private async attributed(tx: Tx, before: Standing, draft: Draft, vehicleId: string | null): Promise<Found> {
    if (before.method !== 'automatic') return { outcome: before.outcome, driver_id: before.driver_id, shift_id: before.shift_id, candidates: [], method: before.method };
    const [found] = await this.attributor.find(tx, [{ ...draft, vehicle_id: vehicleId, to_at: draft.to_at ?? null }]);
    return found as Found;
  }
}
