import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, statement, type Tx } from '@fleet/platform/database';
import { timeOrderedId } from '@fleet/platform/random';
import { Attributor } from '../attribution/attributor';
import { FineBook } from '../fines/fine-book';
import { doubtAboutDriver } from '../rules/attribution';
import type { Draft } from '../rules/draft';
import { identityHash } from '../rules/identity';
import { doubtsAbout, objectionTo, type Objection } from '../rules/judge';
import { kindOf } from '../rules/kinds';
import { insertNew, lockVehicles, type NewStanding } from './event.store';
import { factsOf, refusalOf, type Candidate, type Taken } from './facts';
import { Retelling } from './retelling';
import type { Cause } from './rows';
import { EventSealer } from './sealer';
import { VehicleFacts, type VehicleFact } from './vehicle-facts';

const claim = statement<{ hash: string; event_id: string }>(`
  insert into event_log.identity (account_id, hash, event_id) select $1, decode(h, 'hex'), id from unnest($2::text[], $3::uuid[]) as c(h, id) order by h
  on conflict do nothing returning encode(hash, 'hex') as hash, event_id`);
const claimed = statement<{ hash: string; event_id: string }>(`select encode(hash, 'hex') as hash, event_id from event_log.identity where account_id = $1 and hash = any($2::bytea[])`);
const withdrawn = statement<{ hash: string; source_revision: number }>(`
  select encode(hash, 'hex') as hash, max(source_revision) as source_revision from event_log.withdrawal where account_id = $1 and hash = any($2::bytea[]) group by 1`);

/** The one way into the log: judged, told apart from what is known, attributed, and kept; many in the same few statements as one. */
@Injectable()
export class Intake {
  constructor(
    private readonly clock: Clock,
    private readonly facts: VehicleFacts,
    private readonly attributor: Attributor,
    private readonly sealer: EventSealer,
    private readonly book: FineBook,
    private readonly retelling: Retelling,
  ) {}

  /** One event of a person; what cannot be kept is thrown. */
  async takeOne(tx: Tx, draft: Draft, why: Cause = { cause: 'recorded' }): Promise<Taken & { id: string }> {
    const [taken] = await this.take(tx, [draft], why);
    if (!taken?.id) throw refusalOf(taken?.objection ?? null);
    return { ...taken, id: taken.id };
  }

  /** Answers in the order told. What cannot be kept is answered as refused and leaves nothing behind. */
  async take(tx: Tx, told: readonly Draft[], why: Cause = { cause: 'recorded' }): Promise<Taken[]> {
    const now = this.clock.now();
    const answers = new Map<Draft, Taken>();
    const candidates = await this.candidates(tx, told, now, answers);
    await lockVehicles(tx, candidates.flatMap((c) => c.fact.vehicle?.id ?? []));
    const { owners, won } = await this.claim(tx, candidates);
    const fresh = candidates.filter((c) => won.delete(hex(c)));
    for (const [candidate, state] of await this.keep(tx, fresh, now, why)) answers.set(candidate.draft, { outcome: 'recorded', id: candidate.id, state, objection: null });
    const again = candidates.filter((c) => !fresh.includes(c));
    for (const candidate of again) answers.set(candidate.draft, await this.retelling.hear(tx, candidate, owners.get(hex(candidate)) as string, await this.withdrawals(tx, [candidate])));
    return told.map((draft) => answers.get(draft) as Taken);
  }

  private async candidates(tx: Tx, told: readonly Draft[], now: Date, answers: Map<Draft, Taken>): Promise<Candidate[]> {
    const refuse = (draft: Draft, objection: Objection): void => void answers.set(draft, { outcome: 'refused', id: null, state: null, objection });
    const sound = told.filter((draft) => {
      const objection = objectionTo(draft, now);
      if (objection) refuse(draft, objection);
      return !objection;
    });
    const facts = sound.length === 0 ? [] : await this.facts.of(tx, sound);
    return sound.flatMap((draft, i) => {
      const fact = facts[i] as VehicleFact;
      if (draft.vehicle_id && !fact.vehicle) {
        refuse(draft, { field: 'vehicle_id', code: 'UNKNOWN_VEHICLE', detail: 'There is no such vehicle that you may use.' });
        return [];
      }
      if (!fact.vehicle && draft.plate && !fact.plateNorm) {
        refuse(draft, { field: 'plate', code: 'PLATE_EMPTY', detail: 'The plate has no letter or digit.' });
        return [];
      }
      const known = { ...draft, vehicle_id: fact.vehicle?.id ?? null };
      const plateHash = fact.vehicle && fact.plateNorm ? identityHash(tx.accountId, { ...draft, vehicle_id: null }, fact.plateNorm) : null;
      return [{ draft, fact, hash: identityHash(tx.accountId, known, fact.plateNorm), plateHash, id: draft.id ?? timeOrderedId(now) }];
    });
  }

