import { Injectable } from '@nestjs/common';
import type { Actor, ReadTx } from '@fleet/platform/database';
import { everyRow, invalid, listPage, Where, type ListSpec, type Page } from '@fleet/platform/http';
import { normalEmail, normalPhone } from '../rules/contact';
import { nameFits, nameWords, searchKey } from '../rules/names';
import { DriverProfiles } from './driver-profiles';
import { DriverSeal } from './driver-seal';
import type { DriverQuery, DriverView } from './driver.dto';
import type { Driver } from './driver.entity';

interface Search {
  where: Where;
  /** Words of a name that candidates are still compared with. */
  typed: string[];
}

const sorts: ListSpec['sorts'] = {
  driver_no: { sql: 'd.driver_no', type: 'numeric' },
  created_at: { sql: 'd.created_at', type: 'timestamptz' },
  updated_at: { sql: 'd.updated_at', type: 'timestamptz' },
  status_since: { sql: 'd.status_since', type: 'timestamptz' },
  hired_on: { sql: `coalesce(d.hired_on, 'infinity'::date)`, type: 'date' },
};

/**
 * Finds drivers without opening them all. Names are sealed, so the database narrows by cut hashes and the page is checked
 * after opening: a page may be shorter than its limit, and lists cannot be sorted by name.
 */
@Injectable()
export class DriverList {
  constructor(
    private readonly profiles: DriverProfiles,
    private readonly sealer: DriverSeal,
  ) {}

  async page(tx: ReadTx, query: DriverQuery): Promise<Page<DriverView>> {
    const { where, typed } = this.search(tx.actor, query);
    const page = await listPage<Driver>(tx, specOf(where), query);
    return { ...page, items: await this.opened(tx, page.items, typed) };
  }

  async *every(tx: ReadTx, query: DriverQuery): AsyncGenerator<DriverView[]> {
    const { where, typed } = this.search(tx.actor, query);
    for await (const rows of everyRow<Driver>(tx, specOf(where), query)) yield this.opened(tx, rows, typed);
  }

  private async opened(tx: ReadTx, rows: Driver[], typed: string[]): Promise<DriverView[]> {
    const views = await this.profiles.views(tx, rows);
    return typed.length === 0 ? views : views.filter((view) => view.name !== null && nameFits(view.name, typed));
  }

  private search(actor: Actor, query: DriverQuery): Search {
    const where = new Where()
      .and('d.account_id = ?', actor.accountId)
      .and('d.merged_into is null')
      .and('d.park_id = any(?)', actor.parkIds ?? undefined)
      .and('d.status = ?', query.status)
      .and('d.park_id = ?', query.park_id)
      .and('d.tags @> array[?]', query.tag)
      .and('(d.blacklisted_at is not null) = ?', query.blacklisted)
      .and('(d.erased_at is not null) = ?', query.erased ?? false);
    const q = query.q?.trim();
    return { where, typed: q ? this.narrow(where, actor.accountId, q) : [] };
  }

  private narrow(where: Where, accountId: string, q: string): string[] {
    if (q.includes('@')) {
      where.and('d.email_index = ?', this.sealer.index(accountId, 'email', normalEmail(q)));
      return [];
    }
    const phone = normalPhone(q);
    if (phone || /^#?\d{1,9}$/.test(q)) {
      const number = /^#?(\d{1,9})$/.exec(q)?.[1];
      const index = phone ? this.sealer.index(accountId, 'phone', phone) : Buffer.alloc(0);
      where.and(`(d.phone_index = ? or d.driver_no = ${Number(number ?? -1)})`, index);
      return [];
    }
    const typed = nameWords(q);
    if (typed.length === 0) throw invalid('SEARCH_EMPTY', 'The search has no letter or digit.');
    where.and('d.name_tokens @> ?::int[]', typed.map((word) => this.sealer.token(accountId, searchKey(word))));
    return typed;
  }
}

function specOf(where: Where): ListSpec {
  return { select: 'd.*', from: 'driver_module.driver d', where, sorts, defaultSort: 'driver_no', key: { sql: 'd.id', type: 'uuid' } };
}
