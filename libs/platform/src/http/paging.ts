import type { ReadTx } from '../database';
import { Int, Text } from './fields';
import { invalid, type Refusal } from './refusal';

/** What every list understands. Subsystems extend it with their filters. */
export class ListQuery {
  @Text({ optional: true, max: 1000, about: 'The next_cursor of the page before.' }) cursor?: string;
  @Int({ optional: true, fromText: true, min: 1, max: 500, about: 'Items a page, 50 unless said.' }) limit?: number;
  @Text({ optional: true, about: 'Field to sort by; a leading minus reverses.' }) sort?: string;
  @Text({ optional: true, max: 1000, about: 'Comma separated fields to answer with.' }) fields?: string;
}

export interface Page<Row> {
  items: Row[];
  next_cursor: string | null;
}

/** Collects conditions and numbers their parameters; a condition whose value is undefined is left out. */
export class Where {
  private readonly parts: string[] = [];
  readonly params: unknown[] = [];

  and(condition: string, value?: unknown): this {
    if (condition.includes('?')) {
      if (value === undefined) return this;
      this.params.push(value);
      this.parts.push(condition.replaceAll('?', `$${this.params.length}`));
    } else {
      this.parts.push(condition);
    }
    return this;
  }

  get text(): string {
    return this.parts.length > 0 ? `where ${this.parts.join(' and ')}` : '';
  }
}

/** A sortable column: its SQL (never null: coalesce it) and the type a cursor value is cast back to. */
export interface SortColumn {
  sql: string;
  type: 'text' | 'timestamptz' | 'date' | 'numeric' | 'bigint' | 'uuid';
}

export interface ListSpec {
  select: string;
  from: string;
  where: Where;
  sorts: Record<string, SortColumn>;
  defaultSort: string;
  /** Unique column that makes the order total. */
  key: SortColumn;
}

/** One page by keyset: as fast on page 1,000 as on page 1, and stable while rows come and go. */
export async function listPage<Row extends object>(tx: ReadTx, spec: ListSpec, query: ListQuery): Promise<Page<Row>> {
  const limit = query.limit ?? 50;
  const { column, descending, name } = sortOf(spec, query.sort);
  const after = query.cursor ? decode(query.cursor, name) : undefined;
  const params = [...spec.where.params];
  let keyset = '';
  if (after) {
    params.push(after.value, after.key);
    const compare = `(${column.sql}, ${spec.key.sql}) ${descending ? '<' : '>'} ($${params.length - 1}::${column.type}, $${params.length}::${spec.key.type})`;
    keyset = spec.where.text ? ` and ${compare}` : `where ${compare}`;
  }
  params.push(limit + 1);
  const way = descending ? 'desc' : 'asc';
  const text = `select ${spec.select}, (${column.sql})::text as _sort, (${spec.key.sql})::text as _key
       from ${spec.from} ${spec.where.text}${keyset}
      order by ${column.sql} ${way}, ${spec.key.sql} ${way} limit $${params.length}`;
  const rows = await tx.sql<Row & { _sort: string; _key: string }>(text, params).catch((error: { code?: string }) => {
    // Class 22: a cursor somebody wrote holds what is no time, number or id.
    throw after && error.code?.startsWith('22') ? badCursor() : error;
  });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next_cursor: rows.length > limit && last ? encode(name, last._sort, last._key) : null };
}

/** Every row of a list in pages of a thousand, for exports that must not hold the whole table in memory. */
export async function* everyRow<Row extends object>(tx: ReadTx, spec: ListSpec, query: ListQuery): AsyncGenerator<Row[]> {
  let cursor: string | undefined;
  do {
    const page: Page<Row> = await listPage<Row>(tx, spec, { ...query, limit: 1000, ...(cursor ? { cursor } : { cursor: undefined as never }) });
    if (page.items.length > 0) yield page.items;
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
}

function sortOf(spec: ListSpec, wanted: string | undefined): { column: SortColumn; descending: boolean; name: string } {
  const name = wanted ?? spec.defaultSort;
  const descending = name.startsWith('-');
  const wantedName = descending ? name.slice(1) : name;
  const column = Object.hasOwn(spec.sorts, wantedName) ? spec.sorts[wantedName] : undefined;
  if (!column) throw invalid('UNKNOWN_SORT', `Cannot sort by ${name}.`, { facts: { known: Object.keys(spec.sorts) } });
  return { column, descending, name };
}

const encode = (sort: string, value: string, key: string): string => Buffer.from(JSON.stringify([sort, value, key])).toString('base64url');

function decode(cursor: string, sort: string): { value: string; key: string } {
  try {
    const [was, value, key] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (was === sort && typeof value === 'string' && typeof key === 'string') return { value, key };
  } catch {
    // fall through: any unreadable cursor is the same fault
  }
  throw badCursor();
}

const badCursor = (): Refusal => invalid('BAD_CURSOR', 'The cursor does not belong to this list and sort order. Start again without it.');
