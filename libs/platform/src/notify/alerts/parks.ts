import type { ReadTx, Statement } from '../../database';

/** Undefined: the event is about no park. Null: about something that belongs to none. */
export type ParkOf = string | null | undefined;

/** By the field that names something in an event: where that something is. */
export type ParkQueries = Readonly<Record<string, Statement<{ park_id: string | null }>>>;

/** Which park an event is about: as it says itself, or where the vehicle or driver it names is now. */
export class Parks {
  private readonly queries: [string, Statement<{ park_id: string | null }>][];

  constructor(queries: readonly ParkQueries[]) {
    this.queries = queries.flatMap((one) => Object.entries(one));
  }

  async of(tx: ReadTx, payload: unknown): Promise<ParkOf> {
    if (payload === null || typeof payload !== 'object') return undefined;
    const told = payload as Readonly<Record<string, unknown>>;
    if (told.park_id !== undefined) return typeof told.park_id === 'string' ? told.park_id : null;
    for (const [field, query] of this.queries) {
      if (typeof told[field] === 'string') return (await tx.one(query, [told[field]]))?.park_id ?? null;
    }
    return undefined;
  }
}
