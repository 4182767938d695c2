import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@fleet/platform/database';
import { Evidence } from '../evidence/evidence.service';
import type { Said } from '../intake/rows';
import { EventSealer, type SealedPlace } from '../intake/sealer';
import type { AttributionView, EventHistoryView, FineStepView, RetellingView, RevisionView, RulingView } from './history.dto';

/** What is shown of the past; more than this nobody reads. */
const rowsMax = 500;

/** One event's whole past: who was, who became, why, when. */
@Injectable()
export class EventHistory {
  constructor(
    private readonly sealer: EventSealer,
    private readonly evidence: Evidence,
  ) {}

  async of(tx: ReadTx, id: string): Promise<EventHistoryView> {
    const retellings = await tx.sql<RetellingView>(`select source, reference, differs, told_by, told_at from event_log.retelling where event_id = $1 order by told_at limit ${rowsMax}`, [id]);
    return {
      id,
      revisions: await this.opened<RevisionView, Said>(tx, id, 'said', `select *, said_sealed as sealed from event_log.event where id = $1 order by revision limit ${rowsMax}`, (said) => ({ title: said?.title ?? null, text: said?.text ?? null })),
      attributions: await this.opened<AttributionView, Reason>(tx, id, 'attribution', judged('attribution'), reasonOf),
      rulings: await this.opened<RulingView, Reason>(tx, id, 'ruling', judged('ruling'), reasonOf),
      steps: await this.opened<FineStepView, Reason>(tx, id, 'fine_step', judged('fine_step'), reasonOf),
      retellings,
      evidence: await this.evidence.of(tx, id),
    };
  }

  private async opened<View extends object, Sealed>(tx: ReadTx, id: string, place: SealedPlace, sql: string, more: (opened: Sealed | null) => object): Promise<View[]> {
    const rows = await tx.sql<{ sealed: Buffer | null }>(sql, [id]);
    const texts = await this.sealer.open<Sealed>(tx, place, rows.map((row) => ({ event_id: id, sealed: row.sealed })));
    return rows.map((row, i) => ({ ...row, ...more(texts[i] ?? null) }) as unknown as View);
  }
}

interface Reason {
  reason?: string;
}

const reasonOf = (opened: Reason | null): { reason: string | null } => ({ reason: opened?.reason ?? null });
const judged = (table: string): string => `select *, reason_sealed as sealed from event_log.${table} where event_id = $1 order by seq limit ${rowsMax}`;
