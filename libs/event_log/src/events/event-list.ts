import { Injectable } from '@nestjs/common';
import { statement, type ReadTx } from '@fleet/platform/database';
import { everyRow, invalid, listPage, notFound, type ListQuery, type ListSpec, type Page } from '@fleet/platform/http';
import { withWords } from '../intake/event.store';
import type { Said, Standing } from '../intake/rows';
import { EventSealer } from '../intake/sealer';
import { labelOf } from '../rules/kinds';
import type { EventView } from './event.dto';
import { beside, columns, plainSpec, visible, type Asked } from './event-filter';
import { EventSearch } from './event-search';

type Row = Standing & { vehicle_no: number | null; vehicle_plate: string | null; driver_no: number | null };

const dayOf = statement<{ from_at: Date; to_at: Date }>(`
  select ($2::date)::timestamp at time zone a.time_zone as from_at, ($2::date + 1)::timestamp at time zone a.time_zone as to_at from auth.account a where a.id = $1`);

/** Finds events and opens what was written about them. */
@Injectable()
export class EventList {
  constructor(
    private readonly sealer: EventSealer,
    private readonly search: EventSearch,
  ) {}

  async page(tx: ReadTx, query: Asked): Promise<Page<EventView>> {
    const spec: ListSpec & { words?: string } = query.q === undefined ? plainSpec(tx.actor, query) : await this.search.spec(tx, query, query.q);
    const list = (): Promise<Page<Row>> => listPage<Row>(tx, spec, query as ListQuery);
    const page = await (spec.words === undefined ? list() : withWords(tx, spec.words, list));
    return { ...page, items: await this.views(tx, page.items) };
  }

  /** With words to search by, the best thousand. */
  async *every(tx: ReadTx, query: Asked): AsyncGenerator<EventView[]> {
    if (query.q === undefined) {
      for await (const rows of everyRow<Row>(tx, plainSpec(tx.actor, query), query as ListQuery)) yield this.views(tx, rows);
      return;
    }
    let cursor: string | undefined;
    do {
      const page = await this.page(tx, { ...query, limit: 500, ...(cursor ? { cursor } : {}) });
      yield page.items;
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
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
      titled: (said[i]?.title ?? null) !== null,
      title: said[i]?.title ?? labelOf(row.type, row.kind),
      text: said[i]?.text ?? null,
      amount_minor: row.amount_minor === null ? null : Number(row.amount_minor),
    }));
  }
}
