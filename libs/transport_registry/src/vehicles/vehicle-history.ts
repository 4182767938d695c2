import type { ReadTx, Tx } from '@fleet/platform/database';
import { listPage, Where, type ListQuery, type Page } from '@fleet/platform/http';
import type { VehicleChangeView } from './vehicle.dto';

/** Field -> [before, after]. */
export type Changes = Record<string, [unknown, unknown]>;

/** What a request really changes; numbers that PostgreSQL keeps as text are compared as numbers. */
export function changesBetween(before: object, said: object): Changes {
  const known = before as Record<string, unknown>;
  const changes: Changes = {};
  for (const [field, value] of Object.entries(said)) {
    if (value !== undefined && !same(known[field] ?? null, value)) changes[field] = [known[field] ?? null, value];
  }
  return changes;
}

function same(a: unknown, b: unknown): boolean {
  if (typeof b === 'number' && typeof a === 'string') return Number(a) === b;
  return JSON.stringify(a) === JSON.stringify(b);
}

export async function noteChange(tx: Tx, at: Date, vehicleId: string, action: string, changes: Changes, reason: string | undefined): Promise<void> {
  await tx.sql(`insert into transport_registry.vehicle_change (account_id, vehicle_id, at, actor_kind, actor_id, action, reason, changes) values ($1, $2, $3, $4, $5, $6, $7, $8)`, [
    tx.accountId,
    vehicleId,
    at,
    tx.actor.kind,
    tx.actor.id,
    action,
    reason ?? null,
    JSON.stringify(changes),
  ]);
}

export function historyOf(tx: ReadTx, vehicleId: string, query: ListQuery): Promise<Page<VehicleChangeView>> {
  const spec = {
    select: 'c.*',
    from: 'transport_registry.vehicle_change c',
    where: new Where().and('c.vehicle_id = ?', vehicleId),
    sorts: { at: { sql: 'c.id', type: 'bigint' as const } },
    defaultSort: '-at',
    key: { sql: 'c.id', type: 'bigint' as const },
  };
  return listPage<VehicleChangeView>(tx, spec, query);
}