  /**
   * Whose event each hash is: the first to insert it owns it, everybody else waits for that one's commit and tells it again.
   * What was told while its plate was nobody's is the same event once the plate has a vehicle.
   */
  private async claim(tx: Tx, candidates: readonly Candidate[]): Promise<{ owners: Map<string, string>; won: Set<string> }> {
    const underPlate = await this.ownersOf(tx, candidates.flatMap((c) => c.plateHash ?? []));
    const ownerOf = (c: Candidate): string => underPlate.get(c.plateHash?.toString('hex') ?? '') ?? c.id;
    const inserted = candidates.length === 0 ? [] : await tx.sql(claim, [tx.accountId, candidates.map(hex), candidates.map(ownerOf)]);
    const owners = new Map(inserted.map((row) => [row.hash, row.event_id]));
    const ours = new Set(candidates.map((c) => c.id));
    const won = new Set([...owners].filter(([, id]) => ours.has(id)).map(([hash]) => hash));
    const plated = candidates.filter((c) => c.plateHash && won.has(hex(c)) && owners.get(hex(c)) === c.id);
    if (plated.length > 0) await tx.sql(claim, [tx.accountId, plated.map((c) => c.plateHash?.toString('hex')), plated.map((c) => c.id)]);
    const lost = candidates.filter((c) => !owners.has(hex(c)));
    for (const [hash, id] of await this.ownersOf(tx, lost.map((c) => c.hash))) owners.set(hash, id);
    return { owners, won };
  }

  private async ownersOf(tx: Tx, hashes: readonly Buffer[]): Promise<Map<string, string>> {
    return new Map(hashes.length === 0 ? [] : (await tx.sql(claimed, [tx.accountId, hashes])).map((row) => [row.hash, row.event_id]));
  }

  private async withdrawals(tx: Tx, candidates: readonly Candidate[]): Promise<Map<string, number>> {
    const asked = candidates.filter((c) => c.draft.source_revision != null);
    if (asked.length === 0) return new Map();
    return new Map((await tx.sql(withdrawn, [tx.accountId, asked.map((c) => c.hash)])).map((row) => [row.hash, row.source_revision]));
  }

  private async keep(tx: Tx, fresh: readonly Candidate[], now: Date, why: Cause): Promise<[Candidate, string][]> {
    if (fresh.length === 0) return [];
    const found = await this.attributor.find(tx, fresh.map(({ draft, fact }) => ({ ...draft, vehicle_id: fact.vehicle?.id ?? null, to_at: draft.to_at ?? null })));
    const gone = await this.withdrawals(tx, fresh);
    const rows: NewStanding[] = [];
    for (const [i, candidate] of fresh.entries()) {
      const { draft, fact, id } = candidate;
      const { method, ...attributed } = found[i] as (typeof found)[number];
      const review = [...doubtsAbout(draft, { now, hasVehicle: fact.vehicle !== undefined, vehicleStatus: fact.status }), ...doubtAboutDriver(attributed.outcome, kindOf(draft.type, draft.kind)?.wantsDriver === true)];
      const late = (gone.get(hex(candidate)) ?? -1) >= (draft.source_revision ?? 0);
      const said_sealed = await this.sealer.seal(tx, id, 'said', { ...(draft.title ? { title: draft.title } : {}), ...(draft.text ? { text: draft.text } : {}) });
      rows.push({
        ...factsOf(draft, fact),
        ...attributed,
        id,
        revision: 1,
        said_sealed,
        method,
        state: late ? 'withdrawn' : review.length > 0 ? 'review' : 'accepted',
        review: late ? [] : review,
        fine_state: draft.type === 'fine' ? 'received' : null,
        recorded_by: tx.actor.id,
        recorded_at: now,
        changed_at: now,
      });
    }
    await conflictOn({ event_pk: ['EVENT_ID_TAKEN', 'This id names another event.'], standing_pk: ['EVENT_ID_TAKEN', 'This id names another event.'] }, () => insertNew(tx, rows, why));
    for (const row of rows.filter((r) => r.type === 'fine')) await this.book.open(tx, { ...row, amount_minor: String(row.amount_minor), fine_seq: 0, charge_id: null }, why.cause);
    return fresh.map((candidate, i) => [candidate, rows[i]?.state ?? 'accepted']);
  }
}

const hex = (candidate: Candidate): string => candidate.hash.toString('hex');
