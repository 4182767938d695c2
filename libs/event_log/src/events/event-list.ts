import { Injectable } from '@nestjs/common';
import { statement, type Actor, type ReadTx } from '@fleet/platform/database';
import { everyRow, invalid, listPage, notFound, Where, type ListQuery, type ListSpec, type Page } from '@fleet/platform/http';
import { standingColumns, type Said, type Standing } from '../intake/rows';
import { EventSealer } from '../intake/sealer';
import { labelOf } from '../rules/kinds';
import { searchQuery } from '../rules/words';
import type { EventQuery, EventView } from './event.dto';

type Row = Standing & { vehicle_no: number | null; vehicle_plate: string | null; driver_no: number | null };

const beside = 'left join transport_registry.vehicle v on v.id = e.vehicle_id left join driver_module.driver d on d.id = e.driver_id';
const columns = `${standingColumns}, v.vehicle_no, v.plate as vehicle_plate, d.driver_no`;
/** Somebody limited to parks sees events of their vehicles, and of their drivers where no vehicle is named. */
const inParks = `(e.vehicle_id in (select p.id from transport_registry.vehicle p where p.park_id = any(?)) or (e.vehicle_id is null and e.driver_id in (select p.id from driver_module.driver p where p.park_id = any(?))))`;
const dayOf = statement<{ from_at: Date; to_at: Date }>(`
  select ($2::date)::timestamp at time zone a.time_zone as from_at, ($2::date + 1)::timestamp at time zone a.time_zone as to_at from auth.account a where a.id = $1`);

/** Among how many of the latest hits the best are looked for: a word that every event has must not read all of them. */
const rankedMax = 1000;
const byTime: ListSpec['sorts'] = { at: { sql: 'e.at', type: 'timestamptz' }, recorded_at: { sql: 'e.recorded_at', type: 'timestamptz' } };
const key = { sql: 'e.id', type: 'uuid' as const };

export interface Asked extends Omit<EventQuery, 'from' | 'to'> {
  from?: string | Date | undefined;
  to?: string | Date | undefined;
}

/** Finds events and opens what was written about them. */
@Injectable()
export class EventList {
  constructor(private readonly sealer: EventSealer) {}

  async page(tx: ReadTx, query: Asked): Promise<Page<EventView>> {
    const page = await listPage<Row>(tx, specOf(tx.actor, query), query as ListQuery);
    return { ...page, items: await this.views(tx, page.items) };
  }

  async *every(tx: ReadTx, query: Asked): AsyncGenerator<EventView[]> {
    for await (const rows of everyRow<Row>(tx, specOf(tx.actor, query), query as ListQuery)) yield this.views(tx, rows);
  }

  /** 404 also for events of parks the actor is not limited to. */
  async find(tx: ReadTx, id: string): Promise<EventView> {
    const where = visible(tx.actor).and('e.id = ?', id);
    const row = await tx.one<Row>(`select ${columns} from event_log.standing e ${beside} ${where.text}`, where.params);
    if (!row) throw notFound('event', id);
    return (await this.views(tx, [row]))[0] as EventView;
  }

  /** From midnight to midnight in the account's time zone: 23, 24 or 25 hours. */
  async dayBounds(tx: ReadTx, day: string): Promise<{ from: Date; to: Date }> {
    const parsed = new Date(`${day}T00:00:00Z`);
    if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== day || day < '1970-01-01') throw invalid('INVALID_INPUT', 'date must be a day like 2026-01-31', { errors: [{ field: 'date', code: 'format', detail: 'date is no day' }] });
    const bounds = await tx.one(dayOf, [tx.accountId, day]);
    if (!bounds) throw notFound('account');
    return { from: bounds.from_at, to: bounds.to_at };
  }

  private async views(tx: ReadTx, rows: readonly Row[]): Promise<EventView[]> {
    const said = await this.sealer.open<Said>(tx, 'said', rows.map((row) => ({ event_id: row.id, sealed: row.said_sealed })));
    return rows.map(({ vehicle_plate, ...row }, i) => ({
      ...row,
      plate: vehicle_plate ?? row.plate,
      title: said[i]?.title ?? labelOf(row.type, row.kind),
      text: said[i]?.text ?? null,
      amount_minor: row.amount_minor === null ? null : Number(row.amount_minor),
    }));
  }
}

export function visible(actor: Actor): Where {
  return new Where().and('e.account_id = ?', actor.accountId).and(inParks, actor.parkIds ?? undefined);
}

export function filtered(actor: Actor, query: Asked): Where {
  return visible(actor)
    .and('e.driver_id = ?', query.driver_id)
    .and('e.vehicle_id = ?', query.vehicle_id)
    .and('e.type = ?', query.type)
    .and('e.kind = ?', query.kind)
    .and('e.state = ?', query.state)
    .and('? = any(e.review)', query.review)
    .and('e.fine_state = ?', query.fine_state)
    .and('e.source = ?', query.source)
    .and('e.severity = ?', query.severity)
    .and('e.at >= ?', query.from)
    .and('e.at < ?', query.to);
}

function specOf(actor: Actor, query: Asked): ListSpec {
  const where = filtered(actor, query);
  if (query.q === undefined) return { select: columns, from: `event_log.standing e ${beside}`, where, sorts: byTime, defaultSort: '-at', key };
  const words = searchQuery(query.q);
  if (words === undefined) throw invalid('SEARCH_EMPTY', 'q has no letter or digit to search by.', { errors: [{ field: 'q', code: 'format', detail: 'q has no letter or digit' }] });
  const hits = where.and(`e.search @@ to_tsquery('simple', ?)`, words);
  const n = hits.params.length;
  // The latest hits first, ranked among themselves; the page goes on by rank.
  const from = `(select e.*, round(ts_rank(e.search, to_tsquery('simple', $${n}))::numeric, 6) as rank from event_log.standing e ${hits.text} order by e.at desc, e.id desc limit ${rankedMax}) e ${beside}`;
  const within = new Where();
  within.params.push(...hits.params);
  return { select: columns, from, where: within, sorts: { ...byTime, rank: { sql: 'e.rank', type: 'numeric' } }, defaultSort: '-rank', key };
}
