import { Injectable } from '@nestjs/common';
import { record } from '@fleet/platform/audit';
import { Db, type Actor, type Tx } from '@fleet/platform/database';
import { conflict, expectVersion, invalid, rule } from '@fleet/platform/http';
import { DriverLookup } from '@fleet/driver_module';
import { Reattribution } from '../attribution/reattribution';
import { amended } from '../intake/amended';
import { lockStandings } from '../intake/event.store';
import { Intake } from '../intake/intake.service';
import { Revision } from '../intake/revision';
import type { Said, Standing } from '../intake/rows';
import { EventSealer } from '../intake/sealer';
import { Withdrawals } from '../intake/withdrawals';
import type { Draft } from '../rules/draft';
import { identityHash } from '../rules/identity';
import { kindOf, type Source } from '../rules/kinds';
import type { AmendEventBody, AssignDriverBody, EventView, FactsBody, IngestBody, IngestedView, ReportEventBody } from './event.dto';
import { EventList } from './event-list';

/** What people do with events: report, put right, say who drove, take back. */
@Injectable()
export class EventDesk {
  constructor(
    private readonly db: Db,
    private readonly intake: Intake,
    private readonly revision: Revision,
    private readonly withdrawals: Withdrawals,
    private readonly reattribution: Reattribution,
    private readonly sealer: EventSealer,
    private readonly drivers: DriverLookup,
    private readonly list: EventList,
  ) {}

  async report(actor: Actor, body: ReportEventBody): Promise<EventView> {
    if (kindOf(body.type, body.kind)?.by === 'house') throw invalid('EVENT_KIND_OF_MACHINES', `${body.kind} is told by machines, not by people.`, { errors: [{ field: 'kind', code: 'not_here', detail: 'kind is told by machines' }] });
    return this.db.write(actor, async (tx) => {
      this.refuseBlind(tx, body);
      const taken = await this.intake.takeOne(tx, draftOf(body, 'staff'));
      if (taken.outcome === 'known') tx.withoutAudit('known already');
      else await record(tx, { action: 'event_log.event.recorded', subject: { type: 'event', id: taken.id }, data: { type: body.type, kind: body.kind, state: taken.state } });
      return this.list.find(tx, taken.id);
    });
  }

  /** From programs: each stands for itself, none holds up the others. */
  async ingest(actor: Actor, body: IngestBody): Promise<IngestedView[]> {
    return this.db.write(actor, async (tx) => {
      const taken = await this.intake.take(tx, body.events.map((item) => ({ ...draftOf(item, 'integration'), source_revision: item.source_revision })));
      const count = (outcome: string): number => taken.filter((t) => t.outcome === outcome).length;
      await record(tx, { action: 'event_log.event.ingested', subject: { type: 'account', id: actor.accountId }, data: { recorded: count('recorded'), known: count('known'), revised: count('revised'), refused: count('refused') } });
      return taken.map(({ outcome, id, state, objection }) => ({ outcome, id, state, code: objection?.code ?? null, detail: objection?.detail ?? null }));
    });
  }

  async amend(actor: Actor, id: string, body: AmendEventBody, version?: number): Promise<EventView> {
    return this.change(actor, id, version, async (tx, before) => {
      if (before.source === 'telemetry' || before.type === 'system') throw rule('EVENT_NOT_AMENDABLE', 'What machines told is not amended by people. Withdraw it, or report what was.');
      const { reason, ...said } = body;
      const [was] = await this.sealer.open<Said>(tx, 'said', [{ event_id: id, sealed: before.said_sealed }]);
      const draft = amended(before, was ?? {}, said);
      if (said.vehicle_id && said.vehicle_id !== before.vehicle_id) await this.claim(tx, before, draft);
      await this.revision.revise(tx, before, draft, { cause: 'amended' }, before.state === 'withdrawn');
      await record(tx, { action: 'event_log.event.amended', subject: { type: 'event', id }, data: { fields: Object.keys(said), reason_given: reason !== '' } });
      const [after] = await lockStandings(tx, [id]);
      await this.withdrawals.rule(tx, { id }, after?.state ?? 'accepted', after?.review ?? [], 'amended', reason);
    });
  }

