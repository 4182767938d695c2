import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@fleet/platform/database';
import { invalid, Where, type ListSpec } from '@fleet/platform/http';
import { searchQuery } from '../rules/words';
import { beside, byTime, columns, filtered, key, type Asked } from './event-filter';

/** Among how many of the latest hits the best are looked for. */
const rankedMax = 1000;
/** A word that so many of the latest events have is common: it is looked for among them, newest first, and not in the index. */
const latestMax = 10_000;
const commonHits = 200;

/** How words are found: among the latest when they are common, through the text index when they are rare. */
@Injectable()
export class EventSearch {
  async spec(tx: ReadTx, query: Asked, typed: string): Promise<ListSpec & { words: string }> {
    const words = searchQuery(typed);
    if (words === undefined) throw invalid('SEARCH_EMPTY', 'q has no letter or digit to search by.', { errors: [{ field: 'q', code: 'format', detail: 'q has no letter or digit' }] });
    const where = filtered(tx.actor, query);
    // One driver or vehicle has few enough events to read them all.
    const few = query.driver_id !== undefined || query.vehicle_id !== undefined;
    const params = [...where.params, words];
    const matches = `e.search @@ to_tsquery('simple', $${params.length})`;
    const latest = `(select e.* from event_log.standing e ${where.text} and e.search is not null order by e.at desc, e.id desc${few ? '' : ` limit ${latestMax}`}) e where ${matches}`;
    const common = few || (await this.atLeast(tx, `select 1 from ${latest} limit ${commonHits}`, params));
    const hits = common ? latest : `event_log.words w join event_log.standing e on e.id = w.event_id ${where.text}`;
    const rank = `round(ts_rank(e.search, to_tsquery('simple', $${params.length}))::numeric, 6) as rank`;
    const within = new Where();
    within.params.push(...params);
    return {
      select: columns,
      from: `(select e.*, ${rank} from ${hits} order by e.at desc, e.id desc limit ${rankedMax}) e ${beside}`,
      where: within,
      sorts: { ...byTime, rank: { sql: 'e.rank', type: 'numeric' } },
      defaultSort: '-rank',
      key,
      words,
    };
  }

  private async atLeast(tx: ReadTx, sql: string, params: unknown[]): Promise<boolean> {
    return (await tx.sql(sql, params)).length === commonHits;
  }
}
