import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { statement, type Tx } from '@fleet/platform/database';
import { FineBook } from '../fines/fine-book';
import { lockVehicles } from '../intake/event.store';
import { standingColumns, type Cause, type Standing } from '../intake/rows';
import { EventSealer } from '../intake/sealer';
import { reviewAfter } from '../rules/attribution';
import { kindOf } from '../rules/kinds';
import { Attributor, type Found } from './attributor';

export interface Span {
  from: Date;
  to: Date | null;
}

interface Move {
  before: Standing;
  found: Found;
  review: string[];
  state: Standing['state'];
}

/** No event lasts longer, so none that began earlier reaches into a span. */
const within = statement<Standing>(`
  select ${standingColumns} from event_log.standing e
   where e.vehicle_id = $1 and e.at >= $2::timestamptz - interval '31 days' and e.at < coalesce($3, 'infinity'::timestamptz) and coalesce(e.to_at, e.at) >= $2 and e.method = 'automatic'
   order by e.id for update`);
const recordset = `jsonb_to_recordset($1::jsonb) r (id uuid, driver_id uuid, shift_id uuid, outcome text, method text, candidates jsonb, state text, review jsonb, ruled boolean, sealed text)`;
const list = (column: string, type: string): string => `array(select jsonb_array_elements_text(r.${column}))::${type}[]`;
const addAttributions = statement<object>(`
  insert into event_log.attribution (account_id, event_id, seq, driver_id, shift_id, outcome, method, cause, cause_id, candidates, reason_sealed, by_kind, by_id, at)
  select $2, r.id, coalesce((select max(a.seq) from event_log.attribution a where a.event_id = r.id), 0) + 1, r.driver_id, r.shift_id, r.outcome, r.method, $3, $4, ${list('candidates', 'uuid')},
    decode(r.sealed, 'hex'), $5, $6, $7 from ${recordset}`);
const addRulings = statement<object>(`
  insert into event_log.ruling (account_id, event_id, seq, state, review, cause, by_kind, by_id, at)
  select $2, r.id, coalesce((select max(a.seq) from event_log.ruling a where a.event_id = r.id), 0) + 1, r.state, ${list('review', 'text')}, $3, $4, $5, $6 from ${recordset} where r.ruled`);
const moveStandings = statement<object>(`
  update event_log.standing e set driver_id = r.driver_id, shift_id = r.shift_id, outcome = r.outcome, method = r.method, state = r.state, review = ${list('review', 'text')},
    changed_at = $3, version = e.version + 1 from ${recordset} where e.id = r.id and e.account_id = $2`);
const ofDriver = statement<Standing>(`select ${standingColumns} from event_log.standing e where e.driver_id = $1 order by e.id for update`);

/** Who drove, found anew: after a shift began, ended or was corrected, two drivers became one, or a person said so. */
@Injectable()
export class Reattribution {
  constructor(
    private readonly clock: Clock,
    private readonly attributor: Attributor,
    private readonly sealer: EventSealer,
    private readonly book: FineBook,
  ) {}

  /** Every event of the vehicle inside these spans, unless a person or the source itself named the driver. Answers how many moved. */
  async within(tx: Tx, vehicleId: string, spans: readonly Span[], why: Cause): Promise<number> {
    await lockVehicles(tx, [vehicleId]);
    const touched = new Map<string, Standing>();
    for (const span of spans) for (const row of await tx.sql(within, [vehicleId, span.from, span.to])) touched.set(row.id, row);
    const rows = [...touched.values()];
    const found = await this.attributor.find(tx, rows.map((row) => ({ ...row, driver_id: null, shift_id: null, time_missing: row.review.includes('time_missing') })));
    const moves = rows.flatMap((before, i) => {
      const now = found[i] as Found;
      return now.outcome === before.outcome && now.driver_id === before.driver_id && now.shift_id === before.shift_id ? [] : [moveOf(before, now)];
    });
    await this.apply(tx, moves, why);
    return moves.length;
  }

  /** A person's word, or the withdrawal of it. The standing is locked. */
  async assign(tx: Tx, before: Standing, driverId: string | null, why: Cause): Promise<void> {
    if (driverId !== null) return this.apply(tx, [moveOf(before, { outcome: 'attributed', driver_id: driverId, shift_id: null, candidates: [], method: 'manual' })], why);
    const [found] = await this.attributor.find(tx, [{ ...before, driver_id: null, shift_id: null, time_missing: before.review.includes('time_missing') }]);
    return this.apply(tx, [moveOf(before, found as Found)], why);
  }

  /** Everything of the one belongs to the other: the same person, so nothing is charged back. */
  async merged(tx: Tx, keptId: string, goneId: string): Promise<number> {
    const rows = await tx.sql(ofDriver, [goneId]);
    const moves = rows.map((before) => moveOf(before, { outcome: 'attributed', driver_id: keptId, shift_id: before.shift_id, candidates: [], method: before.method }));
    await this.apply(tx, moves, { cause: 'driver_merged', causeId: goneId }, true);
    return rows.length;
  }

  private async apply(tx: Tx, moves: readonly Move[], why: Cause, samePerson = false): Promise<void> {
    if (moves.length === 0) return;
    const now = this.clock.now();
    const sealed: (Buffer | null)[] = [];
    for (const { before } of why.reason ? moves : []) sealed.push(await this.sealer.seal(tx, before.id, 'attribution', { reason: why.reason }));
    const json = JSON.stringify(
      moves.map(({ before, found, review, state }, i) => ({ id: before.id, ...found, state, review, ruled: state !== before.state || review.join() !== before.review.join(), sealed: sealed[i]?.toString('hex') ?? null })),
    );
    await tx.sql(addAttributions, [json, tx.accountId, why.cause, why.causeId ?? null, tx.actor.kind, tx.actor.id, now]);
    await tx.sql(addRulings, [json, tx.accountId, why.cause, tx.actor.kind, tx.actor.id, now]);
    await tx.sql(moveStandings, [json, tx.accountId, now]);
    for (const { before, found } of moves.filter((m) => m.before.fine_state)) {
      const after = { ...before, driver_id: found.driver_id };
      if (samePerson) await this.book.rename(tx, after);
      else if (after.driver_id !== before.driver_id) await this.book.follow(tx, before, after, why.cause);
    }
  }
}

function moveOf(before: Standing, found: Found): Move {
  const wantsDriver = kindOf(before.type, before.kind)?.wantsDriver === true;
  const review = before.state === 'withdrawn' ? [] : reviewAfter(before.review, found.outcome, wantsDriver);
  return { before, found, review, state: before.state === 'withdrawn' ? 'withdrawn' : review.length > 0 ? 'review' : 'accepted' };
}