  async assign(actor: Actor, id: string, body: AssignDriverBody, version?: number): Promise<EventView> {
    return this.change(actor, id, version, async (tx, before) => {
      const driver = body.driver_id === null ? null : await this.drivers.require(tx, body.driver_id);
      await this.reattribution.assign(tx, before, driver?.id ?? null, { cause: driver ? 'person' : 'person_took_back', reason: body.reason });
      await record(tx, { action: 'event_log.event.attributed', subject: { type: 'event', id }, data: { was_driver_id: before.driver_id, driver_id: driver?.id ?? null } });
    });
  }

  /** Somebody looked at the doubts and accepts the event as it stands. */
  async settle(actor: Actor, id: string, reason: string, version?: number): Promise<EventView> {
    return this.change(actor, id, version, async (tx, before) => {
      if (before.state !== 'review') throw rule('EVENT_NOT_IN_REVIEW', `The event is ${before.state}.`);
      await this.withdrawals.rule(tx, before, 'accepted', [], 'settled', reason);
      await record(tx, { action: 'event_log.event.settled', subject: { type: 'event', id }, data: { review: before.review } });
    });
  }

  async withdraw(actor: Actor, id: string, reason: string, version?: number): Promise<EventView> {
    return this.change(actor, id, version, async (tx, before) => {
      if (before.fine_state) throw rule('FINE_IS_CANCELLED', 'A fine is not withdrawn but cancelled.');
      if (before.state === 'withdrawn') throw rule('EVENT_WITHDRAWN', 'The event is withdrawn already.');
      await this.withdrawals.rule(tx, before, 'withdrawn', [], 'withdrawn', reason);
      await record(tx, { action: 'event_log.event.withdrawn', subject: { type: 'event', id } });
    });
  }

  /** The event, locked, as far as the actor may see it. */
  async change(actor: Actor, id: string, version: number | undefined, work: (tx: Tx, before: Standing) => Promise<void>): Promise<EventView> {
    return this.db.write(actor, async (tx) => {
      await this.list.find(tx, id);
      const [before] = await lockStandings(tx, [id]);
      if (!before) throw rule('EVENT_GONE', 'The event is not there any more.');
      expectVersion(before.version, version);
      await work(tx, before);
      return this.list.find(tx, id);
    });
  }

  /** Somebody limited to parks must name a vehicle, or could not see what they reported. */
  private refuseBlind(tx: Tx, body: FactsBody): void {
    if (tx.actor.parkIds !== null && !body.vehicle_id) throw invalid('EVENT_VEHICLE_MISSING', 'Say which vehicle of your parks it was.', { errors: [{ field: 'vehicle_id', code: 'required', detail: 'vehicle_id is required' }] });
  }

  /** The event becomes known under its vehicle too; when that is known already, the two are one and a person must choose. */
  private async claim(tx: Tx, before: Standing, draft: Draft): Promise<void> {
    const hash = identityHash(tx.accountId, { ...draft, id: before.id }, null);
    const owner = await tx.one<{ event_id: string }>(
      `with added as (insert into event_log.identity (account_id, hash, event_id) values ($1, $2, $3) on conflict do nothing returning event_id)
       select event_id from added union all select event_id from event_log.identity where account_id = $1 and hash = $2 limit 1`,
      [tx.accountId, hash, before.id],
    );
    if (owner && owner.event_id !== before.id) throw conflict('EVENT_KNOWN_ALREADY', 'This vehicle has the same event already. Cancel or withdraw one of them.', { facts: { event_id: owner.event_id } });
  }
}

export function draftOf(body: FactsBody & Partial<Pick<ReportEventBody, 'id' | 'title' | 'text'>> & { type: Draft['type'] }, source: Source): Draft {
  const { at, to_at, ...rest } = body;
  return { ...rest, source, at: new Date(at), to_at: to_at ? new Date(to_at) : null };
}
