import { Injectable } from '@nestjs/common';
import { statement, type ReadTx } from '@fleet/platform/database';
import { invalid, Where, type ListSpec } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { allOf, beginning, runsOf, wordsToSearch } from '../rules/words';
import { beside, byTime, columns, filtered, key, type Asked } from './event-filter';

/** Among how many of the latest hits the best are looked for. */
const rankedMax = 1000;
/** Words that so many of the latest events have are common: they are looked for among them, newest first, and not in the index. */
const latestMax = 10_000;
const commonHits = 200;
/** The same share for one word beside others, from fewer events. */
const sampleMax = 2000;
const sampleHits = 40;

const rareWords = statement<{ word: string }>(`
  with latest as materialized (select e.search from event_log.standing e where e.account_id = $1 and e.search is not null order by e.at desc, e.id desc limit ${sampleMax})
  select word from unnest($2::text[]) word where (select count(*) from latest where search @@ to_tsquery('simple', word)) < ${sampleHits}`);

/** How words are found: among the latest when they are common, through the text index when they are rare. A plate also finds what happened to its vehicle. */
@Injectable()
export class EventSearch {
  constructor(private readonly vehicles: VehicleLookup) {}

  async spec(tx: ReadTx, query: Asked, typed: string): Promise<ListSpec & { words?: string }> {
    const plain = wordsToSearch(typed);
    const words = plain.map(beginning);
    if (words.length === 0) throw invalid('SEARCH_EMPTY', 'q has no letter or digit to search by.', { errors: [{ field: 'q', code: 'format', detail: 'q has no letter or digit' }] });
    const where = filtered(tx.actor, query);
    // One driver or vehicle has few enough events to read them all.
    const few = query.driver_id !== undefined || query.vehicle_id !== undefined;
    const params = [...where.params, allOf(words)];
    const asked = `to_tsquery('simple', $${params.length})`;
    const latest = `(select e.* from event_log.standing e ${where.text} and e.search is not null order by e.at desc, e.id desc${few ? '' : ` limit ${latestMax}`}) e where e.search @@ ${asked}`;
    const common = few || (await this.atLeast(tx, `select 1 from ${latest} limit ${commonHits}`, params));
    // Put in order before they are looked up, so that no more of them are than are ranked.
    const indexed = `(select w.event_id, w.at from event_log.words w where w.search @@ ${asked} order by w.at desc, w.event_id desc offset 0) w join event_log.standing e on e.id = w.event_id ${where.text}`;
    const hits = common ? `${latest} order by e.at desc, e.id desc` : `${indexed} order by w.at desc, w.event_id desc`;
    const found = `select e.*, round(ts_rank(e.search, ${asked})::numeric, 6) as rank from ${hits} limit ${rankedMax}`;
    const named = await this.vehicleNamed(tx, plain);
    const within = new Where();
    within.params.push(...params, ...(named ? [named.vehicleId, named.others] : []));
    return {
      select: columns,
      from: `(${named ? withEventsOf(`$${params.length + 1}`, `$${params.length + 2}`, where.text, found) : found}) e ${beside}`,
      where: within,
      sorts: { ...byTime, rank: { sql: 'e.rank', type: 'numeric' } },
      // By its plate alone everything of a vehicle is found alike: the newest comes first.
      defaultSort: named && !named.others ? '-at' : '-rank',
      key,
      ...(common ? {} : { words: allOf(await this.rareOf(tx, words)) }),
    };
  }

  private async vehicleNamed(tx: ReadTx, plain: readonly string[]): Promise<{ vehicleId: string; others: string | null } | undefined> {
    const runs = runsOf(plain);
    const found = await this.vehicles.plateAmong(tx, runs.map((run) => run.text));
    const run = found && runs[found.which];
    return run && { vehicleId: found.vehicleId, others: allOf(plain.filter((_, i) => i < run.from || i >= run.to).map(beginning)) || null };
  }

  private async atLeast(tx: ReadTx, sql: string, params: unknown[]): Promise<boolean> {
    return (await tx.sql(sql, params)).length === commonHits;
  }

  /**
   * Those that the text index is asked for; the others are looked for in what it finds. For the beginning of a word it collects
   * every event that has one, and of a common word that is half the log.
   */
  private async rareOf(tx: ReadTx, words: string[]): Promise<string[]> {
    if (words.length === 1) return words;
    const rare = (await tx.sql(rareWords, [tx.accountId, words])).map((row) => row.word);
    return rare.length > 0 ? rare : words;
  }
}

/** What happened to the vehicle, with the other words if there are any, is ranked above what merely speaks of its plate. */
function withEventsOf(vehicle: string, others: string, where: string, found: string): string {
  const asked = `to_tsquery('simple', ${others})`;
  return `(select e.*, 1 + coalesce(round(ts_rank(e.search, ${asked})::numeric, 6), 0) as rank from event_log.standing e ${where} and e.vehicle_id = ${vehicle}::uuid and (${others} is null or e.search @@ ${asked})
            order by e.at desc, e.id desc limit ${rankedMax})
          union all select * from (${found}) e where e.vehicle_id is distinct from ${vehicle}::uuid`;
}
