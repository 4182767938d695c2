import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { statement, type Tx } from '@fleet/platform/database';
import { conflict } from '@fleet/platform/http';
import { retellingDigest } from '../rules/identity';
import { amended } from './amended';
import { lockStandings } from './event.store';
import type { Candidate, Taken } from './facts';
import { Revision } from './revision';
import type { Said, Standing } from './rows';
import { EventSealer } from './sealer';

const insert = statement<object>(`
  insert into event_log.retelling (account_id, event_id, digest, source, reference, differs, told_by, told_at) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`);

/** What is told a second time: a newer word of its source revises the event, another source is linked to it, the rest is known. */
@Injectable()
export class Retelling {
  constructor(
    private readonly clock: Clock,
    private readonly revision: Revision,
    private readonly sealer: EventSealer,
  ) {}

  async hear(tx: Tx, candidate: Candidate, eventId: string, withdrawals: Map<string, number>): Promise<Taken> {
    const [standing] = await lockStandings(tx, [eventId]);
    if (!standing) throw conflict('EVENT_ID_TAKEN', 'This id names another event.');
    const { draft } = candidate;
    if (draft.source_revision != null && standing.source === draft.source) {
      if (draft.source_revision <= (standing.source_revision ?? 0)) return answer('known', standing);
      const gone = (withdrawals.get(candidate.hash.toString('hex')) ?? -1) >= draft.source_revision;
      const revised = await this.revision.revise(tx, standing, draft, { cause: 'source_revised', causeId: String(draft.source_revision) }, gone);
      return answer('revised', revised);
    }
    if (standing.vehicle_id === null && candidate.fact.vehicle) return answer('revised', await this.nameVehicle(tx, standing, candidate.fact.vehicle.id));
    const differs = differencesOf(standing, candidate);
    if (draft.source !== standing.source || Object.keys(differs).length > 0) {
      const reference = draft.reference ?? null;
      await tx.sql(insert, [tx.accountId, eventId, retellingDigest(draft.source, reference, differs), draft.source, reference, JSON.stringify(differs), tx.actor.id, this.clock.now()]);
    }
    return answer('known', standing);
  }

  /** The plate has become somebody's since it was told: the event stays the same and now has a vehicle. */
  private async nameVehicle(tx: Tx, standing: Standing, vehicle_id: string): Promise<Standing> {
    const [was] = await this.sealer.open<Said>(tx, 'said', [{ event_id: standing.id, sealed: standing.said_sealed }]);
    return this.revision.revise(tx, standing, amended(standing, was ?? {}, { vehicle_id }), { cause: 'vehicle_known' });
  }
}

const answer = (outcome: 'known' | 'revised', { id, state }: Pick<Standing, 'id' | 'state'>): Taken => ({ outcome, id, state, objection: null });

/** Facts only: what somebody wrote is not compared and never copied. */
function differencesOf(standing: Standing, { draft }: Candidate): Record<string, unknown> {
  const said: Record<string, unknown> = { kind: draft.kind, at: draft.at.toISOString(), to_at: draft.to_at?.toISOString() ?? null, severity: draft.severity ?? null, amount_minor: draft.amount_minor ?? null, currency: draft.currency ?? null };
  const known: Record<string, unknown> = { ...standing, at: standing.at.toISOString(), to_at: standing.to_at?.toISOString() ?? null, amount_minor: standing.amount_minor === null ? null : Number(standing.amount_minor) };
  return Object.fromEntries(Object.entries(said).filter(([name, value]) => value !== known[name]));
}
