import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@fleet/platform/database';
import { invalid } from '@fleet/platform/http';
import type { KindCountView, SummaryQuery, SummaryView } from './event.dto';
import { filtered } from './event-filter';

const periodMaxMs = 400 * 86_400_000;

/** How many of each kind in a period; what was withdrawn does not count. */
@Injectable()
export class EventSummary {
  async of(tx: ReadTx, query: SummaryQuery): Promise<SummaryView> {
    const lastsMs = Date.parse(query.to) - Date.parse(query.from);
    if (!(lastsMs > 0 && lastsMs <= periodMaxMs)) throw invalid('PERIOD_INVALID', 'to lies after from, and at most 400 days later.', { errors: [{ field: 'to', code: 'range', detail: 'to does not fit from' }] });
    const where = filtered(tx.actor, query).and(`e.state <> 'withdrawn'`);
    const kinds = await tx.sql<KindCountView>(
      `select e.type, e.kind, count(*)::int as count, count(*) filter (where e.state = 'review')::int as in_review from event_log.standing e ${where.text} group by e.type, e.kind order by count(*) desc, e.type, e.kind`,
      where.params,
    );
    const sum = (pick: (kind: KindCountView) => number): number => kinds.reduce((total, kind) => total + pick(kind), 0);
    return { total: sum((k) => k.count), in_review: sum((k) => k.in_review), kinds };
  }
}
